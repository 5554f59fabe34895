"""docs/*/plans.md shows plans as core.plan splits them and the shipped bands sign them."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from dunwell.core.plan import (
    Band,
    Debt,
    Means,
    PlanTerms,
    Relief,
    approver_of,
    offer_of,
    payday_aligned,
)

DOCS = Path(__file__).parents[3] / "docs"
TODAY = date(2026, 3, 2)


def shipped(name: str) -> int:
    text = files("dunwell.packs").joinpath("house", "plan", f"{name}.yaml").read_text("utf-8")
    (dated,) = yaml.safe_load(text)["values"].values()
    return int(dated["value"])


BANDS = [
    Band(role, shipped(f"{name}_most_relief_ppm"), shipped(f"{name}_most_installments"))
    for role, name in (("own", "own"), ("supervisor", "supervisor"), ("legal", "legal"))
]
TERMS = PlanTerms(
    most_installments=shipped("most_installments"),
    most_penalty_relief_ppm=shipped("most_penalty_relief_ppm"),
    most_interest_relief_ppm=shipped("most_interest_relief_ppm"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_installments_and_who_agrees(language: str) -> None:
    shown = 0
    for line in (DOCS / language / "plans.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 9 or not cells[0].isdigit():
            continue
        principal, interest, penalty, less_penalty, less_interest, count = map(int, cells[:6])
        lines, share, who = cells[6:]
        debt = Debt(principal, interest, penalty)
        offer = offer_of(
            shape="equal",
            relief=Relief(less_penalty, less_interest),
            days=payday_aligned(first_after=TODAY, payday=15, count=count),
            debt=debt,
            means=Means(None),
            terms=TERMS,
            borrowed_days=365,
        )
        assert [each.amount_fen for each in offer.lines] == [int(fen) for fen in lines.split()]
        assert offer.relief.share_ppm(debt) == int(share), line
        role = approver_of(relief_ppm=offer.relief.share_ppm(debt), installments=count, bands=BANDS)
        assert (role or "nobody") == who, line
        shown += 1
    assert shown == 6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_shipped_bands(language: str) -> None:
    text = (DOCS / language / "plans.md").read_text("utf-8")
    for band in BANDS:
        cells = f"| {band.most_relief_ppm // 10_000} % | {band.most_installments} |"
        assert cells in text, band
