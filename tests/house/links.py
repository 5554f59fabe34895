"""Links and paths in the documents: links lead to a file or heading, named files exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Finding, Source

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:")
_PATH = re.compile(r"`((?:src|tests|setup|docs|frontend|bench|requirements)/[\w./-]*)`")
_FENCE = re.compile(r"^(```|~~~)")


def dead_links(source: Source, *, root: Path) -> Iterator[Finding]:
    """Links of a Markdown file that lead nowhere."""
    for number, line in _prose(source.text):
        for target in _LINK.findall(line):
            if _ELSEWHERE.match(target):
                continue
            file, _, anchor = target.partition("#")
            place = (root / source.path).parent / file if file else root / source.path
            if not place.exists():
                yield Finding(source.path, number, f"{target} leads nowhere")
            elif anchor and place.suffix == ".md" and anchor not in _anchors(place):
                yield Finding(source.path, number, f"no heading for #{anchor} in {place.name}")


def dead_paths(source: Source, *, root: Path) -> Iterator[Finding]:
    """Files of the project that a Markdown page names in code type and that do not exist."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        for path in _PATH.findall(line):
            if not (root / path).exists():
                yield Finding(source.path, number, f"there is no {path}")


def _prose(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _FENCE.match(line.strip()):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def _anchors(place: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.+?)\s*$", place.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
