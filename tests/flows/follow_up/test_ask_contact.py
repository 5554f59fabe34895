"""A visit or a contact person is asked for by one, approved by another, and then let through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.flows.contact.refusals import NoSuchContact, NoWay, WrongStanding
from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.follow_up.approvals import approve, decline
from dunwell.flows.follow_up.ask_contact import ask_person, ask_visit
from dunwell.flows.follow_up.plan_refusals import ApprovalDay, ApprovalInVain, NotYoursToAnswer
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.permits.models import Desk, Standing
from tests.flows.contact.people import Office, open_office

pytestmark = pytest.mark.django_db

VISIT = {"channel": "visit", "collectors": 2}
WHY = "电话多次未接通，需当面了解情况"


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def asked(office: Office, *, in_days: int = 0, who: str = "self") -> ApprovalRequest:
    return ask_visit(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts[who].pk, visit_on=day_of(office, in_days), why=WHY,
    )  # fmt: skip


def day_of(office: Office, in_days: int) -> date:
    return office.now.date() + timedelta(days=in_days)


def agree(office: Office, request: ApprovalRequest) -> None:
    approve(actor=office.supervisor, now=office.now, request=request.pk, why="同意，两人同去")


def test_an_approved_visit_is_let_through_once_on_its_day(office: Office) -> None:
    request = asked(office)
    assert (request.kind, request.role) == ("visit", "supervisor")
    assert office.ask(**VISIT).decision.verdict == "needs_approval"
    agree(office, request)
    office.later(minutes=1)
    answer = office.ask(**VISIT)
    assert [(each.code, each.kind) for each in answer.decision.lifted] == [("CN-T06", "visit")]
    assert office.use(answer).token
    office.later(days=1)
    assert office.ask(**VISIT).decision.codes == ("CN-T06",)


def test_a_visit_is_approved_for_its_day_and_not_before(office: Office) -> None:
    agree(office, asked(office, in_days=2))
    office.later(days=1)
    assert office.ask(**VISIT).decision.codes == ("CN-T06",)
    office.later(days=1)
    assert office.ask(**VISIT).granted
    office.later(days=1)
    assert not office.ask(**VISIT).granted


def test_an_approved_visit_is_of_that_address_alone(office: Office) -> None:
    office.contact("work", phone="13800138000", address="杭州市西湖区文三路9号")
    agree(office, asked(office, who="work"))
    office.later(minutes=1)
    assert not office.ask(**VISIT).granted
    assert office.ask("work", **VISIT).granted


def test_two_persons_stand_behind_a_visit(office: Office) -> None:
    request = ask_visit(
        actor=office.supervisor, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, visit_on=day_of(office, 0), why=WHY,
    )  # fmt: skip
    with pytest.raises(NotYoursToAnswer):
        agree(office, request)
    own = asked(office)
    with pytest.raises((NotPermitted, NotYoursToAnswer)):
        approve(actor=office.collector, now=office.now, request=own.pk, why="同意，两人同去")
    agree(office, own)
    by_approver = office.ask(**VISIT, actor=office.supervisor)
    assert by_approver.decision.codes == ("CN-T06",)


def test_a_declined_visit_opens_nothing(office: Office) -> None:
    request = asked(office)
    decline(actor=office.supervisor, now=office.now, request=request.pk, why="先电话沟通")
    assert not Standing.objects.filter(what="approval").exists()
    assert not office.ask(**VISIT).granted


def test_a_visit_is_asked_for_a_day_within_a_week(office: Office) -> None:
    for in_days in (-1, 7):
        with pytest.raises(ApprovalDay):
            asked(office, in_days=in_days)
    agree(office, asked(office, in_days=6))


def test_an_answer_after_the_day_is_none(office: Office) -> None:
    request = asked(office)
    office.later(days=1)
    with pytest.raises(WrongStanding):
        agree(office, request)


def test_a_visit_needs_an_address_of_the_case(office: Office) -> None:
    office.contact("phone only", role="guarantor", phone="13700137000")
    with pytest.raises(NoWay):
        asked(office, who="phone only")
    with pytest.raises(NoSuchContact):
        ask_visit(
            actor=office.collector, now=office.now, case=office.case.pk, contact=987_654,
            visit_on=day_of(office, 0), why=WHY,
        )  # fmt: skip


def test_what_no_approval_opens_is_not_asked_for(office: Office) -> None:
    told = {"actor": office.collector, "now": office.now, "case": office.case.pk}
    stand(**told, said=Said(what="opt_out", kind="opt_out", channel="visit", why="要求不要上门"))
    with pytest.raises(ApprovalInVain) as refused:
        asked(office)
    assert refused.value.figures["codes"] == ["CN-C05"]


def person(office: Office, who: str = "friend", days: int = 3) -> ApprovalRequest:
    return ask_person(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts[who].pk, until_on=day_of(office, days), why="本人已失联，请其转告",
    )  # fmt: skip


def test_a_contact_person_is_asked_for_once_the_borrower_is_lost(office: Office) -> None:
    office.contact("friend", role="contact", phone="13700137000", legal_basis="consent")
    with pytest.raises(ApprovalInVain):
        person(office)
    Desk.objects.update_or_create(pk=office.case.party_id, defaults={"failed_in_row": 3})
    request = person(office)
    assert request.wanted["approval"] == "contact_person"
    agree(office, request)
    office.later(minutes=1)
    answer = office.ask("friend", purpose="notify")
    assert [each.code for each in answer.decision.lifted] == ["CN-W02"]
    office.later(days=3)
    assert not office.ask("friend", purpose="notify").granted


def test_a_spouse_who_owes_is_asked_for_once_a_paper_says_so(office: Office) -> None:
    office.contact("spouse", role="spouse_obligor", phone="13700137000")
    with pytest.raises(ApprovalInVain):
        person(office, "spouse")
    told = {"actor": office.collector, "now": office.now, "case": office.case.pk}
    stand(**told, said=Said(what="evidence", kind="joint_debt", why="共同借款合同"))
    agree(office, person(office, "spouse"))
    office.later(minutes=1)
    assert [each.code for each in office.ask("spouse").decision.lifted] == ["CN-W05"]


def test_who_needs_no_approval_is_not_asked_for(office: Office) -> None:
    with pytest.raises(NoSuchContact):
        person(office, "self")
