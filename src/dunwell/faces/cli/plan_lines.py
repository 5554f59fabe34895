"""How `dunwell plan` shows offers, plans and requests: one line each, or plain JSON.

Called by the commands only. Amounts are fen in JSON, yuan in lines; shares are parts per
million in JSON, percent in lines.
"""

from __future__ import annotations

from typing import Any

from dunwell.core.money import format_yuan
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import tell
from dunwell.faces.words.day_labels import STATE_OF_PLAN, word
from dunwell.flows.follow_up.agreed_seen import PlanSeen
from dunwell.flows.follow_up.plan_calculator import Card
from dunwell.store.approvals.models import ApprovalRequest

_NOBODY = "—"


def plain_offer(card: Card) -> dict[str, Any]:
    """A card as JSON; `role` empty: the officer alone, None: nobody may."""
    offer = card.offer
    return {
        "shape": offer.shape,
        "relief_penalty_fen": offer.relief.penalty_fen,
        "relief_interest_fen": offer.relief.interest_fen,
        "pays_fen": offer.pays_fen,
        "lines": [[line.due_on, line.amount_fen] for line in offer.lines],
        "all_in_ppm": offer.all_in_ppm,
        "within_cap": offer.within_cap,
        "strain": offer.strain,
        "role": card.role,
        "break_even_ppm": card.break_even_ppm,
    }


def tell_offer(card: Card) -> None:
    """A card as a line."""
    offer = card.offer
    tell(
        "PLAN-OFFER",
        count=len(offer.lines),
        shape=offer.shape,
        pays=format_yuan(offer.pays_fen),
        relief=format_yuan(offer.relief.total_fen),
        largest=format_yuan(offer.largest_fen),
        first_on=offer.lines[0].due_on,
        strain=offer.strain,
        rate=f"{offer.all_in_ppm / 10_000:.1f}%",
        role=_NOBODY if card.role is None else card.role or "own",
        cap="" if offer.within_cap else " CN-M04",
    )


def plain_plan(seen: PlanSeen) -> dict[str, Any]:
    """A plan as JSON."""
    plan, state = seen.plan, seen.plan.state
    return {
        "plan": plan.pk,
        "case": plan.case_id,
        "shape": plan.shape,
        "agreed_on": plan.agreed_on,
        "state": state.state,
        "paid_fen": state.paid_fen,
        "left_fen": state.left_fen,
        "past_due_days": state.past_due_days,
        "next_due_on": state.next_due_on,
        "ended_on": state.ended_on,
        "relief_fen": plan.relief_penalty_fen + plan.relief_interest_fen,
        "relief_booked": state.relief_booked,
        "request": plan.approval_id,
        "document_sha256": plan.document_sha256,
        "lines": [[line.due_on, line.amount_fen] for line in seen.lines],
        "events": [
            {"day": each.day, "kind": each.kind, "figures": each.figures} for each in seen.events
        ],
    }


def tell_plan(seen: PlanSeen) -> None:
    """A plan as a line, and one for each installment."""
    plan, state = seen.plan, seen.plan.state
    tell(
        "PLAN-LINE",
        plan=plan.pk,
        state=word(STATE_OF_PLAN, state.state, language=language()),
        count=len(seen.lines),
        paid=format_yuan(state.paid_fen),
        left=format_yuan(state.left_fen),
        next_on=state.next_due_on or "—",
        relief=format_yuan(plan.relief_penalty_fen + plan.relief_interest_fen),
    )
    for line in seen.lines:
        tell("PLAN-DUE", seq=line.seq, on=line.due_on, amount=format_yuan(line.amount_fen))


def plain_request(row: ApprovalRequest) -> dict[str, Any]:
    """A request as JSON."""
    answer = getattr(row, "answer", None)
    return {
        "request": row.pk,
        "kind": row.kind,
        "role": row.role,
        "worth_fen": row.worth_fen,
        "verdict": answer.verdict if answer else None,
    }


def tell_request(row: ApprovalRequest) -> None:
    """A request as a line."""
    answer = getattr(row, "answer", None)
    tell(
        "APPROVAL-LINE",
        request=row.pk,
        kind=row.get_kind_display(),
        role=row.role,
        worth=format_yuan(row.worth_fen),
        verdict=answer.get_verdict_display() if answer else "…",
    )
