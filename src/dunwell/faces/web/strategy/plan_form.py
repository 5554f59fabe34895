"""The form of one plan: its title, its steps in order, how often, and what follows.

Called by the page that edits a plan of a draft. A step is a row: what is done, for how many
days, how often, what may be offered, what it needs, when it is left, and what stands in for it.
`shaped` adds, drops and moves rows; `plan_said` is what the text will say, with what cannot be
said told at its row. Nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.strategy import ACTIONS, LONGEST_WAIT_DAYS, MOST_ROUNDS, NEEDS, OFFERS
from dunwell.faces.web.strategy.rule_form import (
    Row,
    fields_left,
    numbered,
    rows_of,
    rows_typed,
    when_typed,
)
from dunwell.faces.web.work import labels

MOST_ROWS = 40
NEW_STEP_DAYS = "7"
WORDS = ("id", "title", "title_en", "rounds", "then")


@dataclass(slots=True)
class StepRow:
    """One step as the form shows it. `origin`: its place in the text; None: it is new."""

    origin: int | None = None
    action: str = "phone"
    wait_days: str = NEW_STEP_DAYS
    again_days: str = ""
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    leave: list[Row] = field(default_factory=list)
    instead: str = ""
    instead_when: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    focus: str = ""
    """Which of its buttons the reader is at, after it was moved or added."""
    number: int = 1

    @property
    def key(self) -> str:
        """What the names of its inputs begin with."""
        return f"s{self.number}_"

    @property
    def offered(self) -> list[tuple[str, Any, bool]]:
        """What may be offered: code, words, ticked."""
        return [(code, labels.OFFERS[code], code in self.offers) for code in OFFERS]

    @property
    def needed(self) -> list[tuple[str, Any, bool]]:
        """What must be had before: code, words, ticked."""
        return [(code, labels.NEEDS[code], code in self.needs) for code in NEEDS]

    @property
    def leave_fields(self) -> list[tuple[str, str]]:
        """What its exit may still ask."""
        return fields_left(self.leave, STRATEGY_FIELDS)

    @property
    def instead_fields(self) -> list[tuple[str, str]]:
        """What its fallback may still ask."""
        return fields_left(self.instead_when, STRATEGY_FIELDS)


def steps_of(plan: Mapping[str, Any]) -> list[StepRow]:
    """The rows of a plan as it stands in the text. Refuses conditions nobody understands."""
    return _renumbered([_step(number, step) for number, step in enumerate(plan["steps"])])


def steps_typed(posted: QueryDict) -> list[StepRow]:
    """The rows as they were typed, in their order."""
    keys = [f"s{number}_" for number in range(1, MOST_ROWS + 1) if f"s{number}_action" in posted]
    return _renumbered([_typed(posted, key) for key in keys])


def shaped(rows: list[StepRow], act: str) -> list[StepRow]:
    """The rows after `act`: `add`, or `up-2`, `down-2`, `drop-2`, `below-2` of a step."""
    kind, _dash, told = act.partition("-")
    at = int(told) - 1 if told.isascii() and told.isdecimal() and len(told) < 4 else len(rows) - 1
    if kind in ("add", "below") and len(rows) < MOST_ROWS:
        rows.insert(at + 1, StepRow(focus="action"))
    elif 0 <= at < len(rows):
        if kind == "drop" and len(rows) > 1:
            rows.pop(at)
            rows[min(at, len(rows) - 1)].focus = "drop"
        to = at + {"up": -1, "down": 1}.get(kind, 0)
        if to != at and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
            last = 0 if kind == "up" else len(rows) - 1
            rows[to].focus = {"up": "down", "down": "up"}[kind] if to == last else kind
    return _renumbered(rows)


def plan_said(said: Mapping[str, str], rows: list[StepRow]) -> tuple[dict[str, Any] | None, str]:
    """The plan as the text will say it, and what is wrong with its head; None: it cannot be said.

    What is wrong with a step stands at its row afterwards.
    """
    steps = [_said(row) for row in rows]
    problem = _wrong_head(said)
    if problem or any(row.errors for row in rows) or any(step is None for step in steps):
        return None, problem
    plan: dict[str, Any] = {"title": said["title"], "title_en": said["title_en"]}
    if said["rounds"] not in ("", "1"):
        plan["rounds"] = int(said["rounds"])
    plan["steps"] = steps
    if said["then"]:
        plan["then"] = said["then"]
    return plan, ""


def _step(origin: int, step: Mapping[str, Any]) -> StepRow:
    fallback = step.get("fallback", {})
    return StepRow(
        origin=origin,
        action=str(step["action"]),
        wait_days=str(step["wait_days"]),
        again_days=str(step.get("again_days", "")),
        offers=tuple(step.get("offers", ())),
        needs=tuple(step.get("needs", ())),
        leave=rows_of(step.get("exit", {}), STRATEGY_FIELDS),
        instead=str(fallback.get("action", "")),
        instead_when=rows_of(fallback.get("when", {}), STRATEGY_FIELDS),
    )


def _typed(posted: QueryDict, key: str) -> StepRow:
    origin = posted.get(f"{key}origin", "")
    return StepRow(
        origin=int(origin) if origin.isascii() and origin.isdecimal() and len(origin) < 4 else None,
        action=posted.get(f"{key}action", ""),
        wait_days=posted.get(f"{key}wait_days", "").strip(),
        again_days=posted.get(f"{key}again_days", "").strip(),
        offers=tuple(each for each in OFFERS if each in posted.getlist(f"{key}offers")),
        needs=tuple(each for each in NEEDS if each in posted.getlist(f"{key}needs")),
        leave=rows_typed(posted, STRATEGY_FIELDS, f"{key}leave_"),
        instead=posted.get(f"{key}instead", ""),
        instead_when=rows_typed(posted, STRATEGY_FIELDS, f"{key}instead_"),
    )


def _renumbered(rows: list[StepRow]) -> list[StepRow]:
    for number, row in enumerate(rows, start=1):
        row.number = number
        numbered(row.leave, f"{row.key}leave_")
        numbered(row.instead_when, f"{row.key}instead_")
    return rows


def _said(row: StepRow) -> dict[str, Any] | None:
    row.errors = []
    if row.action not in ACTIONS:
        row.errors.append(_("请选择做什么。"))
    wait = _whole(row.wait_days, LONGEST_WAIT_DAYS)
    if wait is None:
        row.errors.append(_("“等几天”应为 1 到 {most} 的整数。").format(most=LONGEST_WAIT_DAYS))
    step: dict[str, Any] = {"action": row.action, "wait_days": wait}
    if row.again_days:
        step["again_days"] = _whole(row.again_days, wait or LONGEST_WAIT_DAYS)
        if step["again_days"] is None:
            row.errors.append(_("“每几天一次”应为 1 到 {most} 的整数，不超过“等几天”。").format(
                most=wait or LONGEST_WAIT_DAYS))  # fmt: skip
    if row.action == "relief":
        step["offers"] = list(row.offers)
        if not row.offers:
            row.errors.append(_("谈减免至少要勾一项可谈的内容。"))
    if row.needs:
        step["needs"] = list(row.needs)
    if row.leave:
        step["exit"] = when_typed(row.leave, STRATEGY_FIELDS)
    if row.instead or row.instead_when:
        step["fallback"] = {
            "action": row.instead,
            "when": when_typed(row.instead_when, STRATEGY_FIELDS),
        }
        if not (row.instead and row.instead_when):
            row.errors.append(_("后备要写明什么情况下、改做什么；不要后备就都去掉。"))
    unread = any(each.error for each in (*row.leave, *row.instead_when))
    return None if row.errors or unread else step


def _wrong_head(said: Mapping[str, str]) -> str:
    if not (said["title"] and said["title_en"]):
        return _("方案的名称，中文和英文都要写。")
    if said["rounds"] and _whole(said["rounds"], MOST_ROUNDS) is None:
        return _("“做几轮”应为 1 到 {most} 的整数。").format(most=MOST_ROUNDS)
    return ""


def _whole(text: str, most: int) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        return None
    return int(text) if 1 <= int(text) <= most else None
