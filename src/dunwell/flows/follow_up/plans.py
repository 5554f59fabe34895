"""Plans: proposed from the calculator, approved by another person where it takes one, agreed.

Called by the desk, the case page and `dunwell plan`. A plan lies beside the contract's own
schedule, which is never changed: it is a sum, its days, and the relief that keeping it brings.
How it goes is computed from the payments (plan_standing); its relief is booked by the day run
once it is paid (plan_relief). Amounts are fen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction

from dunwell.core.plan import Debt, Line, Means, Offer, Relief, offer_of
from dunwell.flows.follow_up.agreement import content_of, hash_of_content
from dunwell.flows.follow_up.approvals import Kind, Verdict, ask
from dunwell.flows.follow_up.plan_calculator import (
    OWN,
    Card,
    Situation,
    card_of,
    case_for_plan,
    situation_of,
)
from dunwell.flows.follow_up.plan_refusals import (
    BeyondAuthority,
    DebtMoved,
    NeedsApproval,
    NotApproved,
    PlanDays,
    PlanGoesAlready,
    PlanOverCap,
)
from dunwell.flows.follow_up.plan_standing import GOING
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.flows.prepare.reage import business_day
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor
from dunwell.store.promises.models import Plan, PlanEvent, PlanLine, PlanState

MONTH_DAYS = 31
SHAPES = ("at_once", "equal", "step_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A plan as wished: how the sum is split, over which days, with which relief."""

    shape: str
    days: tuple[date, ...]
    relief_penalty_fen: int = 0
    relief_interest_fen: int = 0


@dataclass(frozen=True, slots=True)
class Proposed:
    """A wish that holds, as a card; `request` None: the officer may agree to it alone."""

    card: Card
    situation: Situation
    request: ApprovalRequest | None


def propose_plan(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    wish: Wish,
    why: str,
    means: Means | None = None,
) -> Proposed:
    """Check a wish and, where it takes another person, ask for the approval.

    `means` is what the borrower said of a month, for the strain whoever decides sees; it is not
    kept. None: what the lender's book says.

    Refuses NotPermitted, PlanCaseClosed, PlanGoesAlready, PlanDays, PlanOverCap,
    BeyondAuthority, ReasonMissing, and what core.plan refuses.
    """
    day = day_of(now)
    with transaction.atomic():
        row = case_for_plan(actor, case, day)
        lock_book(lender=row.lender)
        situation, card = _checked(row, wish, day, means)
        if card.role == OWN:
            return Proposed(card, situation, None)
        assert card.role is not None
        request = ask(
            actor=actor, now=now, case=row, kind=_kind(card.offer), role=card.role,
            wanted=_wanted(wish, situation, card), why=why,
            worth_fen=card.offer.relief.total_fen, needed_by=wish.days[0],
        )  # fmt: skip
    return Proposed(card, situation, request)


def agree_plan(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    wish: Wish | None = None,
    request: int | None = None,
) -> Plan:
    """Write down that the borrower agreed: to a wish within the officer's own authority, or to
    what was approved under `request`.

    From now on the gate rests this borrower while the plan is kept. Refuses like `propose_plan`,
    NeedsApproval, NotApproved, and DebtMoved where money came in since the approval.
    """
    day = day_of(now)
    with transaction.atomic():
        row = case_for_plan(actor, case, day)
        lock_book(lender=row.lender)
        approval = _approved(case, request) if request is not None else None
        if approval is not None:
            wish = _wish_of(approval)
        assert wish is not None
        situation, card = _checked(row, wish, day)
        if approval is not None:
            approved = Debt(**approval.wanted["debt"])
            if approved != situation.debt:
                raise DebtMoved(approved_fen=approved.total_fen, now_fen=situation.debt.total_fen)
        elif card.role != OWN:
            raise NeedsApproval(role=card.role)
        return _write(actor, now, row, situation, card.offer, approval)


def _checked(
    case: Case, wish: Wish, day: date, means: Means | None = None
) -> tuple[Situation, Card]:
    going = PlanState.objects.filter(case=case, state__in=GOING).first()
    if going is not None:
        raise PlanGoesAlready(case=case.pk, plan=going.pk)
    situation = situation_of(case=case, day=day)
    situation = replace(situation, means=means or situation.means)
    terms = situation.house.terms
    _check_days(wish.days, day, terms.most_installments)
    offer = offer_of(
        shape=wish.shape,  # type: ignore[arg-type]  # one of SHAPES, faces offer no other
        relief=Relief(wish.relief_penalty_fen, wish.relief_interest_fen),
        days=wish.days,
        debt=situation.debt,
        means=situation.means,
        terms=terms,
        borrowed_days=situation.borrowed_days,
    )
    if not offer.within_cap:
        raise PlanOverCap(all_in_ppm=offer.all_in_ppm, cap_ppm=terms.cap_ppm)
    card = card_of(situation, offer)
    if card.role is None:
        widest = situation.house.bands[-1]
        raise BeyondAuthority(
            relief_ppm=offer.relief.share_ppm(offer.debt),
            installments=len(offer.lines),
            most_relief_ppm=widest.most_relief_ppm,
            most_installments=widest.most_installments,
        )
    return situation, card


def _check_days(days: tuple[date, ...], day: date, most_installments: int) -> None:
    latest = day + timedelta(days=MONTH_DAYS * (most_installments + 1))
    rising = all(first < second for first, second in pairwise(days))
    if not days or not rising or days[0] < day or days[-1] > latest:
        raise PlanDays(
            first_on=days[0].isoformat() if days else None,
            last_on=days[-1].isoformat() if days else None,
            latest_on=latest.isoformat(),
            day=day.isoformat(),
        )


def _kind(offer: Offer) -> Kind:
    if len(offer.lines) > 1:
        return Kind.PLAN
    return Kind.RELIEF if offer.relief.total_fen else Kind.EXTENSION


def _wanted(wish: Wish, situation: Situation, card: Card) -> dict[str, Any]:
    """What is asked, with the policy and the value whoever decides must see."""
    offer = card.offer
    return {
        "shape": wish.shape,
        "days": [each.isoformat() for each in wish.days],
        "relief_penalty_fen": wish.relief_penalty_fen,
        "relief_interest_fen": wish.relief_interest_fen,
        "debt": asdict(situation.debt),
        "lines": [[line.due_on.isoformat(), line.amount_fen] for line in offer.lines],
        "value": {
            "debt_fen": situation.debt.total_fen,
            "pays_fen": offer.pays_fen,
            "relief_fen": offer.relief.total_fen,
            "relief_ppm": offer.relief.share_ppm(offer.debt),
            "otherwise_fen": situation.otherwise_fen,
            "break_even_ppm": card.break_even_ppm,
            "strain": offer.strain,
            "all_in_ppm": offer.all_in_ppm,
            "cap_ppm": situation.house.terms.cap_ppm,
        },
        "policy": [
            [band.role, band.most_relief_ppm, band.most_installments]
            for band in situation.house.bands
        ],
    }


def _wish_of(approval: ApprovalRequest) -> Wish:
    wanted = approval.wanted
    return Wish(
        shape=wanted["shape"],
        days=tuple(date.fromisoformat(each) for each in wanted["days"]),
        relief_penalty_fen=wanted["relief_penalty_fen"],
        relief_interest_fen=wanted["relief_interest_fen"],
    )


def _approved(case: int, request: int) -> ApprovalRequest:
    row = ApprovalRequest.objects.filter(pk=request).select_related("answer").first()
    answer = getattr(row, "answer", None)
    why = ""
    if row is None or row.case_id != case or row.kind not in (
        Kind.PLAN, Kind.RELIEF, Kind.EXTENSION
    ):  # fmt: skip
        why = "other_kind"
    elif answer is None:
        why = "open"
    elif answer.verdict != Verdict.APPROVED:
        why = str(answer.verdict)
    elif Plan.objects.filter(approval=row).exists():
        why = "used"
    if why or row is None:
        raise NotApproved(request=request, why=why)
    return row


def _write(
    actor: Actor,
    now: datetime,
    case: Case,
    situation: Situation,
    offer: Offer,
    approval: ApprovalRequest | None,
) -> Plan:
    house = situation.house
    plan = Plan(
        case=case,
        shape=offer.shape,
        agreed_on=situation.day,
        agreed_at=now,
        by_id=actor.staff,
        by_label=actor.label,
        **asdict(offer.debt),
        relief_penalty_fen=offer.relief.penalty_fen,
        relief_interest_fen=offer.relief.interest_fen,
        breaks_after_days=house.breaks_after_days,
        watch_days=house.watch_days,
        approval=approval,
    )
    content = content_of(plan=plan, lines=offer.lines)
    plan.document_sha256 = hash_of_content(content)
    plan.save()
    PlanLine.objects.bulk_create(
        PlanLine(plan=plan, seq=line.seq, due_on=line.due_on, amount_fen=line.amount_fen)
        for line in offer.lines
    )
    _begin(plan, offer.lines, situation.day)
    append(
        stream=stream_of(case.lender_id), verb="plan.agree", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, day=situation.day,
        figures={
            "plan": plan.pk,
            "installments": len(offer.lines),
            "pays_fen": offer.pays_fen,
            "relief_fen": offer.relief.total_fen,
            "request": approval.pk if approval else None,
            "document": plan.document_sha256,
        },
    )  # fmt: skip
    decided_for = business_day()
    if decided_for is not None:
        redecide(cases=[case.pk], day=decided_for, at=now, why="plan")
    return plan


def _begin(plan: Plan, lines: tuple[Line, ...], day: date) -> None:
    pays = sum(line.amount_fen for line in lines)
    PlanState.objects.create(
        plan=plan, case_id=plan.case_id, state="going", left_fen=pays,
        next_due_on=lines[0].due_on, as_of=day,
    )  # fmt: skip
    PlanEvent.objects.create(plan=plan, day=day, kind="agreed", figures={"pays_fen": pays})
