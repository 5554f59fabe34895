"""The page on features is true: its example is computed anew, every feature is there in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from dunwell.core.ageing import AgeingTerms, LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.features import FEATURE_NAMES, REASONS, Asides, LoanPast, features_of
from dunwell.core.money import parse_yuan
from tests.core.test_ageing_page import one_table

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [DOCS / "zh" / "features.md", DOCS / "en" / "features.md"]


def example(page: Path) -> LoanPast:
    return LoanPast(
        LoanFacts(
            [
                Installment(
                    int(row["seq"]),
                    date.fromisoformat(row["due_date"]),
                    parse_yuan(row["principal"]),
                )
                for row in one_table(page, "seq", "due_date")
            ],
            [
                Payment(
                    row["payment_no"],
                    date.fromisoformat(row["paid_on"]),
                    parse_yuan(row["amount"]),
                    row["reverses"] or None,
                )
                for row in one_table(page, "payment_no")
            ],
        )
    )


def written(values: Mapping[str, object], name: str) -> str:
    value = values[name]
    return "" if value is None else str(value).lower()


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_every_row_of_the_example_is_what_the_function_answers(page: Path) -> None:
    rows = one_table(page, "as_of")
    assert len(rows) >= 5
    for row in rows:
        found = features_of(
            loans=[example(page)],
            asides=Asides(),
            as_of=date.fromisoformat(row["as_of"]),
            ageing_terms=AgeingTerms(),
        ).as_facts()
        for name in row.keys() - {"as_of"}:
            assert row[name] == written(found, name), (row["as_of"], name)


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_the_page_tells_every_feature_and_reason_in_order(page: Path) -> None:
    assert [row["feature"].strip("`") for row in one_table(page, "feature")] == list(FEATURE_NAMES)
    text = page.read_text("utf-8")
    places = [text.index(f"`{code}`", text.index("`FTP`")) for code in REASONS]
    assert places == sorted(places)
