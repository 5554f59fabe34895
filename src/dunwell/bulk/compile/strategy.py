"""A strategy as SQL: plan and step of every borrower of a table, as core's interpreter gives them.

`plan_sql` adds stage, rule and plan from the fields the strategy reads; `step_sql` adds
the step of the plan in the column `plan`, from where the borrower stood before
(standing_plan, standing_step, standing_since_on; null: nowhere). The meaning is
core.strategy.plan_of and step_of; a property test holds them equal. Called by
bulk.deciding and by the comparison of two strategies.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dunwell.bulk.compile.conditions import literal, sql_of
from dunwell.bulk.compile.rules import at_place_sql, case_sql, place_sql
from dunwell.core.strategy import REST, Step, Strategy

PLAN_COLUMNS = ("stage", "rule", "plan")
STEP_COLUMNS = ("step", "action", "since_on", "due_on", "next_on", "why")
"""What the two add, in this order."""


def plan_sql(strategy: Strategy, *, source: str) -> str:
    """A SELECT of all columns of `source` with stage, rule and plan.

    `source` is a table, a view or a query in brackets. The three are null where facts hold
    impossible values.
    """
    rows = [(REST, rule) for rule in strategy.rest.rules]
    rows += [(stage.id, rule) for stage in strategy.stages for rule in stage.table.rules]
    stages = at_place_sql("_rule", [stage for stage, _ in rows])
    rules = at_place_sql("_rule", [rule.id for _, rule in rows])
    plans = at_place_sql("_rule", [rule.then.plan for _, rule in rows])
    return (
        f"SELECT * EXCLUDE (_rule), {stages} AS stage, {rules} AS rule, {plans} AS plan "
        f"FROM (SELECT *, {_place(strategy)} AS _rule FROM {source})"
    )


def step_sql(strategy: Strategy, *, source: str, day: date) -> str:
    """A SELECT of all columns of `source` but the standing, with the step due on `day`.

    `source` has the columns plan and standing_*, and the fields that exits and fallbacks
    read. A plan that the strategy does not have, or null, gives null.
    """
    course = [(name, steps) for name, steps in strategy.course.items()]
    lengths = [len(steps) for _, steps in course]
    offsets = [sum(lengths[:n]) for n in range(len(course))]
    flat = [step for _, steps in course for step in steps]
    today = f"DATE '{day.isoformat()}'"
    placed = (
        f"SELECT *, {at_place_sql('_plan', lengths)} AS _steps, "
        f"{at_place_sql('_plan', offsets)} AS _offset, "
        "coalesce(standing_plan = plan, false) AS _same, "
        "CASE WHEN standing_plan = plan THEN standing_step ELSE 1 END AS _begun "
        f"FROM (SELECT *, {_plan_number(course)} AS _plan FROM {source})"
    )
    waits = at_place_sql("_offset + _begun", [step.wait_days for step in flat])
    waited = f"_same AND _begun <= _steps AND {today} >= standing_since_on + {waits}"
    started = f"SELECT *, _begun + CASE WHEN {waited} THEN 1 ELSE 0 END AS _start FROM ({placed})"
    entered = (
        "SELECT *, CASE WHEN _same AND _at = _begun THEN standing_since_on "
        f"ELSE {today} END AS since_on, _at > _steps AS _over, _offset + _at AS _flat "
        f"FROM (SELECT *, {_passed(course)} AS _at FROM ({started}))"
    )
    return f"{_answered(flat, today)} FROM ({entered})"


def _answered(flat: Sequence[Step], today: str) -> str:
    again = at_place_sql("_flat", [step.again_days for step in flat])
    wait = at_place_sql("_flat", [step.wait_days for step in flat])
    action = at_place_sql("_flat", [step.action for step in flat])
    instead = at_place_sql("_flat", [s.fallback.action if s.fallback else None for s in flat])
    falls = _falls_back(flat)
    due = f"since_on + (({today} - since_on) // {again} * {again})::INTEGER"
    answers = {
        "step": "least(_at, _steps + 1)::INTEGER",
        "action": f"CASE WHEN _over THEN 'none' WHEN {falls} THEN {instead} ELSE {action} END",
        "since_on": "CASE WHEN _plan IS NOT NULL THEN since_on END",
        "due_on": f"CASE WHEN _over THEN since_on ELSE {due} END",
        "next_on": f"CASE WHEN NOT _over THEN since_on + {wait} END",
        "why": (
            f"CASE WHEN _plan IS NULL THEN NULL WHEN _over THEN 'plan_over' "
            f"WHEN {falls} THEN 'fallback' WHEN _at > _start THEN 'exit' "
            "WHEN _start > _begun THEN 'moved_on' WHEN _same THEN 'waiting' ELSE 'new_plan' END"
        ),
    }
    columns = ", ".join(f"{answers[name]} AS {name}" for name in STEP_COLUMNS)
    aside = (
        "standing_plan, standing_step, standing_since_on, since_on, "
        "_plan, _steps, _offset, _same, _begun, _start, _at, _over, _flat"
    )
    return f"SELECT * EXCLUDE ({aside}), {columns}"


def _place(strategy: Strategy) -> str:
    """The place of the rule that counts: rest from the top, else the one of the stage."""
    number = len(strategy.rest.rules) + 1
    stages = []
    for stage, entered in zip(strategy.stages, strategy.by_stage.rules, strict=True):
        rules = [rule.when for rule in stage.table.rules]
        stages.append((sql_of(entered.when), place_sql(rules, first=number)))
        number += len(rules)
    arms = [(sql_of(rule.when), str(n)) for n, rule in enumerate(strategy.rest.rules, 1)]
    return case_sql(arms, otherwise=case_sql(stages))


def _plan_number(course: Sequence[tuple[str, Sequence[Step]]]) -> str:
    names = ", ".join(literal(name) for name, _ in course)
    return f"nullif(list_position([{names}], plan), 0)"


def _passed(course: Sequence[tuple[str, Sequence[Step]]]) -> str:
    """The step after those whose exit holds; only runs of steps with an exit are asked."""
    plans = []
    for number, (_, steps) in enumerate(course, 1):
        arms = []
        for at, step in enumerate(steps, 1):
            if step.leave is not None:
                arms.append((f"_start = {at}", _first_kept(steps, at)))
        if arms:
            plans.append((f"_plan = {number}", case_sql(arms, otherwise="_start")))
    return case_sql(plans, otherwise="_start")


def _first_kept(steps: Sequence[Step], at: int) -> str:
    arms = []
    while at <= len(steps) and (leave := steps[at - 1].leave) is not None:
        arms.append((f"NOT {sql_of(leave)}", str(at)))
        at += 1
    return case_sql(arms, otherwise=str(at))


def _falls_back(flat: Sequence[Step]) -> str:
    """Whether the fallback of the step holds; equal conditions are asked once."""
    conditions: dict[str, int] = {}
    numbers: list[int | None] = []
    for step in flat:
        if step.fallback is None:
            numbers.append(None)
        else:
            asked = sql_of(step.fallback.when)
            numbers.append(conditions.setdefault(asked, len(conditions) + 1))
    if not conditions:
        return "false"
    number = at_place_sql("_flat", numbers)
    arms = [(f"{number} = {n}", asked) for asked, n in conditions.items()]
    return f"({case_sql(arms, otherwise='false')})"
