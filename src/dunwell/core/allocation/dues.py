"""What a loan owes on a day, oldest first: the schedule after its adjustments.

Called by ageing and by the case page. An adjustment counts from its
effective_on. One that names an installment changes that installment; one that
names none (or one the schedule does not have) is of the loan:

* an accrual or charge is owed from its own effective_on, as a due of its own,
  so that a fee charged today is never already a month late;
* a waiver or write-off lowers that component oldest due first.

Lowering never goes below zero; what is left of it has no effect. A refund
changes no due: it takes back money, see dunwell.core.allocation.money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from dunwell.core.allocation.records import (
    LEGAL_ORDER,
    LOWERING,
    RAISING,
    Adjustment,
    Component,
    Due,
    Installment,
)
from dunwell.core.refusal import Refusal

_Parts = dict[Component, int]


class SeqTwice(Refusal):
    """Two installments of one loan carry one seq. Figures: seq."""

    code = "ALLOCATION-SEQ-TWICE"


def dues_on(
    *, installments: Iterable[Installment], adjustments: Sequence[Adjustment] = (), as_of: date
) -> tuple[Due, ...]:
    """What is owed, paid or not, by due date and seq; loose charges last among one day's dues.

    The whole schedule stands, future installments included: only adjustments wait
    for their day. Refuses (SeqTwice) a seq that comes twice.
    """
    lines = sorted(installments, key=lambda line: (line.due_date, line.seq))
    known = {line.seq for line in lines}
    if len(known) != len(lines):
        raise SeqTwice(seq=_first_repeated(line.seq for line in lines))
    effective = [row for row in adjustments if row.effective_on <= as_of]
    if not effective:
        return tuple(_as_agreed(line) for line in lines)
    own = [row for row in effective if row.seq in known]
    of_loan = [row for row in effective if row.seq not in known]
    dues = [_adjusted(line, [row for row in own if row.seq == line.seq]) for line in lines]
    dues += _loose_charges([row for row in of_loan if row.kind in RAISING])
    dues.sort(key=_oldest_first)
    return tuple(_lowered(dues, [row for row in of_loan if row.kind in LOWERING]))


def _as_agreed(line: Installment) -> Due:
    return Due(
        seq=line.seq,
        due_date=line.due_date,
        fee_fen=line.fee_fen,
        penalty_fen=line.penalty_fen,
        interest_fen=line.interest_fen,
        principal_fen=line.principal_fen,
    )


def _adjusted(line: Installment, own: Sequence[Adjustment]) -> Due:
    agreed = _as_agreed(line)
    if not own:
        return agreed
    parts = _parts(agreed)
    for row in own:
        if row.kind in RAISING:
            parts[row.component] += row.amount_fen
    # Lowering after all raising: the order in which rows were entered must not matter.
    for row in own:
        if row.kind in LOWERING:
            parts[row.component] = max(0, parts[row.component] - row.amount_fen)
    return _due(line.seq, line.due_date, parts)


def _loose_charges(rows: Sequence[Adjustment]) -> list[Due]:
    by_day: dict[date, _Parts] = {}
    for row in rows:
        parts = by_day.setdefault(row.effective_on, dict.fromkeys(LEGAL_ORDER, 0))
        parts[row.component] += row.amount_fen
    return [_due(None, day, parts) for day, parts in by_day.items()]


def _lowered(dues: Sequence[Due], rows: Sequence[Adjustment]) -> Iterable[Due]:
    if not rows:
        return dues
    left: _Parts = dict.fromkeys(LEGAL_ORDER, 0)
    for row in rows:
        left[row.component] += row.amount_fen
    lowered = []
    for due in dues:
        parts = _parts(due)
        for component in LEGAL_ORDER:
            taken = min(left[component], parts[component])
            parts[component] -= taken
            left[component] -= taken
        lowered.append(_due(due.seq, due.due_date, parts))
    return lowered


def _parts(due: Due) -> _Parts:
    return {component: due.part_fen(component) for component in LEGAL_ORDER}


def _due(seq: int | None, due_date: date, parts: _Parts) -> Due:
    return Due(
        seq=seq,
        due_date=due_date,
        cost_fen=parts["cost"],
        fee_fen=parts["fee"],
        penalty_fen=parts["penalty"],
        interest_fen=parts["interest"],
        principal_fen=parts["principal"],
    )


def _oldest_first(due: Due) -> tuple[date, bool, int]:
    return (due.due_date, due.seq is None, due.seq or 0)


def _first_repeated(numbers: Iterable[int]) -> int:
    ordered = sorted(numbers)
    return next(first for first, second in pairwise(ordered) if first == second)
