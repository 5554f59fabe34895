"""Delimited text: which encoding, which delimiter, which records, read in bounded memory.

Called by `sheets`. A regular UTF-8 file is left as it is for DuckDB's own reader;
any other is written anew as UTF-8, and one with uneven rows or stray quotes is
ruled: one record per line behind its row number, as a person counts rows.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dunwell.bulk.intake.headers import is_known
from dunwell.bulk.intake.refusals import EmptyFile, NotText

HEAD_BYTES = 256 * 1024
HEAD_ROWS = 60
MOST_LINES = 200
"""A quote that stays open for more lines than this is a stray quote, not a long cell."""
MOST_DAMAGED, MOST_DAMAGED_PPM = 10, 20_000
"""More damaged characters than both of these, and the file is not text in any encoding we read."""

_BLOCK = 1024 * 1024
_DELIMITERS = ",;\t|"
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_BLANK_LINE = re.compile(rb"\n\r?\n[\r\n]*[^\r\n]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Text:
    """A text file made ready: UTF-8 at `path`; `regular` if DuckDB may read it as it is."""

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    regular: bool
    head: tuple[tuple[str, ...], ...]


def open_text(path: Path, *, name: str, workdir: Path) -> Text:
    """Find out how `path` is written. Refuses EmptyFile, and NotText for what no encoding fits."""
    encoding, damaged = _encoding(path, name)
    digest, watch = hashlib.sha256(), _LineWatch()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            watch.feed(block)
    ready = path
    if encoding not in ("utf-8", "utf-8-sig") or damaged:
        ready = workdir / f"{path.stem[:40]}-{digest.hexdigest()[:12]}.utf8.csv"
        watch = _rewrite_as_utf8(path, ready, encoding)
    with ready.open("rb") as stream:
        sample = stream.read(HEAD_BYTES).decode("utf-8-sig", errors="ignore")
    if not sample.strip():
        raise EmptyFile(file=name)
    delimiter = _delimiter(sample)
    return Text(
        path=ready,
        sha256=digest.hexdigest(),
        encoding=encoding,
        delimiter=delimiter,
        regular=watch.regular,
        head=tuple(tuple(row) for row in _first(_lines_of(sample), delimiter)),
    )


def rule_rows(rows: Iterable[tuple[int, list[str]]], *, path: Path, width: int) -> int:
    """Write `rows` (row number, cells) as number, surplus cells, then `width` cells; count them."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, cells in rows:
            surplus = "1" if any(cell.strip() for cell in cells[width:]) else ""
            padded = cells[:width] + [""] * (width - len(cells))
            writer.writerow([number, surplus, *padded])
            count += 1
    return count


def numbered_records(path: Path, *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record of a UTF-8 file that is not blank, with its row number counted from 1."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        for number, cells in enumerate(_records(stream, delimiter), start=1):
            if any(cell.strip() for cell in cells):
                yield number, [cell.replace("\x00", "") for cell in cells]


def _records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Split lines into records; a quote never closed counts as a plain character of its line."""
    waiting: list[str] = []
    source = iter(lines)
    while True:
        line = waiting.pop(0) if waiting else next(source, None)
        if line is None:
            return
        parts, quotes = [line], line.count('"')
        while quotes % 2 and len(parts) < MOST_LINES:
            more = waiting.pop(0) if waiting else next(source, None)
            if more is None:
                break
            parts.append(more)
            quotes += more.count('"')
        if quotes % 2:
            waiting = parts[1:] + waiting
            yield _split(parts[:1], delimiter, quoting=csv.QUOTE_NONE)
        else:
            yield _split(parts, delimiter, quoting=csv.QUOTE_MINIMAL)


def _split(parts: list[str], delimiter: str, *, quoting: Literal[0, 3]) -> list[str]:
    if parts[0].strip("\r\n") == "":
        return []
    try:
        return next(csv.reader(parts, delimiter=delimiter, quoting=quoting), [])
    except csv.Error:  # a cell beyond the csv module's own limit
        return parts[0].rstrip("\r\n").split(delimiter)


class _LineWatch:
    """Watches bytes go by for what DuckDB's reader would count otherwise than a person."""

    def __init__(self) -> None:
        self._tail = b"\n"
        self._blank = False
        self._feeds = False
        self._returns = False

    def feed(self, block: bytes) -> None:
        seen = self._tail + block
        self._blank = self._blank or _BLANK_LINE.search(seen) is not None
        self._feeds = self._feeds or b"\n" in block
        self._returns = self._returns or b"\r" in block
        self._tail = seen[len(seen.rstrip(b"\r\n")) :][-3:]

    @property
    def regular(self) -> bool:
        return not self._blank and (self._feeds or not self._returns)


def _encoding(path: Path, name: str) -> tuple[str, bool]:
    """The encoding that fits, and whether characters of it are damaged."""
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, not _fits(path, encoding)
    nul = _holds_nul(path)
    for encoding in ("utf-8", "gb18030"):
        if not nul and _fits(path, encoding):
            return encoding, False
    damage = {encoding: _damage(path, encoding) for encoding in ("utf-8", "gb18030")}
    best = min(damage, key=lambda encoding: damage[encoding][0])
    damaged, total = damage[best]
    if damaged > max(MOST_DAMAGED, total * MOST_DAMAGED_PPM // 1_000_000):
        raise NotText(file=name)
    return best, True


def _holds_nul(path: Path) -> bool:
    with path.open("rb") as stream:
        return any(b"\x00" in block for block in iter(lambda: stream.read(_BLOCK), b""))


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damage(path: Path, encoding: str) -> tuple[int, int]:
    """Characters that no text has, and all characters."""
    damaged = total = 0
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        while block := stream.read(_BLOCK):
            damaged += len(_NO_TEXT.findall(block))
            total += len(block)
    return damaged, total


def _rewrite_as_utf8(path: Path, target: Path, encoding: str) -> _LineWatch:
    watch = _LineWatch()
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        target.open("wb") as out,
    ):
        while text := source.read(_BLOCK):
            # A lost character marks its row, which is rejected; the rest of the file is good.
            block = text.replace("\x00", "\ufffd").encode("utf-8")
            watch.feed(block)
            out.write(block)
    return watch


def _delimiter(sample: str) -> str:
    """The delimiter that finds most known headers in one row, then the widest rows."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = _first(_lines_of(sample), delimiter)
        known = max((sum(is_known(cell) for cell in row) for row in rows[:10]), default=0)
        widths = sorted(len(row) for row in rows)
        return known, widths[len(widths) // 2] if widths else 0

    return max(_DELIMITERS, key=score)


def _first(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in _records(lines, delimiter):
        rows.append(row)
        if len(rows) == HEAD_ROWS:
            break
    return rows


def _lines_of(sample: str) -> list[str]:
    return list(io.StringIO(sample, newline=""))
