"""One rule of a text, read and rewritten in place: the rest of the file stays as it was.

Called by the form that edits a rule. Comments between rules, the order and the spelling of
everything else are kept, so that a difference shows only what was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_KEYS = ("id", "when", "plan", "category", "class", "why", "why_en", "source")
"""The order in which a rule is written."""
_WIDE = 10**6


@dataclass(frozen=True, slots=True)
class RulePlace:
    """A rule as it stands in a text: from where to where, how far in, and what it says."""

    start: int
    end: int
    column: int
    rule: dict[str, Any]


def rule_at(text: str, path: str) -> RulePlace | None:
    """The rule at a path such as `rest.held` or `stages.early.rules.early_lost`, or None."""
    node = _node_at(text, path)
    if not isinstance(node, yaml.MappingNode):
        return None
    start, end, column = node.start_mark.index, end_of(text, node), node.start_mark.column
    # Its first line stands behind a dash: brought in line with the others, it can be read alone.
    rule: dict[str, Any] = yaml.safe_load(" " * column + text[start:end])
    return RulePlace(start, end, column, rule)


def with_rule(text: str, place: RulePlace, rule: Mapping[str, Any]) -> str:
    """The text with `rule` in the place of the one that stood there."""
    return text[: place.start] + _written(rule, place.column) + text[place.end :]


def with_rule_after(text: str, place: RulePlace, rule: Mapping[str, Any]) -> str:
    """The text with a further rule behind the one at `place`."""
    dash = " " * max(place.column - 2, 0) + "- "
    return text[: place.end] + "\n" + dash + _written(rule, place.column) + text[place.end :]


def without_rule(text: str, place: RulePlace) -> str:
    """The text without the rule: its dash and its lines go, comments around it stay."""
    before = text.rfind("\n", 0, place.start) + 1
    after = place.end + 1 if text[place.end : place.end + 1] == "\n" else place.end
    return text[:before] + text[after:]


def with_rule_moved(text: str, path: str, *, by: int) -> str:
    """The text with the rule one place up (-1) or down (1); as it was where there is no place.

    The two rules change places; comments between them stay where they are.
    """
    above, _dot, name = path.rpartition(".")
    entries = _node_at(text, above)
    if not isinstance(entries, yaml.SequenceNode):
        return text
    names = [_id(each) for each in entries.value]
    at = names.index(name) if name in names else len(names)
    if not 0 <= at + by < len(names) or at == len(names):
        return text
    places = [rule_at(text, f"{above}.{names[each]}") for each in sorted((at, at + by))]
    first, second = places
    if first is None or second is None or first.end > second.start:
        return text
    return (
        text[: first.start]
        + text[second.start : second.end]
        + text[first.end : second.start]
        + text[first.start : first.end]
        + text[second.end :]
    )


def _node_at(text: str, path: str) -> yaml.Node | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path.split("."):
        node = _inside(node, part)
    return node


def _written(rule: Mapping[str, Any], column: int) -> str:
    keys = [key for key in _KEYS if key in rule] + [key for key in rule if key not in _KEYS]
    indent = "\n" + " " * column
    return indent.join(f"{key}: {value_text(rule[key])}" for key in keys)


def value_text(value: Any) -> str:
    """A value on one line, as the house writes it."""
    dumped = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=_WIDE, sort_keys=False
    )
    # Bare yes and no are words of the fields here, and are written as the house writes them.
    plain = dumped.removesuffix("...\n").strip()
    return plain.replace("'yes'", "yes").replace("'no'", "no") if isinstance(value, dict) else plain


def _inside(node: yaml.Node | None, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode):
        return next((each for each in node.value if _id(each) == part), None)
    return None


def _id(node: yaml.Node) -> str:
    if not isinstance(node, yaml.MappingNode):
        return ""
    return next((str(value.value) for key, value in node.value if key.value == "id"), "")


def end_of(text: str, node: yaml.MappingNode) -> int:
    """Where an entry's own text ends: what YAML counts to it may hold the next comment too."""
    if node.flow_style:
        return node.end_mark.index
    last = node.value[-1][1]
    end = last.end_mark.index
    stretch = text[node.start_mark.index : end]
    while True:
        head, newline, tail = stretch.rpartition("\n")
        if newline and (not tail.strip() or tail.strip().startswith("#")):
            stretch = head
        else:
            return node.start_mark.index + len(stretch.rstrip())
