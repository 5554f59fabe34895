"""Reading back what the world wrote, in the plainest way."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Book:
    """A world in a folder, as rows of text."""

    folder: Path

    def rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def by_loan(self, name: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(name):
            found[row["loan_no"]].append(row)
        return found

    def kinds(self) -> dict[str, str]:
        """Payer kind by borrower number."""
        return {row["borrower_no"]: row["payer_kind"] for row in self.rows("truth/truth")}


def fen(text: str) -> int:
    """Yuan text with two decimals, in fen."""
    whole, part = text.split(".")
    assert len(part) == 2
    return int(whole + part)


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a world by its place in the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
