"""The next best act for the case on a desk: what is planned, and its gain over waiting.

Called by flows.contact.desk. The act is that of today's item, else of the decision; the gain
is the one rule of core.assign.gain over the lender's table in force, so that the desk and
the sharing of the day cannot disagree. Nothing is learned or ranked here. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dunwell.core.assign.asked import act_left
from dunwell.core.assign.gain import GainTable, GainTold, gain_told
from dunwell.flows.prepare.show_decision import DecisionShown
from dunwell.store.cases.models import Case
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.documents import in_force
from dunwell.store.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class NextBest:
    """The act, and what it gains over leaving the borrower alone for `horizon_days`."""

    action: str
    gain: GainTold | None
    """None where no act is planned, or the table has no such act."""
    shared_fen: int | None
    """What the sharing of the day reckoned, where something changed since; else None."""
    horizon_days: int
    asked: bool
    """Another act than the one planned: the borrower closed that way (CN-C05)."""
    judged: bool
    """People chose the shares; no outcomes of this lender stand behind them."""


def next_best(
    *,
    case: Case,
    day: date,
    decided: DecisionShown | None,
    item: WorkItem | None,
    closed: Collection[str] = (),
) -> NextBest | None:
    """What to do next about the case; None where nothing was decided yet. Refuses nothing.

    `closed` are the channels the borrower asked us not to use: another act is offered then.
    """
    if decided is None:
        return None
    planned = item.action if item else decided.row.action
    action = act_left(planned, closed=closed)
    document = in_force(kind="gains", lender=case.lender_id, day=day)
    table = _table(document.hash, document.text)
    gain = None
    if action in table.acts:
        gain = gain_told(
            table=table,
            action=action,
            overdue_fen=case.overdue_fen,
            delinquent_days=case.delinquent_days,
            grade=decided.row.grade,
            reachability=str(decided.facts.get("reachability", "")),
        )
    moved = item is not None and gain is not None and item.gain_fen != gain.gain_fen
    return NextBest(
        action=action,
        gain=gain,
        shared_fen=item.gain_fen if item is not None and moved else None,
        horizon_days=table.horizon_days,
        asked=action != planned,
        judged=table.judged,
    )


@lru_cache(maxsize=8)
def _table(number: str, text: str) -> GainTable:
    """A table is known by the hash of its text: it is read once."""
    table: GainTable = parse_document("gains", text, file=f"gains/{number[:12]}.yaml")
    return table
