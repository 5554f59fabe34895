"""The "why not now" panel of a case: per contact what is allowed now, what not, why, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dunwell.core.permit import BEIJING, Decision
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.question import reason_shown, verdict_mark
from dunwell.flows.conduct.why_not_now import why_not_now
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, may


def now_shown(
    *, actor: Actor, now: datetime, case: Case, contacts: Sequence[Contact], shown: Sequence[Any]
) -> list[dict[str, Any]]:
    """One block per contact, the borrower first; empty without permission.

    `shown` are the contacts as the case page shows them, masked, in the same order.
    """
    day = now.astimezone(BEIJING).date()
    sees = may(
        actor, "permit.see", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    if not sees or case.status == Case.Status.CLOSED:
        return []
    answers = why_not_now(actor=actor, now=now, case=case, contacts=contacts)
    blocks = []
    for contact, masked in zip(contacts, shown, strict=True):
        own = [(each.channel, each.decision) for each in answers if each.contact == contact.pk]
        if own:
            lines = _lines(own)
            blocks.append({"contact": masked, "own": contact.role == "self", "lines": lines})
    return sorted(blocks, key=lambda block: not block["own"])


def _lines(own: Sequence[tuple[str, Decision]]) -> list[dict[str, Any]]:
    """The answers of one contact, one line for all channels that get the same."""
    lines: dict[Any, dict[str, Any]] = {}
    for channel, decision in own:
        alike = (decision.verdict, decision.codes, decision.next_allowed_at)
        line = lines.setdefault(
            alike,
            {
                "channels": [],
                "pill": verdict_mark(decision.verdict),
                "reasons": [reason_shown(reason) for reason in decision.reasons],
                "next_at": decision.next_allowed_at,
            },
        )
        line["channels"].append(labels.label_of(labels.CHANNELS, channel))
    return list(lines.values())
