"""The page on ageing is true: every figure of its tables is computed anew, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts, age_loan, settlement_of
from dunwell.core.allocation import Adjustment, Installment, Payment
from dunwell.core.money import parse_yuan, plain_yuan

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "zh" / "ageing.md", DOCS / "en" / "ageing.md"]
Row = dict[str, str]


def tables(page: Path) -> dict[tuple[str, ...], list[Row]]:
    """Tables of a page by their header."""
    found: dict[tuple[str, ...], list[Row]] = {}
    header: tuple[str, ...] = ()
    for line in page.read_text("utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if not line.startswith("|"):
            header = ()
        elif not header:
            header = cells
            found[header] = []
        elif set(line) - set("|- "):
            found[header].append(dict(zip(header, cells, strict=True)))
    return found


def one_table(page: Path, *columns: str) -> list[Row]:
    """The one table that begins with these columns."""
    [rows] = [rows for header, rows in tables(page).items() if header[: len(columns)] == columns]
    return rows


def facts_of(page: Path) -> LoanFacts:
    return LoanFacts(
        installments=[
            Installment(
                int(row["seq"]),
                date.fromisoformat(row["due_date"]),
                *(parse_yuan(row[part]) for part in ("principal", "interest", "fee", "penalty")),
            )
            for row in one_table(page, "seq", "due_date")
        ],
        payments=[
            Payment(
                row["payment_no"],
                date.fromisoformat(row["paid_on"]),
                parse_yuan(row["amount"]),
                row["reverses"] or None,
            )
            for row in one_table(page, "payment_no")
        ],
        adjustments=[
            Adjustment(
                kind=row["kind"],  # type: ignore[arg-type]
                component=row["component"],  # type: ignore[arg-type]
                amount_fen=parse_yuan(row["amount"]),
                effective_on=date.fromisoformat(row["effective_on"]),
                seq=int(row["seq"]) if row["seq"] else None,
            )
            for row in one_table(page, "kind")
        ],
        holds=[
            Hold(date.fromisoformat(row["start"]), date.fromisoformat(row["end"]))
            for row in one_table(page, "start")
        ],
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_answer_of_the_page_is_what_ageing_answers(page: Path) -> None:
    rows = one_table(page, "as_of", "day_count")
    assert len(rows) >= 10
    for row in rows:
        terms = AgeingTerms(
            day_count=row["day_count"],  # type: ignore[arg-type]
            grace_days=int(row["grace_days"]),
        )
        day = date.fromisoformat(row["as_of"])
        age = age_loan(facts=facts_of(page), as_of=day, terms=terms)
        told = {name: _written(getattr(age, name)) for name in list(row)[3:7]}
        told |= {"overdue": plain_yuan(age.overdue_fen)}
        told |= {"outstanding": plain_yuan(age.outstanding_fen)}
        told |= {"bucket": age.bucket, "held": _written(age.held)}
        assert told == dict(list(row.items())[3:]), row["as_of"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_installment_of_the_page_stands_as_ageing_places_it(page: Path) -> None:
    age = age_loan(facts=facts_of(page), as_of=date(2026, 4, 1), terms=AgeingTerms())
    assert [
        {
            "seq": _written(due.owed.seq),
            "unpaid": plain_yuan(due.unpaid_fen),
            "late_days": str(due.late_days),
            "delinquent_days": str(due.delinquent_days),
            "bucket": due.bucket,
        }
        for due in age.late_dues
    ] == one_table(page, "seq", "unpaid")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_settled_part_of_the_page_is_what_allocation_settles(page: Path) -> None:
    told = one_table(page, "as_of", "payment_no")
    computed = [
        {
            "as_of": day,
            "payment_no": line.payment_no,
            "seq": _written(line.seq),
            "component": line.component,
            "settled": plain_yuan(line.amount_fen),
        }
        for day in dict.fromkeys(row["as_of"] for row in told)
        for line in settlement_of(facts=facts_of(page), as_of=date.fromisoformat(day)).lines
    ]
    assert computed == told


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
