"""Native files for tests: written as a lender would, from core's records or from plain rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dunwell.core.ageing import LoanFacts
from dunwell.core.money import plain_yuan


def write_table(
    folder: Path, table: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> Path:
    """Write one CSV file of the book; None is an empty value."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(["" if value is None else value for value in row] for row in rows)
    return path


def write_book(folder: Path, loans: Mapping[str, LoanFacts]) -> Path:
    """Write all native files that ageing reads for `loans` by loan_no."""
    facts = loans.items()
    write_table(
        folder,
        "loans",
        ("loan_no", "borrower_no", "allocation_order"),
        [(key, f"B{key}", ">".join(one.allocation_order)) for key, one in facts],
    )
    write_table(
        folder,
        "installments",
        ("loan_no", "seq", "due_date", "principal", "interest", "fee", "penalty"),
        [
            (
                *(key, line.seq, line.due_date),
                *(plain_yuan(line.principal_fen), plain_yuan(line.interest_fen)),
                *(plain_yuan(line.fee_fen), plain_yuan(line.penalty_fen)),
            )
            for key, one in facts
            for line in one.installments
        ],
    )
    write_table(
        folder,
        "payments",
        ("payment_no", "loan_no", "paid_on", "amount", "reverses"),
        [
            (
                *(f"{key}-{paid.payment_no}", key, paid.paid_on, plain_yuan(paid.amount_fen)),
                None if paid.reverses is None else f"{key}-{paid.reverses}",
            )
            for key, one in facts
            for paid in one.payments
        ],
    )
    write_table(
        folder,
        "adjustments",
        ("adjustment_no", "loan_no", "seq", "kind", "component", "amount_fen", "effective_on"),
        [
            (f"{key}-{n}", key, a.seq, a.kind, a.component, a.amount_fen, a.effective_on)
            for key, one in facts
            for n, a in enumerate(one.adjustments)
        ],
    )
    write_table(
        folder,
        "holds",
        ("loan_no", "start", "end", "reason"),
        [(key, h.start_on, h.end_on, "") for key, one in facts for h in one.holds],
    )
    return folder


def read_answer(path: Path) -> list[dict[str, str]]:
    """The rows of an answer file in CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
