"""docs/*/worklists.md shows gains as the shipped table gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dunwell.core.assign.gain import ACTIONS, gains_fen
from tests.core.assign.a_day import shipped

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_gains_of_the_shipped_table(language: str) -> None:
    table, shown = shipped(), 0
    for line in (DOCS / language / "worklists.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 6 or cells[0] not in ACTIONS:
            continue
        act, overdue, days, grade, reach, gain = cells
        answer = gains_fen(
            table=table,
            action=act,
            overdue_fen=np.array([int(overdue)]),
            delinquent_days=np.array([int(days)]),
            grade=np.array([table.grades.index(grade)]),
            reachability=np.array([table.reachability.index(reach)]),
        )
        assert answer.tolist() == [int(gain)], line
        shown += 1
    assert shown == 8
