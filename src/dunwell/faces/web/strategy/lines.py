"""Where in a text a fault is: the path of a refusal, as a line number of the YAML.

Called by the editor, so that somebody who mends a strategy finds the place. Rooms write
paths as `stages.early.rules.early_lost.when.grade`: a rule may be named by its id, an entry
of a list by its number in brackets.
"""

from __future__ import annotations

import re

import yaml

_LINE = re.compile(r"line (\d+)")
_PART = re.compile(r"[^.\[\]]+|\[\d+\]")


def line_of(text: str, path: str) -> int | None:
    """The line a path leads to, from 1; the nearest one above it, None where nothing is found."""
    written = _LINE.fullmatch(path)
    if written:
        return int(written[1])
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    line = None
    for part in _PART.findall(path):
        found = _inside(node, part)
        if found is None:
            break
        line, node = found
    return line


def _inside(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    """The line and node of one part of a path."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
        return None
    if not isinstance(node, yaml.SequenceNode):
        return None
    if part.startswith("["):
        number = int(part[1:-1])
        # Rooms number entries from 1, lists of arms from 0: the nearest one will do.
        place = min(max(number - 1, 0), len(node.value) - 1)
        if not node.value:
            return None
        return node.value[place].start_mark.line + 1, node.value[place]
    for entry in node.value:
        if _named(entry) == part:
            return entry.start_mark.line + 1, entry
    return None


def _named(node: yaml.Node) -> str:
    """The id of an entry of a list; empty where it has none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in ("id", "arm", "feature") and isinstance(value, yaml.ScalarNode):
                return str(value.value)
    return ""
