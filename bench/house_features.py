"""Real borrowers as the house's own features see them (dunwell.core.features), with outcomes.

Reads `../shared/data` beside the project (tests and bench only, never copied). The overdue
set: every one-installment loan is a row per day of LOOKED_AT on which it is that many days
late; bad: unpaid LATER_DAYS later. The next-loan set: the day the next loan was approved;
bad: as labelled. There are no contacts, promises, assets or reasons in the data, so those
features say "nothing known".
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from bench.next_loan import DATA
from dunwell.core.ageing import AgeingTerms, LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.features import FEATURES, Asides, LoanPast
from dunwell.core.features.borrower import features_of
from dunwell.core.money import parse_yuan

LOOKED_AT = (1, 4, 8, 15)
LATER_DAYS = 7

_KINDS = {"int": "BIGINT", "flag": "BOOLEAN", "choice": "VARCHAR"}


class _Loan(NamedTuple):
    past: LoanPast
    due_on: date
    paid_on: date


def write_overdue(out: Path) -> None:
    """Write the overdue set (Parquet): borrower_no, FEATURES, and `bad`."""
    _write(out, list(_overdue()))


def write_next_loan(out: Path) -> None:
    """Write the next-loan set (Parquet): borrower_no, FEATURES, and `bad`."""
    _write(out, list(_next_loans()))


def _write(out: Path, rows: list[list[object]]) -> None:
    columns = ", ".join(f"{one.name} {_KINDS[one.kind]}" for one in FEATURES)
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"CREATE TABLE answer (borrower_no VARCHAR, {columns}, bad INTEGER)")
    scratch = out.with_suffix(".rows.csv")
    with scratch.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    connection.execute(f"COPY answer FROM '{scratch}' (FORMAT csv, NULLSTR '')")
    connection.execute(f"COPY answer TO '{out}' (FORMAT parquet)")
    connection.close()
    scratch.unlink()


def _next_loans() -> Iterator[list[object]]:
    loans = _loans()
    path = DATA / "superlender_current_loan_labels.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["approveddate"][:10])
            known = _on(loans.get(row["customerid"], []), day)
            yield [f"B{row['customerid']}", *known, int(row["good_bad_flag"] == "Bad")]


def _overdue() -> Iterator[list[object]]:
    for customer, loans in _loans().items():
        for loan in loans:
            for late in LOOKED_AT:
                day = loan.due_on + timedelta(days=late)
                if loan.paid_on <= day:
                    break
                bad = int(loan.paid_on > day + timedelta(days=LATER_DAYS))
                number = f"B{customer}-{loan.due_on:%y%m%d}-{late}"
                yield [number, *_on(loans, day), bad]


def _on(loans: list[_Loan], day: date) -> list[object]:
    found = features_of(
        loans=[one.past for one in loans],
        asides=Asides(),
        as_of=day,
        ageing_terms=AgeingTerms(),
    )
    return list(asdict(found).values())


def _loans() -> dict[str, list[_Loan]]:
    found: dict[str, list[_Loan]] = defaultdict(list)
    path = DATA / "superlender_prevloans.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["termdays"] not in ("15", "30"):
                continue
            due_on = date.fromisoformat(row["firstduedate"][:10])
            paid_on = date.fromisoformat((row["closeddate"] or row["firstrepaiddate"])[:10])
            owed_fen = parse_yuan(row["totaldue"])
            facts = LoanFacts([Installment(1, due_on, owed_fen)], [Payment("P", paid_on, owed_fen)])
            begun = date.fromisoformat(row["approveddate"][:10])
            past = LoanPast(facts, disbursed_on=begun)
            found[row["customerid"]].append(_Loan(past, due_on, paid_on))
    return found
