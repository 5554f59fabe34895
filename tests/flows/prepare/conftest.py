"""Books to import: small native files and tapes written by the test that uses them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dunwell.bulk.intake.mapping import ColumnMap
from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.import_result import ImportResult
from dunwell.flows.prepare.stage_book import stage_book, work_folder
from dunwell.store.people.permissions import Actor, system_actor
from dunwell.store.vault import init_keyring

DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPERATOR = system_actor("command-line")

ID_WANG = "11010519491231002X"
ID_LI = "440524188001010014"

BORROWERS = [
    {"borrower_no": "B1", "name": "王小明", "id_no": ID_WANG, "mobile": "13800138000"},
    {"borrower_no": "B2", "name": "李丽", "id_no": ID_LI, "mobile": "13900139000"},
]
LOANS = [
    {"loan_no": "L1", "borrower_no": "B1", "product": "消费贷"},
    {"loan_no": "L2", "borrower_no": "B2", "product": "经营贷"},
]
INSTALLMENTS = [
    {"loan_no": "L1", "seq": 1, "due_date": "2026-01-15", "principal": "1000.00", "interest": 20},
    {"loan_no": "L1", "seq": 2, "due_date": "2026-02-15", "principal": "1000.00", "interest": 10},
    {"loan_no": "L2", "seq": 1, "due_date": "2026-03-15", "principal": "500.00", "interest": 5},
]
PAYMENTS = [
    {"payment_no": "P1", "loan_no": "L1", "paid_on": "2026-01-14", "amount": "1020.00"},
]


@dataclass
class Desk:
    """Writes files and imports them, as the command line does."""

    folder: Path
    actor: Actor = OPERATOR
    now: datetime = START
    steps: list[str] = field(default_factory=list)

    def write(self, name: str, rows: Iterable[Mapping[str, Any]], **how: Any) -> Path:
        """One CSV of the rows; `name` may lie in a folder."""
        rows = list(rows)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with path.open("w", newline="", encoding=how.get("encoding", "utf-8")) as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def book(self, folder: str = "book", **tables: Iterable[Mapping[str, Any]]) -> Path:
        """A folder of native files, one per table."""
        for name, rows in tables.items():
            self.write(f"{folder}/{name}.csv", rows)
        return self.folder / folder

    def bring(
        self,
        *paths: Path,
        lender: str = "default",
        as_of: date = DAY,
        dry_run: bool = False,
        mapping: ColumnMap | None = None,
        on_progress: Callable[[str, int, int], None] = lambda step, done, total: None,
        **how: Any,
    ) -> ImportResult:
        """Import the files for the lender."""
        with work_folder() as workdir:
            staged = stage_book(
                actor=self.actor,
                lender_code=lender,
                paths=paths,
                workdir=workdir,
                as_of=as_of,
                now=self.now,
                mapping=mapping,
                **how,
            )
            return import_book(
                actor=self.actor,
                staged=staged,
                dry_run=dry_run,
                clock=self.clock,
                on_progress=on_progress,
            )

    def clock(self) -> datetime:
        """Each look at the clock is a second later."""
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Desk:
    """A desk with a key file and a home of its own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.KEYS_FILE = settings.HOME / "keys.json"
    init_keyring(now=START)
    return Desk(tmp_path)


@pytest.fixture
def small_book(desk: Desk) -> Path:
    """Two borrowers, two loans, three installments, one payment."""
    return desk.book(borrowers=BORROWERS, loans=LOANS, installments=INSTALLMENTS, payments=PAYMENTS)
