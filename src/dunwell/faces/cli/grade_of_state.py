"""The part of `dunwell grade` that needs the state database; imported when it is asked for."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli.work_capacity import lender_named, staff_named
from dunwell.flows.improve.replace_card import Replacement, propose_learned_card
from dunwell.store.people.permissions import actor_of


def propose(
    *, by: str, lender: str, model: Path, features: Path, target: str, from_day: str, why: str
) -> Replacement:
    """Propose a learned card in the name of a person. Refuses what propose_learned_card does."""
    return propose_learned_card(
        actor=actor_of(staff_named(by)),
        now=timezone.now(),
        lender=lender_named(lender).pk,
        model=model,
        features=features,
        target=target,
        from_on=parse_day(from_day),
        why=why,
    )
