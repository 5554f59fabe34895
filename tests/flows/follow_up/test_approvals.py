"""One person asks, another with the role answers, once; what is approved is carried out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.flows.follow_up.approvals import (
    approve,
    ask_cease,
    ask_retain,
    decline,
    sheet_of,
    withdraw,
)
from dunwell.flows.follow_up.plan_refusals import (
    AnsweredAlready,
    NoSuchApproval,
    NotYoursToAnswer,
    PlanCaseClosed,
)
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.case_hands import RetainedTooLong
from dunwell.store.approvals.models import ApprovalAnswer, ApprovalRequest
from dunwell.store.book.models import Hold
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Team
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.work.models import Retention
from tests.flows.follow_up.debtor import TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
END = TODAY + timedelta(days=14)


def cease(debtor: Debtor, end_on: date = END, why: str = "家中受灾，申请停催") -> ApprovalRequest:
    return ask_cease(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, start_on=TODAY,
        end_on=end_on, why=why,
    )  # fmt: skip


def test_an_approved_hold_is_placed_on_every_loan_of_the_case(debtor: Debtor) -> None:
    other = debtor.another_loan("L2")
    request = cease(debtor)
    assert (request.kind, request.role) == ("cease", "supervisor")
    assert not Hold.objects.exists()
    approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="有受灾证明")
    holds = Hold.objects.order_by("loan")
    assert [(row.loan_id, row.start_on, row.end_on) for row in holds] == [
        (debtor.loan.pk, TODAY, END),
        (other.pk, TODAY, END),
    ]


def test_an_approved_retention_keeps_the_case_with_its_holder(debtor: Debtor) -> None:
    Case.objects.update(holder=debtor.office.collector.staff)
    request = ask_retain(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, until_on=END,
        why="客户正在办理贷款结清",
    )  # fmt: skip
    approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="同意留案")
    kept = Retention.objects.get()
    assert (kept.case_id, kept.until_on) == (debtor.case.pk, END)


def test_what_cannot_be_carried_out_is_not_approved(debtor: Debtor) -> None:
    Case.objects.update(holder=debtor.office.collector.staff)
    request = ask_retain(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk,
        until_on=TODAY + timedelta(days=99), why="客户正在办理贷款结清",
    )  # fmt: skip
    with pytest.raises(RetainedTooLong):
        approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="同意留案")


def test_nobody_answers_their_own_request_or_one_for_another_role(debtor: Debtor) -> None:
    office = debtor.office
    own = ask_cease(
        actor=office.supervisor, now=noon(TODAY), case=debtor.case.pk, start_on=TODAY, end_on=END,
        why="客户住院治疗",
    )  # fmt: skip
    with pytest.raises(NotYoursToAnswer) as caught:
        approve(actor=office.supervisor, now=noon(TODAY), request=own.pk, why="情况属实")
    assert caught.value.figures["own"] is True
    with pytest.raises(NotYoursToAnswer):
        approve(actor=office.person("legal"), now=noon(TODAY), request=own.pk, why="情况属实")
    elsewhere = Team.objects.create(lender=office.lender, code="b", name="B")
    stranger = office.person("supervisor", team=elsewhere)
    for nobody in (office.colleague, stranger, office.person("admin"), system_actor("worker")):
        with pytest.raises(NotPermitted):
            approve(actor=nobody, now=noon(TODAY), request=own.pk, why="情况属实")
    approve(actor=office.person("supervisor"), now=noon(TODAY), request=own.pk, why="情况属实")


def test_a_request_is_answered_once_and_taken_back_only_by_who_asked(debtor: Debtor) -> None:
    office = debtor.office
    request = cease(debtor)
    with pytest.raises(NotYoursToAnswer):
        withdraw(actor=office.supervisor, now=noon(TODAY), request=request.pk, why="先不办了")
    withdraw(actor=office.collector, now=noon(TODAY), request=request.pk, why="客户已还款")
    for late in (approve, decline):
        with pytest.raises(AnsweredAlready):
            late(actor=office.supervisor, now=noon(TODAY), request=request.pk, why="情况属实")
    assert ApprovalAnswer.objects.count() == 1 and not Hold.objects.exists()


def test_asking_twice_is_asking_once(debtor: Debtor) -> None:
    assert cease(debtor) == cease(debtor)
    assert cease(debtor, END + timedelta(days=1)) != cease(debtor)


def test_the_sheet_shows_how_like_requests_were_answered(debtor: Debtor) -> None:
    office = debtor.office
    first = cease(debtor)
    decline(actor=office.supervisor, now=noon(TODAY), request=first.pk, why="材料不足")
    second = cease(debtor, END + timedelta(days=1))
    sheet = sheet_of(actor=office.supervisor, now=noon(TODAY), request=second.pk)
    assert [(each.request, each.verdict) for each in sheet.precedents] == [(first.pk, "declined")]
    assert (sheet.may_answer, sheet.answer) == (True, None)
    assert not sheet_of(actor=office.collector, now=noon(TODAY), request=second.pk).may_answer
    approve(actor=office.supervisor, now=noon(TODAY), request=second.pk, why="材料已补")
    kept = ApprovalAnswer.objects.get(pk=second.pk).figures["precedents"]
    assert kept == [{"request": first.pk, "verdict": "declined", "worth_fen": 0}]


def test_what_is_no_request_is_refused(debtor: Debtor) -> None:
    with pytest.raises(ReasonMissing):
        cease(debtor, why=" ")
    with pytest.raises(NoSuchApproval):
        approve(actor=debtor.office.supervisor, now=noon(TODAY), request=9, why="情况属实")
    Case.objects.update(status="closed", closed_on=TODAY)
    with pytest.raises(PlanCaseClosed):
        cease(debtor)


def test_who_may_ask(debtor: Debtor) -> None:
    office = debtor.office
    for nobody in (office.person("analyst"), office.person("auditor"), system_actor("worker")):
        with pytest.raises(NotPermitted):
            ask_retain(
                actor=nobody, now=noon(TODAY), case=debtor.case.pk, until_on=END, why="继续跟进"
            )
    Case.objects.update(holder=office.colleague.staff)
    with pytest.raises(NotPermitted):
        cease(debtor)


def test_asking_and_answering_are_journalled_without_the_reason(debtor: Debtor) -> None:
    request = cease(debtor)
    approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="有受灾证明")
    entries = Entry.objects.filter(verb__startswith="approval.").order_by("pk")
    assert [entry.verb for entry in entries] == ["approval.ask", "approval.approved"]
    assert all("受灾" not in str(entry.figures) for entry in entries)
