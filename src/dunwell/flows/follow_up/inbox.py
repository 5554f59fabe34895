"""The approvals inbox: requests that wait, what was asked by me, what was answered, and why.

Called by the approvals pages and the case page. Only requests about cases the actor may see;
who may answer holds the role a request names at the case's lender and team, and did not ask.
Precedents are answered requests of the same kind. Amounts are fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet

from dunwell.flows.follow_up.approvals import may_answer, precedents_of
from dunwell.flows.follow_up.board import follow_up_scope
from dunwell.flows.follow_up.plan_refusals import NoSuchApproval
from dunwell.store.approvals.models import ApprovalAnswer, ApprovalRequest
from dunwell.store.cases.lists import visible_cases
from dunwell.store.people.permissions import PERMISSIONS, Actor, require

View = Literal["waiting", "mine", "answered"]
PAGE_ROWS = 50
PRECEDENT_DAYS = 180
"""Answers of so long are counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, its answer if there is one, and what the actor may do about it."""

    request: ApprovalRequest
    answer: ApprovalAnswer | None
    own: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of requests, how many wait for the actor, and the key of the next page."""

    asked: tuple[Asked, ...]
    waiting_for_me: int
    counts: dict[str, int]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class Precedents:
    """How many of the same kind were answered how lately, and the last ones of like size."""

    approved: int
    declined: int
    newest: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request with its precedents, and the next one that waits for the actor."""

    asked: Asked
    precedents: Precedents
    next_waiting: int | None


def inbox(
    *,
    actor: Actor,
    lender: int,
    day: date,
    view: View = "waiting",
    kinds: frozenset[str] = frozenset(),
    after: int | None = None,
) -> Inbox:
    """The requests of a view, the longest waiting first, else the newest. Refuses NotPermitted.

    `waiting` are those the actor may answer; `mine` those the actor asked, answered or not.
    """
    seen = _seen(actor, lender, day)
    for_me = _for(actor, lender, day, seen)
    rows = {
        "waiting": for_me,
        "mine": seen.filter(asked_by=actor.staff),
        "answered": seen.filter(answer__isnull=False),
    }[view]
    counts = dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    forward = view == "waiting"
    if after is not None:
        rows = rows.filter(pk__gt=after) if forward else rows.filter(pk__lt=after)
    found = list(_whole(rows).order_by("pk" if forward else "-pk")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return Inbox(
        asked=tuple(_asked(each, actor, day) for each in shown),
        waiting_for_me=for_me.count(),
        counts=counts,
        next_key=shown[-1].pk if len(found) > PAGE_ROWS else None,
    )


def request_shown(
    *, actor: Actor, lender: int, day: date, now: datetime, request: int
) -> RequestShown:
    """One request as whoever decides sees it. Refuses NoSuchApproval and NotPermitted."""
    row = _whole(ApprovalRequest.objects.filter(pk=request)).first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchApproval(request=request)
    require(actor, "case.see", day=day, lender=row.case.lender_id, team=row.case.team_id)
    seen = _seen(actor, lender, day)
    same = seen.filter(
        kind=row.kind,
        answer__verdict__in=(ApprovalAnswer.Verdict.APPROVED, ApprovalAnswer.Verdict.DECLINED),
        answer__at__gte=now - timedelta(days=PRECEDENT_DAYS),
    ).exclude(pk=row.pk)
    verdicts = dict(same.order_by().values_list("answer__verdict").annotate(count=Count("pk")))
    like = [each.request for each in precedents_of(row)]
    newest = _whole(ApprovalRequest.objects.filter(pk__in=like)).order_by("-answer__at", "-pk")
    following = _for(actor, lender, day, seen).exclude(pk=row.pk).order_by("pk")
    return RequestShown(
        asked=_asked(row, actor, day),
        precedents=Precedents(
            approved=verdicts.get(ApprovalAnswer.Verdict.APPROVED, 0),
            declined=verdicts.get(ApprovalAnswer.Verdict.DECLINED, 0),
            newest=tuple(_asked(each, actor, day) for each in newest),
        ),
        next_waiting=following.values_list("pk", flat=True).first(),
    )


def _seen(actor: Actor, lender: int, day: date) -> QuerySet[ApprovalRequest]:
    scope = follow_up_scope(actor=actor, lender=lender, day=day)
    return ApprovalRequest.objects.filter(case__in=visible_cases(scope))


def _for(
    actor: Actor, lender: int, day: date, seen: QuerySet[ApprovalRequest]
) -> QuerySet[ApprovalRequest]:
    """What waits for an answer the actor may give: the set form of `may_answer`."""
    wanted, rule = Q(pk__in=()), PERMISSIONS["approval.answer"]
    for held in actor.appointments:
        if held.lender != lender or not held.covers(day) or held.role not in rule.roles:
            continue
        within = Q(role=held.role)
        if held.team is not None:
            within &= Q(case__team=held.team)
        wanted |= within
    return seen.filter(wanted, answer=None).exclude(asked_by=actor.staff)


def _whole(rows: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    return rows.select_related(
        "case__party", "case__holder", "asked_by", "answer__by", "plan__state"
    )


def _asked(request: ApprovalRequest, actor: Actor, day: date) -> Asked:
    answer = getattr(request, "answer", None)
    return Asked(
        request=request,
        answer=answer,
        own=request.asked_by_id == actor.staff,
        may_answer=answer is None and may_answer(actor, request, day),
    )
