"""Changelog fragments: a file per room in changelog.d, in lines that users understand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.house.tree import Finding, Source

MOST_LINES = 12
LONGEST_LINE = 400


def malformed_fragment(source: Source) -> Iterator[Finding]:
    """A fragment with another name, empty, with headings, or too long to be read."""
    if not re.fullmatch(r"changelog\.d/[a-z0-9][a-z0-9_-]*\.md", source.path):
        yield Finding(source.path, 1, "name it after its room, in lower case: changelog.d/room.md")
    lines = [line for line in source.text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_LINES:
        yield Finding(source.path, 1, f"{len(lines)} lines; say it in one to {MOST_LINES}")
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or len(line) > LONGEST_LINE:
            yield Finding(
                source.path, number, "plain lines without headings, 400 characters at most"
            )
