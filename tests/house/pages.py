"""Pages in two languages: each stands in both, in one outline, and its README leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Finding

READMES = {"zh": "README.md", "en": "README.en.md"}
ELSEWHERE = {"zh/architecture.md": "docs/architecture.md"}
"""Pages whose other language has a place of its own."""


def unpaired_pages(root: Path) -> Iterator[Finding]:
    """Pages that lack the other language, differ from it in outline, or are led to by nothing."""
    docs = root / "docs"
    names = {path.name for language in READMES for path in (docs / language).glob("*.md")}
    for name in sorted(names):
        paths = {language: docs / language / name for language in READMES}
        for language, path in paths.items():
            shown = path.relative_to(root).as_posix()
            if path.exists() and f"]({shown})" not in (root / READMES[language]).read_text("utf-8"):
                yield Finding(READMES[language], 1, f"leads nowhere to {shown}")
        if f"zh/{name}" in ELSEWHERE:
            continue
        if missing := [path for path in paths.values() if not path.exists()]:
            yield Finding(missing[0].relative_to(root).as_posix(), 1, "stands in one language only")
        elif outline(paths["zh"].read_text("utf-8")) != outline(paths["en"].read_text("utf-8")):
            yield Finding(f"docs/en/{name}", 1, "has other headings, tables or examples in Chinese")


def outline(text: str) -> list[str]:
    """The headings by level, the rows of tables and the edges of examples, in order.

    >>> outline("# A\\n\\nwords\\n\\n| a | b |\\n```sh\\n# no heading\\n```\\n")
    ['#', '|||', '```', '```']
    """
    found: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
            found.append("```")
        elif not fenced and (heading := re.match(r"#+(?= )", line)):
            found.append(heading.group())
        elif not fenced and line.startswith("|"):
            found.append("|" * line.count("|"))
    return found
