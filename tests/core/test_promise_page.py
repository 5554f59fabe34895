"""docs/*/promises.md shows promises as core.promise settles them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunwell.core.promise import Money, Promise, settle

DOCS = Path(__file__).parents[2] / "docs"
MADE_ON = date(2026, 3, 2)
AMOUNT_FEN = 100_000


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def money(told: str) -> list[Money]:
    """`03-10 500, 03-12 -500`: money that came and, below zero, that was taken back of it."""
    if told == "–":
        return []
    rows = [each.split() for each in told.split(",")]
    undone = tuple((day(on), -int(fen)) for on, fen in rows if int(fen) < 0)
    return [
        Money(f"P{place}", 1, day(on), int(fen), undone)
        for place, (on, fen) in enumerate(rows)
        if int(fen) > 0
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_the_payments_make_of_a_promise(language: str) -> None:
    shown = 0
    for line in (DOCS / language / "promises.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 6 or not cells[0].startswith("03-"):
            continue
        due, came, on, state, strict, paid = cells
        promise = Promise(key=1, made_on=MADE_ON, due_on=day(due), amount_fen=AMOUNT_FEN)
        (settled,) = settle(promises=[promise], money=money(came), day=day(on))
        assert (settled.state, settled.strict, settled.paid_fen) == (state, strict, int(paid)), line
        shown += 1
    assert shown == 7
