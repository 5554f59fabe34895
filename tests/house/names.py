"""Names of files and folders: they say what is inside, and rooms are not nested deep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.tree import Finding

SAYS_NOTHING = frozenset({"utils", "util", "common", "helpers", "helper", "misc", "stuff", "lib"})
DEEPEST = 3
"""Folders below src/dunwell that a Python file may stand in."""

FRAMEWORK_FOLDERS = frozenset({"migrations", "templatetags", "management", "commands"})
"""Django looks for these by name; they do not count as a level."""


def empty_names(path: str) -> Iterator[Finding]:
    """A file or folder whose name tells nothing about what is inside."""
    for part in PurePosixPath(path).parts:
        if part.split(".")[0].lower() in SAYS_NOTHING:
            yield Finding(path, 1, f"“{part}” says nothing: name it after what it answers")


def deep_files(path: str) -> Iterator[Finding]:
    """A Python file more than three folders below the package."""
    folders = PurePosixPath(path).parts[2:-1]
    levels = [folder for folder in folders if folder not in FRAMEWORK_FOLDERS]
    if path.startswith("src/dunwell/") and path.endswith(".py") and len(levels) > DEEPEST:
        yield Finding(path, 1, f"{len(levels)} folders deep, {DEEPEST} at most")
