"""The files of the project as the house checks see them, and how a finding is told.

A check is a function from a file (or its text) to findings; its test runs it
over the whole tree and over one good and one bad example of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

NOT_OURS = frozenset(
    {".git", ".venv", "node_modules", "__pycache__", "dist", "build", "var", ".dunwell"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
)
"""Folders that are made, not written."""


class Finding(NamedTuple):
    """One breach: where it is and what would be right."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Source(NamedTuple):
    """One text file: its path from the project's root, with slashes, and its text."""

    path: str
    text: str


@cache
def paths() -> tuple[str, ...]:
    """Every file of the project, relative to its root, sorted."""
    return tuple(sorted(_walk(ROOT)))


def sources(*endings: str, under: Iterable[str] = ("",)) -> Iterator[Source]:
    """The text files with one of these endings below one of these folders."""
    below = tuple(under)
    for path in paths():
        if path.endswith(endings) and path.startswith(below):
            yield Source(path, (ROOT / path).read_text("utf-8"))


def expect_none(findings: Iterable[Finding]) -> None:
    """Fail with all findings, one a line, if there is any."""
    told = "\n".join(str(finding) for finding in findings)
    if told:
        raise AssertionError("\n" + told)


def _walk(top: Path) -> Iterator[str]:
    for folder, inner, names in os.walk(top):
        inner[:] = [name for name in inner if name not in NOT_OURS]
        inner[:] = [name for name in inner if not name.endswith(".egg-info")]
        for name in names:
            if not name.endswith((".mo", ".pyc", ".sqlite3")):
                yield (Path(folder) / name).relative_to(top).as_posix()
