"""The tables of docs/zh/gate.md and docs/en/gate.md, written from the gate's own tables.

`python -m tests.core.permit.gate_page` writes them; a test holds the pages equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dunwell.faces.words.gate_facts import facts_table
from dunwell.store.policy.packs import shipped_gate, shipped_packs

ROOT = Path(__file__).parents[3]
PAGES = {language: ROOT / "docs" / language / "gate.md" for language in ("zh", "en")}
CHANNELS = 5

HEADS: dict[str, dict[str, Any]] = {
    "zh": {
        "facts": ["路径", "可以写", "默认", "`null` 表示"],
        "rules": ["代码", "规则", "何时答", "联系方式", "必需", "可能", "可解除", "依据"],
        "asking": "提问",
        "closing": "结束",
        "all": "全部",
        "title": "title",
        "clause": "clause",
    },
    "en": {
        "facts": ["path", "what may stand there", "default", "`null` means"],
        "rules": [
            "code",
            "rule",
            "answered",
            "channels",
            "needed",
            "may read",
            "lifted by",
            "clause",
        ],
        "asking": "asking",
        "closing": "closing",
        "all": "all",
        "title": "title_en",
        "clause": "clause_en",
    },
}


def filled(page: str, *, language: str) -> str:
    """The page with its three tables as the gate's own tables are now."""
    table = facts_table(shipped_gate(shipped_packs()))
    for name, rows in (
        ("facts", _facts(table["facts"], language)),
        ("closing facts", _facts(table["closing_facts"], language)),
        ("rules", _rules(table["rules"], language)),
    ):
        before, rest = page.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split(f"<!-- end of {name} -->", 1)
        middle = "\n".join(rows)
        page = f"{before}<!-- {name} -->\n{middle}\n<!-- end of {name} -->{after}"
    return page


def _facts(facts: Sequence[dict[str, Any]], language: str) -> Iterator[str]:
    yield from _head(HEADS[language]["facts"])
    for fact in facts:
        yield _row(
            f"`{fact['path']}`",
            fact["allowed"].removesuffix(" | null"),
            _plain(fact, "default"),
            _plain(fact, "null_means"),
        )


def _rules(rules: Sequence[dict[str, Any]], language: str) -> Iterator[str]:
    words = HEADS[language]
    yield from _head(words["rules"])
    for rule in rules:
        may_read = [path for path in rule["facts"] if path not in rule["needs"]]
        channels = rule["channels"]
        yield _row(
            rule["code"],
            rule[words["title"]],
            words[rule["answered"]],
            words["all"] if len(channels) == CHANNELS else " ".join(channels),
            _paths(rule["needs"]),
            _paths(may_read),
            " ".join(rule["lifted_by"]),
            rule[words["clause"]],
        )


def _head(names: Any) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" for _ in names))


def _row(*cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _paths(paths: Sequence[str]) -> str:
    return " ".join(f"`{path}`" for path in paths)


def _plain(fact: dict[str, Any], key: str) -> str:
    return f"`{json.dumps(fact[key])}`" if key in fact else ""


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(filled(path.read_text("utf-8"), language=language), "utf-8")
