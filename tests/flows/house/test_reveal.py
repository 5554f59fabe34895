"""A personal value is shown in full to one who may, for a reason, and it is written down."""

from datetime import date

import pytest

from dunwell.flows.house.refusals import NoSuchValue, ReasonMissing
from dunwell.flows.house.reveal import reveal
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import PersonalInJournal
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.vault import seal

pytestmark = pytest.mark.django_db
PHONE = "13812348821"


def make_case(house, *, holder=None, team=None, no="B1"):
    party = Party.objects.create(name_sealed=b"")
    party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
    party.save()
    borrower = Borrower.objects.create(lender=house.lender, borrower_no=no, party=party)
    recording = Recording.objects.create(
        lender=house.lender, kind="import", recorded_at="2026-11-23T00:00:00Z"
    )
    contact_pk = 500 + party.pk
    contact = Contact.objects.create(
        pk=contact_pk,
        entered=recording,
        borrower=borrower,
        role="self",
        source="contract",
        phone_sealed=seal(PHONE, table="book_contact", column="phone_sealed", row=contact_pk),
    )
    case = Case.objects.create(
        party=party, lender=house.lender, status="open", opened_on=date(2026, 11, 1),
        as_of=date(2026, 11, 23), bucket="M1", days_past_due=22, delinquent_days=22,
        overdue_principal_fen=1, overdue_interest_fen=0, overdue_fee_fen=0,
        overdue_penalty_fen=0, overdue_fen=1, outstanding_fen=1, loans_total=1,
        loans_overdue=1, held=False, team=team or house.team, holder_id=holder,
    )  # fmt: skip
    return case, contact


def asked(case, contact, actor, when, **changes):
    told = {"case": case.pk, "what": "phone", "row": contact.pk, "why": "核对号码"}
    return reveal(actor=actor, **when, **{**told, **changes})


def test_nobody_is_shown_anything(house, when):
    with pytest.raises(NotPermitted):
        asked(*make_case(house), house.nobody(), when)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("role", ["admin", "auditor", "analyst", "trainer"])
def test_roles_without_need_are_shown_nothing(house, when, role):
    with pytest.raises(NotPermitted):
        asked(*make_case(house), house.actor(role), when)


def test_no_machine_is_shown_anything(house, when):
    with pytest.raises(NotPermitted):
        asked(*make_case(house), system_actor("command-line"), when)


def test_a_supervisor_of_another_lender_is_shown_nothing(house, when):
    with pytest.raises(NotPermitted):
        asked(*make_case(house), house.actor("supervisor", lender=house.other), when)


def test_a_case_in_anothers_hand_is_closed_to_a_collector(house, when):
    holder = house.actor("collector", team=house.team)
    colleague = house.actor("collector", team=house.team)
    case, contact = make_case(house, holder=holder.staff)
    assert asked(case, contact, holder, when) == PHONE
    with pytest.raises(NotPermitted):
        asked(case, contact, colleague, when)


def test_who_asked_for_what_and_why_is_written_down_without_the_value(house, when):
    collector = house.actor("collector", team=house.team)
    case, contact = make_case(house)
    assert asked(case, contact, collector, when) == PHONE
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.why) == (
        "personal.reveal",
        f"case:{case.pk}",
        "核对号码",
    )
    assert entry.actor_id == collector.staff
    assert entry.figures == f'{{"row":{contact.pk},"what":"phone"}}'


def test_the_name_of_the_party_is_shown(house, when):
    collector = house.actor("collector", team=house.team)
    case, contact = make_case(house)
    assert asked(case, contact, collector, when, what="name", row=case.party_id) == "王小明"


@pytest.mark.parametrize("why", ["", "   ", "abc"])
def test_without_a_reason_nothing_is_shown(house, when, why):
    collector = house.actor("collector", team=house.team)
    with pytest.raises(ReasonMissing):
        asked(*make_case(house), collector, when, why=why)


def test_a_reason_that_holds_the_number_itself_is_refused(house, when):
    collector = house.actor("collector", team=house.team)
    with pytest.raises(PersonalInJournal):
        asked(*make_case(house), collector, when, why=f"call {PHONE}")


def test_a_row_of_another_case_is_not_there(house, when):
    collector = house.actor("collector", team=house.team)
    case, _ = make_case(house)
    _, foreign = make_case(house, no="B2")
    for changes in (
        {"row": foreign.pk},
        {"what": "address", "row": foreign.pk},
        {"what": "password", "row": 1},
    ):
        with pytest.raises(NoSuchValue):
            asked(case, foreign, collector, when, **changes)
    with pytest.raises(NoSuchValue):
        reveal(actor=collector, **when, case=999, what="phone", row=foreign.pk, why="核对号码")
    assert not Entry.objects.exists()
