"""Approvals: what one person asks and another answers; relief, terms, 停催, 留案, visits and
contact persons in one inbox.

Called by the inbox, the case page, the desk and `dunwell plan`. Whoever decides sees what the
house allows, what it is worth, and how like requests were answered; that is kept with the
answer. An approved hold, retention, visit or contact is carried out in the answer's own
transaction, in the name of whoever approved; an approved plan waits until the borrower agrees.
Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dunwell.flows.follow_up import approved_contact
from dunwell.flows.follow_up.plan_calculator import case_for_plan
from dunwell.flows.follow_up.plan_refusals import (
    AnsweredAlready,
    NoSuchApproval,
    NotYoursToAnswer,
)
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.case_hands import hold_case
from dunwell.flows.prepare.holds import place_hold
from dunwell.store.approvals.models import ApprovalAnswer, ApprovalRequest
from dunwell.store.book.models import Loan
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Role
from dunwell.store.people.permissions import Actor, may, require

Kind = ApprovalRequest.Kind
Verdict = ApprovalAnswer.Verdict
LEAST_REASON = 4
PRECEDENTS = 5


@dataclass(frozen=True, slots=True)
class Precedent:
    """A like request that was answered: how, when, and for how much."""

    request: int
    verdict: str
    on: date
    worth_fen: int
    wanted: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What whoever decides looks at."""

    request: ApprovalRequest
    answer: ApprovalAnswer | None
    precedents: Sequence[Precedent]
    may_answer: bool


def ask_cease(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    start_on: date,
    end_on: date,
    why: str,
    loans: Sequence[int] = (),
) -> ApprovalRequest:
    """Ask to stop collecting (停催) over [start_on, end_on) on these loans; none named: on all.

    Refuses NotPermitted, PlanCaseClosed and ReasonMissing; what a hold refuses is refused when
    it is carried out.
    """
    day = day_of(now)
    row = case_for_plan(actor, case, day, "approval.ask")
    own = Loan.objects.filter(lender=row.lender_id, borrower__party=row.party_id)
    named = own.filter(pk__in=loans) if loans else own
    wanted = {
        "loans": list(named.order_by("pk").values_list("pk", flat=True)),
        "start_on": start_on.isoformat(),
        "end_on": end_on.isoformat(),
    }
    return ask(
        actor=actor, now=now, case=row, kind=Kind.CEASE, role=Role.SUPERVISOR, wanted=wanted,
        why=why, needed_by=start_on,
    )  # fmt: skip


def ask_retain(
    *, actor: Actor, now: datetime, case: int, until_on: date, why: str
) -> ApprovalRequest:
    """Ask to keep a case with its holder (留案) until a day. Refuses like `ask_cease`."""
    row = case_for_plan(actor, case, day_of(now), "approval.ask")
    return ask(
        actor=actor, now=now, case=row, kind=Kind.RETAIN, role=Role.SUPERVISOR,
        wanted={"until_on": until_on.isoformat()}, why=why,
    )  # fmt: skip


def ask(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    kind: Kind,
    role: str,
    wanted: Mapping[str, Any],
    why: str,
    worth_fen: int = 0,
    needed_by: date | None = None,
) -> ApprovalRequest:
    """Put a request into the inbox; the caller has checked what is wanted.

    Refuses NotPermitted and ReasonMissing. The same request that still waits is answered.
    """
    require(
        actor, "approval.ask", day=day_of(now), lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    reason = _reason(why)
    with transaction.atomic():
        lock_book(lender=case.lender)
        waits = ApprovalRequest.objects.filter(case=case, kind=kind, answer=None)
        for row in waits.filter(asked_by=actor.staff):
            if row.wanted == dict(wanted):
                return row
        row = ApprovalRequest.objects.create(
            kind=kind, case=case, role=role, wanted=dict(wanted), worth_fen=worth_fen, why=reason,
            asked_at=now, asked_by_id=_person(actor), needed_by=needed_by,
        )  # fmt: skip
        _journal(actor, now, row, "approval.ask")
    return row


def approve(*, actor: Actor, now: datetime, request: int, why: str) -> ApprovalAnswer:
    """Agree to what somebody else asked; all but a plan is carried out at once.

    Refuses NoSuchApproval, NotPermitted, AnsweredAlready, NotYoursToAnswer, ReasonMissing, and
    what the carrying out refuses; then nothing is written.
    """
    with transaction.atomic():
        row = _to_answer(actor, now, request)
        answer = _answer(actor, now, row, Verdict.APPROVED, why)
        _carry_out(actor, now, row)
    return answer


def decline(*, actor: Actor, now: datetime, request: int, why: str) -> ApprovalAnswer:
    """Say no, with the reason. Refuses like `approve`."""
    with transaction.atomic():
        row = _to_answer(actor, now, request)
        return _answer(actor, now, row, Verdict.DECLINED, why)


def withdraw(*, actor: Actor, now: datetime, request: int, why: str) -> ApprovalAnswer:
    """Take back one's own request. Refuses like `approve`; only who asked may."""
    with transaction.atomic():
        row = _open(actor, now, request)
        if row.asked_by_id != actor.staff:
            raise NotYoursToAnswer(request=request, role=row.role, own=False)
        return _answer(actor, now, row, Verdict.WITHDRAWN, why)


def sheet_of(*, actor: Actor, now: datetime, request: int) -> Sheet:
    """One request with its answer and like ones. Refuses NoSuchApproval and NotPermitted."""
    day = day_of(now)
    row = _whole(request)
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchApproval(request=request)
    require(actor, "case.see", day=day, lender=row.case.lender_id, team=row.case.team_id)
    answer = getattr(row, "answer", None)
    mine = answer is None and may_answer(actor, row, day)
    return Sheet(row, answer, precedents_of(row), mine)


def may_answer(actor: Actor, request: ApprovalRequest, day: date) -> bool:
    """Whether the actor holds the role the request names, over its case, and did not ask."""
    case = request.case
    place = {"lender": case.lender_id, "team": case.team_id}
    return (
        actor.staff is not None
        and actor.staff != request.asked_by_id
        and may(actor, "approval.answer", day=day, **place)
        and any(
            held.role == request.role
            and held.covers(day)
            and held.lender == case.lender_id
            and held.team in (None, case.team_id)
            for held in actor.appointments
        )
    )


def precedents_of(request: ApprovalRequest) -> list[Precedent]:
    """The last answers to requests of this kind and of like size at this lender."""
    like = ApprovalAnswer.objects.filter(
        request__kind=request.kind,
        request__case__lender=request.case.lender_id,
        verdict__in=(Verdict.APPROVED, Verdict.DECLINED),
    ).exclude(pk=request.pk)
    if request.worth_fen:
        like = like.filter(
            request__worth_fen__gte=request.worth_fen // 2,
            request__worth_fen__lte=request.worth_fen * 2,
        )
    return [
        Precedent(
            request=row.pk, verdict=row.verdict, on=day_of(row.at),
            worth_fen=row.request.worth_fen, wanted=row.request.wanted,
        )
        for row in like.select_related("request").order_by("-at", "-pk")[:PRECEDENTS]
    ]  # fmt: skip


def _carry_out(actor: Actor, now: datetime, row: ApprovalRequest) -> None:
    day = day_of(now)
    if row.kind == Kind.CEASE:
        start_on, end_on = (date.fromisoformat(row.wanted[name]) for name in ("start_on", "end_on"))
        for loan in Loan.objects.filter(pk__in=row.wanted["loans"]).order_by("pk"):
            place_hold(
                actor=actor, day=day, now=now, loan=loan, start_on=start_on, end_on=end_on,
                reason=row.why,
            )  # fmt: skip
    if row.kind in approved_contact.KINDS:
        approved_contact.let_stand(actor=actor, now=now, row=row)
    if row.kind == Kind.RETAIN:
        until_on = date.fromisoformat(row.wanted["until_on"])
        hold_case(actor=actor, day=day, now=now, case=row.case_id, until_on=until_on, why=row.why)


def _to_answer(actor: Actor, now: datetime, request: int) -> ApprovalRequest:
    row = _open(actor, now, request)
    require(
        actor, "approval.answer", day=day_of(now), lender=row.case.lender_id,
        team=row.case.team_id,
    )  # fmt: skip
    if not may_answer(actor, row, day_of(now)):
        own = row.asked_by_id == actor.staff
        raise NotYoursToAnswer(request=request, role=row.role, own=own)
    return row


def _open(actor: Actor, now: datetime, request: int) -> ApprovalRequest:
    row = _whole(request)
    if row is None:
        require(actor, "approval.ask", day=day_of(now))
        raise NoSuchApproval(request=request)
    lock_book(lender=row.case.lender)
    answer = ApprovalAnswer.objects.filter(pk=request).first()
    if answer is not None:
        raise AnsweredAlready(request=request, verdict=answer.verdict)
    return row


def _whole(request: int) -> ApprovalRequest | None:
    rows = ApprovalRequest.objects.filter(pk=request)
    return rows.select_related("case__lender", "case__party", "answer", "asked_by").first()


def _answer(
    actor: Actor, now: datetime, row: ApprovalRequest, verdict: Verdict, why: str
) -> ApprovalAnswer:
    seen = [
        {"request": each.request, "verdict": each.verdict, "worth_fen": each.worth_fen}
        for each in precedents_of(row)
    ]
    answer = ApprovalAnswer.objects.create(
        request=row, verdict=verdict, at=now, by_id=_person(actor), why=_reason(why),
        figures={"value": row.wanted.get("value", {}), "precedents": seen},
    )  # fmt: skip
    _journal(actor, now, row, f"approval.{verdict.value}")
    return answer


def _person(actor: Actor) -> int:
    assert actor.staff is not None  # no machine holds these permissions
    return actor.staff


def _reason(why: str) -> str:
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    return why.strip()


def _journal(actor: Actor, now: datetime, row: ApprovalRequest, verb: str) -> None:
    append(
        stream=stream_of(row.case.lender_id), verb=verb, subject=f"case:{row.case_id}",
        actor=actor, at=now, lender=row.case.lender_id, day=day_of(now),
        figures={"request": row.pk, "kind": row.kind, "worth_fen": row.worth_fen},
    )  # fmt: skip
