"""Rows made beforehand, waiting in a file until they are written: what was sealed, above all.

Called by the book import, which seals outside the transaction so that the book is
locked only while rows go in. The file holds sealed values and keys, no plain text.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from pathlib import Path

from dunwell.store.book.copying import Row


class Spool:
    """Rows of one table in a file; written once by `add`, then read as often as needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        path.write_bytes(b"")

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows: ints, text, bytes and None."""
        if rows:
            with self.path.open("ab") as file:
                marshal.dump(list(rows), file)
            self.count += len(rows)

    def chunks(self) -> Iterator[Sequence[Row]]:
        """The rows in the order they were added."""
        with self.path.open("rb") as file:
            while file.peek(1):
                yield marshal.load(file)

    def csv_bytes(self) -> Iterator[bytes]:
        """The rows as CSV: bytes as PostgreSQL writes them, text always in quotes."""
        for rows in self.chunks():
            lines = [",".join(map(_cell, row)) for row in rows]
            yield ("\n".join(lines) + "\n").encode()


def _cell(value: int | str | bytes | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)
