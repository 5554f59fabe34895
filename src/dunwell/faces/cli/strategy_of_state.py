"""The part of `dunwell strategy` that needs the state; imported when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from dunwell.core.money import format_yuan
from dunwell.core.strategy import Strategy
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.work_capacity import lender_named
from dunwell.flows.improve.preview_strategy import preview_strategy
from dunwell.store.people.permissions import system_actor
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.documents import in_force


@dataclass(frozen=True, slots=True)
class PreviewTold:
    """A preview as the command line shows it: `body` is the JSON, the rest figures of sentences."""

    body: dict[str, Any]
    figures: dict[str, Any]
    moves: list[dict[str, Any]]
    work: list[dict[str, Any]]


def preview_of_state(text: str, *, file: str, as_of: str | None, lender: str | None) -> PreviewTold:
    """Preview a strategy on the book of a day. Refuses what preview_strategy refuses."""
    strategy: Strategy = parse_document("strategy", text, file=file)
    own = None if lender is None else lender_named(lender).pk
    found = preview_strategy(
        actor=system_actor("command-line"),
        text=text,
        day=day_told(as_of),
        clock=timezone.now,
        home=settings.HOME,
        lender=own,
    )
    counted = found.comparison
    now: Strategy = parse_document(
        "strategy", in_force(kind="strategy", lender=own, day=found.day).text, file="strategy"
    )
    titles = {**_titles(now), **_titles(strategy)}
    return PreviewTold(
        body=found.as_json(),
        figures={
            "day": found.day,
            "borrowers": counted.borrowers,
            "overdue": format_yuan(counted.overdue_fen),
            "moved": counted.moved,
            "moved_overdue": format_yuan(counted.moved_overdue_fen),
        },
        moves=[
            {
                "first": titles.get(one.first_plan, one.first_plan),
                "second": titles.get(one.second_plan, one.second_plan),
                "borrowers": one.borrowers,
                "overdue": format_yuan(one.overdue_fen),
            }
            for one in counted.moves
        ],
        work=[
            one._asdict()
            for one in counted.work
            if one.first_due or one.second_due or one.first_ahead or one.second_ahead
        ],
    )


def _titles(strategy: Strategy) -> dict[str, str]:
    english = language().startswith("en")
    return {
        plan.id: plan.title.en if english else plan.title.zh for plan in strategy.plans.values()
    }
