"""Make: the whole world, chunk by chunk, into a folder.

`DIR` gets the native book files (or the tape), `DIR/truth` what no import may ever see: the hidden
kind of every borrower, the flaws put into a tape, and what was asked for. The same loans,
seed, day, layout and flaws give the same bytes. Called by the command line and by tests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Self, TextIO

import numpy as np

from dunwell.world.chunk import CHUNK_LOANS, Chunk, make_chunk
from dunwell.world.native import COLUMNS, TRUTH_COLUMNS, NativeRows, truth_rows
from dunwell.world.refusals import (
    DayOutOfRange,
    FolderInUse,
    LoansOutOfRange,
    SeedOutOfRange,
    UnknownLayout,
)
from dunwell.world.sheet import CsvSheet, ExcelSheet, Sheet
from dunwell.world.standing import BUCKETS
from dunwell.world.tape import tape_rows

LAYOUTS = ("native", "tape")
SHEETS = ("xlsx", "csv")
MOST_LOANS = 10_000_000
MOST_SEED = 2**63 - 1
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2060, 12, 31)

Progress = Callable[[int, int], None]
"""Called with loans made and loans asked for."""

_UNFINISHED = ".part"


@dataclass(slots=True)
class WorldSummary:
    """What a world holds: rows per file, loans per bucket on the as-of day."""

    seed: int
    as_of: date
    layout: str
    flaws: bool
    loans: int
    borrowers: int = 0
    overdue_loans: int = 0
    overdue_fen: int = 0
    buckets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    rows: dict[str, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """Plain data for JSON; the day is ISO text."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def make_world(
    *,
    loans: int,
    seed: int,
    as_of: date,
    out: Path,
    layout: str = "native",
    sheet: str = "xlsx",
    flaws: bool = False,
    on_progress: Progress | None = None,
) -> WorldSummary:
    """Make a lender of `loans` loans as it stands on `as_of` and write it to the folder `out`.

    Refuses loans, seeds, days and layouts out of range, and a folder that holds anything
    but an earlier world (FolderInUse); nothing is written then. `sheet` and `flaws` only
    concern the tape.
    """
    _check(loans=loans, seed=seed, as_of=as_of, layout=layout, sheet=sheet)
    _clear(out)
    summary = WorldSummary(seed=seed, as_of=as_of, layout=layout, flaws=flaws, loans=loans)
    with _Files(out) as files:
        truth = files.open("truth/truth.csv", TRUTH_COLUMNS)
        write = (
            _native_writer(files, summary)
            if layout == "native"
            else _tape_writer(files, summary, sheet)
        )
        for number, chunk in enumerate(_chunks(loans=loans, seed=seed, as_of=as_of)):
            truth.write(_lines(truth_rows(chunk), summary, "truth"))
            write(number, chunk)
            _count(summary, chunk)
            if on_progress is not None:
                on_progress(chunk.loans.first_number + chunk.loans.count, loans)
    files.finish()
    text = json.dumps(summary.as_data(), ensure_ascii=False, indent=2) + "\n"
    (out / "truth" / "world.json").write_text(text, encoding="utf-8", newline="\n")
    return summary


def _check(*, loans: int, seed: int, as_of: date, layout: str, sheet: str) -> None:
    if not 1 <= loans <= MOST_LOANS:
        raise LoansOutOfRange(loans=loans, least=1, most=MOST_LOANS)
    if not 0 <= seed <= MOST_SEED:
        raise SeedOutOfRange(seed=seed, least=0, most=MOST_SEED)
    if not FIRST_DAY <= as_of <= LAST_DAY:
        raise DayOutOfRange(
            as_of=as_of.isoformat(), first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat()
        )
    for value, allowed in ((layout, LAYOUTS), (sheet, SHEETS)):
        if value not in allowed:
            raise UnknownLayout(value=value, allowed=", ".join(allowed))


def _clear(out: Path) -> None:
    """Remove an earlier world, so that no file of it stays beside the new one.

    A folder is a world only if it holds a truth: a lender's real book has the same file names.
    """
    if out.exists() and not out.is_dir():
        raise FolderInUse(folder=out.name, found=out.name)
    found = sorted(out.iterdir()) if out.exists() else []
    hidden = sorted((out / "truth").iterdir()) if (out / "truth").is_dir() else []
    ours = {out / f"{name}.csv" for name in (*COLUMNS, "tape")} | {out / "tape.xlsx"}
    ours |= {out / "truth" / name for name in ("truth.csv", "flaws.csv", "world.json")}
    files = [path for path in (*found, *hidden) if path != out / "truth"]
    for path in files:
        known = path.with_name(path.name.removesuffix(_UNFINISHED)) in ours
        if not hidden or not known:
            raise FolderInUse(folder=out.name, found=path.name)
    for path in files:
        path.unlink()
    (out / "truth").mkdir(parents=True, exist_ok=True)


def _chunks(*, loans: int, seed: int, as_of: date) -> Iterator[Chunk]:
    borrowers = 0
    for number, first_loan in enumerate(range(0, loans, CHUNK_LOANS)):
        chunk = make_chunk(
            number=number,
            count=min(CHUNK_LOANS, loans - first_loan),
            first_loan=first_loan,
            first_borrower=borrowers,
            seed=seed,
            as_of=as_of,
        )
        borrowers += chunk.people.count
        yield chunk


class _Files:
    """Open files of a world; they get their names only when all are written."""

    def __init__(self, out: Path) -> None:
        self._out, self._stack = out, ExitStack()
        self._names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        self._stack.close()

    def path(self, name: str) -> Path:
        self._names.append(name)
        return self._out / (name + _UNFINISHED)

    def open(self, name: str, columns: str) -> TextIO:
        file = self.path(name).open("w", encoding="utf-8", newline="\n")
        self._stack.callback(file.close)
        file.write(columns + "\n")
        return file

    def sheet(self, kind: str, as_of: date) -> Sheet:
        path = self.path(f"tape.{kind}")
        sheet = CsvSheet(path) if kind == "csv" else ExcelSheet(path, as_of=as_of)
        self._stack.callback(sheet.close)
        return sheet

    def finish(self) -> None:
        for name in self._names:
            os.replace(self._out / (name + _UNFINISHED), self._out / name)


def _native_writer(files: _Files, summary: WorldSummary) -> Callable[[int, Chunk], None]:
    native = NativeRows()
    opened = {name: files.open(f"{name}.csv", columns) for name, columns in COLUMNS.items()}

    def write(number: int, chunk: Chunk) -> None:
        for name, rows in native.writers.items():
            opened[name].write(_lines(rows(chunk), summary, name))

    return write


def _tape_writer(files: _Files, summary: WorldSummary, kind: str) -> Callable[[int, Chunk], None]:
    sheet = files.sheet(kind, summary.as_of)
    spoilt = files.open("truth/flaws.csv", "loan_no,flaw") if summary.flaws else None

    def write(number: int, chunk: Chunk) -> None:
        marked = []
        count = 0
        for row in tape_rows(chunk=chunk, number=number, seed=summary.seed, flaws=summary.flaws):
            sheet.add(row.cells)
            count += 1
            if row.flaw:
                marked.append(f"{row.loan_no},{row.flaw}")
        summary.rows["tape"] = summary.rows.get("tape", 0) + count
        if spoilt is not None:
            spoilt.write(_lines(marked, summary, "flaws"))

    return write


def _lines(rows: Iterable[str], summary: WorldSummary, name: str) -> str:
    lines = list(rows)
    summary.rows[name] = summary.rows.get(name, 0) + len(lines)
    return "".join(f"{line}\n" for line in lines)


def _count(summary: WorldSummary, chunk: Chunk) -> None:
    standing = chunk.standing
    summary.borrowers += chunk.people.count
    summary.overdue_loans += int(np.sum(standing.overdue))
    summary.overdue_fen += int(np.sum(standing.overdue_fen))
    for at, count in enumerate(np.bincount(standing.bucket, minlength=len(BUCKETS)).tolist()):
        summary.buckets[BUCKETS[at]] += count
