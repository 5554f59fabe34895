"""One plan of a text, read and rewritten in place: what was not changed stays as it is written.

Called by the form of a plan. A step that was not touched keeps its lines and the comments
before them, wherever it has been moved to; so do the plan's other keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from dunwell.faces.web.strategy.rule_text import end_of, rule_at, value_text

_HEAD = ("title", "title_en", "rounds")
_KEYS = (*_HEAD, "steps", "then")
STEP_KEYS = ("action", "wait_days", "again_days", "offers", "needs", "exit", "fallback")
"""The order in which a step is written."""


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """A plan as it stands in a text: its name, its lines, how far in, what it says, its parts."""

    head: int
    head_column: int
    start: int
    end: int
    column: int
    plan: dict[str, Any]
    parts: Mapping[str, str] = field(default_factory=dict)
    """The lines of each key; none where the plan is written on one line."""
    steps: Sequence[str] = ()
    """The lines of each step with the comments before it; none where they are on one line."""


def plan_at(text: str, name: str) -> PlanPlace | None:
    """The plan of that name, or None. Refuses (YAMLError) what is no YAML."""
    found = rule_at(text, f"plans.{name}") if "." not in name else None
    if found is None:
        return None
    mark = _name_at(text, name)
    head = (mark.index, mark.column)
    if mark.line == text.count("\n", 0, found.start):
        return PlanPlace(*head, found.start, found.end, found.column, found.rule)
    start, end = _line_start(text, found.start), _line_end(text, found.end)
    lines = text[start:end]
    node = yaml.compose(lines, Loader=yaml.SafeLoader)
    assert node is not None  # the lines of a plan that was found are not empty
    begins = [_line_start(lines, key.start_mark.index) for key, _ in node.value]
    ends = [*begins[1:], len(lines)]
    names = [key.value for key, _ in node.value]
    parts = {each: lines[a:b] for each, a, b in zip(names, begins, ends, strict=True)}
    steps = next((pair for pair in node.value if pair[0].value == "steps"), None)
    of_steps = _step_lines(lines, *steps) if steps else ()
    return PlanPlace(*head, start, end, found.column, found.rule, parts, of_steps)


def with_plan(
    text: str, place: PlanPlace, plan: Mapping[str, Any], origins: Sequence[int | None]
) -> str:
    """The text with `plan` in the place of the one there; `origins` says which step each was."""
    return text[: place.start] + _written(place, plan, origins) + text[place.end :]


def with_plan_after(text: str, place: PlanPlace, name: str, plan: Mapping[str, Any]) -> str:
    """The text with a further plan of that name behind the one at `place`."""
    behind = place.end if place.parts else _line_end(text, place.end)
    before = text[:behind] if text[:behind].endswith("\n") else f"{text[:behind]}\n"
    head = " " * place.head_column + f"{name}:\n"
    return f"{before}\n{head}{_anew(plan, place.head_column + 2)}{text[behind:]}"


def without_plan(text: str, place: PlanPlace) -> str:
    """The text without the plan, its name, and the empty line before it."""
    before = text[: _line_start(text, place.head)]
    after = text[place.end :] if place.parts else text[_line_end(text, place.end) :]
    return (before[:-1] if before.endswith("\n\n") else before) + after


def _written(place: PlanPlace, plan: Mapping[str, Any], origins: Sequence[int | None]) -> str:
    if not place.parts:
        return value_text(dict(plan))
    written = ""
    for key in _KEYS:
        if key not in plan:
            continue
        if key == "steps":
            written += _steps_written(place, plan[key], origins)
        elif plan[key] == place.plan.get(key):
            written += place.parts[key]
        else:
            written += " " * place.column + f"{key}: {value_text(plan[key])}\n"
            written += _comments(place.parts.get(key, ""))
    return written


def _steps_written(
    place: PlanPlace, steps: Sequence[Mapping[str, Any]], origins: Sequence[int | None]
) -> str:
    stood = place.plan.get("steps", [])
    if origins == list(range(len(stood))) and all(map(_same, steps, stood)):
        return place.parts["steps"]
    written = " " * place.column + "steps:\n"
    for step, origin in zip(steps, origins, strict=True):
        same = origin is not None and origin < len(place.steps) and _same(step, stood[origin])
        written += place.steps[origin] if same and origin is not None else step_text(
            step, place.column + 2
        )  # fmt: skip
    return written


def _same(step: Mapping[str, Any], stood: Mapping[str, Any]) -> bool:
    """Whether nothing was changed; the needs have no order."""
    both = [{**each, "needs": sorted(each.get("needs", ()))} for each in (step, stood)]
    return both[0] == both[1]


def step_text(step: Mapping[str, Any], column: int) -> str:
    """A step as it is written anew, its dash at `column`."""
    keys = [key for key in STEP_KEYS if key in step]
    lines = [f"{key}: {value_text(step[key])}" for key in keys]
    return " " * column + "- " + ("\n" + " " * (column + 2)).join(lines) + "\n"


def _anew(plan: Mapping[str, Any], column: int) -> str:
    indent = " " * column
    written = "".join(f"{indent}{key}: {value_text(plan[key])}\n" for key in _HEAD if key in plan)
    written += f"{indent}steps:\n" + "".join(step_text(each, column + 2) for each in plan["steps"])
    return written + (f"{indent}then: {value_text(plan['then'])}\n" if "then" in plan else "")


def _step_lines(lines: str, key: yaml.Node, node: yaml.Node) -> tuple[str, ...]:
    """The lines of each step, comments before it with it."""
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
        return ()
    if not all(isinstance(each, yaml.MappingNode) for each in node.value):
        return ()
    begin = _line_end(lines, key.end_mark.index)
    ends = [_line_end(lines, end_of(lines, each)) for each in node.value]
    return tuple(lines[a:b] for a, b in zip([begin, *ends], ends, strict=False))


def _name_at(text: str, name: str) -> yaml.Mark:
    """Where the name of the plan stands."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None  # the plan stands in it
    plans = next(value for key, value in root.value if key.value == "plans")
    mark: yaml.Mark = next(key.start_mark for key, _ in plans.value if key.value == name)
    return mark


def _comments(part: str) -> str:
    """The comment lines behind a key, kept when its value is rewritten."""
    return "".join(
        line for line in part.splitlines(keepends=True)[1:] if line.lstrip().startswith("#")
    )


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Behind the newline that ends the line."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
