"""The panel says what asking would say, and leaves no trace."""

from __future__ import annotations

import pytest

from dunwell.flows.conduct.why_not_now import why_not_now
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.permits.models import Desk, Permit, Reach
from tests.flows.contact.people import NOON, Office, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db) -> Office:
    return open_office()


def answers(office: Office, who: str = "self") -> dict[str, tuple[str, tuple[str, ...]]]:
    found = why_not_now(
        actor=office.collector, now=office.now, case=office.case, contacts=[office.contacts[who]]
    )
    return {each.channel: (each.decision.verdict, each.decision.codes) for each in found}


def test_looking_writes_nothing(office: Office) -> None:
    assert set(answers(office)) == {"call", "ai_voice", "sms", "visit", "letter"}
    assert not (Permit.objects.exists() or Desk.objects.exists() or Reach.objects.exists())


def test_it_says_what_asking_says(office: Office) -> None:
    for hour in (12, 23):
        office.now = NOON.replace(hour=hour)
        for channel in ("call", "ai_voice", "visit"):
            told = answers(office)[channel]
            decision = office.ask(channel=channel, collectors=2).decision
            assert told == (decision.verdict, decision.codes), channel


def test_the_fourth_conversation_is_not_allowed_and_tomorrow_is_named(office: Office) -> None:
    for _ in range(3):
        office.call()
    assert answers(office)["call"] == ("refuse", ("CN-T02",))
    found = why_not_now(
        actor=office.collector, now=office.now, case=office.case,
        contacts=[office.contacts["self"]],
    )  # fmt: skip
    assert found[0].decision.next_allowed_at == NOON.replace(day=3, hour=8)


def test_a_contact_person_is_not_open_while_the_borrower_can_be_reached(office: Office) -> None:
    office.contact("friend", phone="13900139000", role="contact", legal_basis="consent")
    verdict, codes = answers(office, "friend")["call"]
    assert (verdict, codes[0]) == ("refuse", "CN-W02")


def test_who_may_not_see_the_log_is_refused(office: Office) -> None:
    with pytest.raises(NotPermitted):
        why_not_now(actor=office.person("trainer"), now=office.now, case=office.case, contacts=[])
