"""A points card as SQL: score, grade, three reasons and probability for a whole table.

Called by bulk.deciding for the book and by bulk.grading for files; core.risk.score is the
meaning, a property test holds the two equal. Each column is compared once: every band adds
one number that holds the points lost and, in a bit of its own, which line lost them. Bits
stand in order of loss, so the three lowest bits of the sum are the three reasons. A card
of many lines needs further numbers of bits (words), filled only by its smallest losses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dunwell.bulk.compile.conditions import column, literal
from dunwell.core.risk import Card, Item
from dunwell.core.risk.scoring import REASONS

GRADED_COLUMNS = (
    "score",
    "grade",
    *(f"reason_{n}" for n in range(1, REASONS + 1)),
    *(f"reason_{n}_lost" for n in range(1, REASONS + 1)),
    "probability_ppm",
)
"""What `card_sql` answers beside the keys."""

_BITS = 62
"""Bits of a BIGINT that a word may fill: the sign is left alone."""


class _Loss(NamedTuple):
    lost: int
    item: int


def card_sql(card: Card, *, source: str, keys: Sequence[str]) -> str:
    """A SELECT of `keys` and GRADED_COLUMNS from `source`, which has a column per feature.

    Numbers may be of any numeric type but hold no NaN; flags are BOOLEAN, choices VARCHAR.
    A row without three losses has null reasons.
    """
    losses = _losses(card)
    words, lost_bits = _words(card, losses)
    kept = ", ".join(column(key) for key in keys)
    sums = ", ".join(
        f"{_sum(card, word, lost_shift=len(word) if n == 0 else None)} AS w{n}"
        for n, word in enumerate(words)
    )
    query = f"SELECT {kept}, {sums} FROM {source}"
    low = (1 << len(words[0])) - 1
    others = "".join(f", w{n} AS m{n}" for n in range(1, len(words)))
    assert len(words[0]) + lost_bits <= _BITS
    query = f"SELECT {kept}, w0 >> {len(words[0])} AS lost, w0 & {low} AS m0{others} FROM ({query})"
    for n in range(1, REASONS + 1):
        query = _take_worst(query, n, [len(word) for word in words], kept)
    return _told(card, query, losses, kept)


def _losses(card: Card) -> list[_Loss]:
    """Every (points lost, line) there can be, the worst first, equal ones in card order."""
    found = {
        _Loss(item.best - points, n)
        for n, item in enumerate(card.items)
        for points in (*item.points, item.unknown)
        if points != item.best
    }
    return sorted(found, key=lambda loss: (-loss.lost, loss.item))


def _words(card: Card, losses: Sequence[_Loss]) -> tuple[list[Mapping[_Loss, int]], int]:
    """The bit of each loss in its word; the first word keeps room for the points lost."""
    lost_bits = max(1, (card.best_score - card.worst_score).bit_length())
    rooms, words = _BITS - lost_bits, [dict[_Loss, int]()]
    for loss in losses:
        if len(words[-1]) == rooms:
            words.append({})
            rooms = _BITS
        words[-1][loss] = len(words[-1])
    return list(words), lost_bits


def _sum(card: Card, word: Mapping[_Loss, int], *, lost_shift: int | None) -> str:
    parts = []
    for n, item in enumerate(card.items):
        numbers = [
            (1 << word[loss] if loss in word else 0)
            + (0 if lost_shift is None else loss.lost << lost_shift)
            for points in (*item.points, item.unknown)
            for loss in (_Loss(item.best - points, n),)
        ]
        if any(numbers):
            parts.append(_case(item, [f"{number}::BIGINT" for number in numbers]))
    return " + ".join(parts) or "0::BIGINT"


def _case(item: Item, answers: Sequence[str]) -> str:
    """One CASE over the item's bands; the last answer is that of unknown."""
    name, unknown = column(item.feature), answers[-1]
    if item.values:
        whens = [
            f"WHEN {name} = {literal(value)} THEN {answer}"
            for value, answer in zip(item.values, answers, strict=False)
        ]
    else:
        whens = [
            f"WHEN {name} < {_number(cut)} THEN {answer}"
            for cut, answer in zip(item.cuts, answers, strict=False)
        ]
        last = f"{name} >= {_number(item.cuts[-1])}" if item.cuts else f"{name} IS NOT NULL"
        whens.append(f"WHEN {last} THEN {answers[-2]}")
    return f"CASE {' '.join(whens)} ELSE {unknown} END"


def _number(cut: float) -> str:
    # Between quotes: a bare 0.1 would be a DECIMAL, and cast through another value.
    return f"({cut})" if isinstance(cut, int) else f"'{cut!r}'::DOUBLE"


def _take_worst(query: str, number: int, sizes: Sequence[int], kept: str) -> str:
    """Take the lowest bit over all words as reason `number`, and out of its word."""
    taken = "".join(f", r{n}" for n in range(1, number))
    ranks, left, before, empty = [], [], 0, ""
    for n, size in enumerate(sizes):
        rank = f"bit_count((m{n} & (-m{n})) - 1)"
        ranks.append(f"WHEN m{n} <> 0 THEN {before} + {rank}")
        cut = f"m{n} & (m{n} - 1)"
        left.append(
            f"CASE WHEN {empty} THEN {cut} ELSE m{n} END AS m{n}" if empty else f"{cut} AS m{n}"
        )
        empty += f"{' AND ' if empty else ''}m{n} = 0"
        before += size
    worst = f"CASE {' '.join(ranks)} ELSE -1 END AS r{number}"
    return f"SELECT {kept}, lost{taken}, {worst}, {', '.join(left)} FROM ({query})"


def _told(card: Card, query: str, losses: Sequence[_Loss], kept: str) -> str:
    """Ranks and points lost as names: a list holds the answer of every possible loss."""
    scores = [card.best_score - lost for lost in range(card.best_score - card.worst_score + 1)]
    names = _list(literal(card.items[loss.item].feature) for loss in losses)
    points = _list(str(loss.lost) for loss in losses)
    grades = _list(literal(card.grade_of(score)) for score in scores)
    ppm = _list(str(card.probability_ppm_of(score)) for score in scores)
    reasons = ", ".join(f"({names})[r{n} + 1] AS reason_{n}" for n in range(1, REASONS + 1))
    lost = ", ".join(f"({points})[r{n} + 1] AS reason_{n}_lost" for n in range(1, REASONS + 1))
    return (
        f"SELECT {kept}, ({card.best_score} - lost)::INTEGER AS score,"
        f" ({grades})[lost + 1] AS grade, {reasons}, {lost},"
        f" ({ppm})[lost + 1] AS probability_ppm FROM ({query})"
    )


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(values)}]"
