"""Is a strategy complete and gentle? Asked before it counts, and by `dunwell strategy check`.

Complete: every borrower has one plan, every rule and plan is of use. Gentle: who is
frozen, held or has promised is let alone; relief is offered before the term is
stretched (write-downs helped in experiments, longer terms alone did not); a visit has
an approval and legal action the advice of counsel first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dunwell.core.borrower_fields import FREEZES, STRATEGY_FIELDS
from dunwell.core.decision_table import (
    ALWAYS,
    All,
    Is,
    Rule,
    Table,
    When,
    example_of,
    faults_of,
    fields_read,
    row_text,
)
from dunwell.core.refusal import Refusal
from dunwell.core.strategy.reading import read_strategy
from dunwell.core.strategy.records import RELIEF, Leads, Step, Strategy

NEEDED = {"visit": "approval", "legal": "counsel"}
"""What an action may not begin without."""

_HARDSHIP = "hardship"
OTHERS = "(others)"
"""Those whom no rule of rest names, as if by a last rule."""

LET_ALONE: tuple[tuple[str, When], ...] = (
    *((f"freeze_{name}", Is(f"freeze_{name}", values=(True,))) for name in FREEZES),
    ("held", Is("held", values=(True,))),
    ("promise_state", Is("promise_state", values=("open", "due"))),
)
"""Facts under which a borrower is let alone; under hardship relief may be talked over."""


class Led(NamedTuple):
    """A rule by its path, and its plan; it counts where `when` holds and none of `unless`."""

    path: str
    when: When
    unless: tuple[When, ...]
    plan: str


class PlanNeverUsed(Refusal):
    """A plan no rule leads to and none is followed by. Figures: file, path, plan."""

    code = "STRATEGY-PLAN-NEVER-USED"


class NotLetAlone(Refusal):
    """A rule that acts on borrowers to be let alone. Figures: file, path, plan, action, example."""

    code = "STRATEGY-NOT-LET-ALONE"


class StretchBeforeRelief(Refusal):
    """An extension with no relief surely offered before it. Figures: file, path, step."""

    code = "STRATEGY-STRETCH-BEFORE-RELIEF"


class StepWithoutNeed(Refusal):
    """An action that may not begin without something. Figures: file, path, action, needs."""

    code = "STRATEGY-STEP-WITHOUT-NEED"


def parse_strategy(content: object, *, file: str) -> Strategy:
    """Read a strategy that may count. Refuses what `read_strategy` does, then the first fault."""
    strategy = read_strategy(content, file=file)
    for fault in faults_of_strategy(strategy, file=file):
        raise fault
    return strategy


def faults_of_strategy(strategy: Strategy, *, file: str) -> Iterator[Refusal]:
    """Everything that keeps a strategy from counting, each with an example where there is one.

    Refuses (TooTangled) conditions beyond the limits of decision tables.
    """
    resting = [rule.when for rule in strategy.rest.rules]
    # Rest need not cover everybody, so a gap there is none: the stages answer for the others.
    yield from faults_of(_with_the_others(strategy.rest), file=file, path="rest")
    yield from faults_of(strategy.by_stage, file=file, path="stages", unless=resting)
    for stage, entered in zip(strategy.stages, strategy.by_stage.rules, strict=True):
        path = f"stages.{stage.id}.rules"
        if example_of(entered.when, STRATEGY_FIELDS, unless=resting) is not None:
            yield from faults_of(
                stage.table, file=file, path=path, given=entered.when, unless=resting
            )
    yield from _unused(strategy, file)
    yield from _not_let_alone(strategy, file)
    for plan in strategy.plans:
        yield from _not_in_order(plan, strategy.course[plan], file)


def _with_the_others(rest: Table[Leads]) -> Table[None]:
    rules = tuple(Rule(rule.id, rule.when, None) for rule in rest.rules)
    return Table(rest.fields, (*rules, Rule(OTHERS, ALWAYS, None)), "first")


def _unused(strategy: Strategy, file: str) -> Iterator[Refusal]:
    tables = (strategy.rest, *(stage.table for stage in strategy.stages))
    used = {rule.then.plan for table in tables for rule in table.rules}
    for name in list(used):
        followed = strategy.plans[name].then
        while followed is not None:
            used.add(followed)
            followed = strategy.plans[followed].then
    for name in strategy.plans:
        if name not in used:
            yield PlanNeverUsed(file=file, path=f"plans.{name}", plan=name)


def _not_let_alone(strategy: Strategy, file: str) -> Iterator[Refusal]:
    for led in led_to(strategy):
        for fact, alone in LET_ALONE:
            relief_may = fact == f"freeze_{_HARDSHIP}"
            action = _acts(strategy.course[led.plan], relief_may=relief_may)
            if action is None:
                continue
            row = example_of(All((led.when, alone)), STRATEGY_FIELDS, unless=led.unless)
            if row is not None:
                yield NotLetAlone(
                    file=file,
                    path=f"{led.path}.plan",
                    plan=led.plan,
                    action=action,
                    example=row_text({fact: row[fact]}),
                )
                break


def led_to(strategy: Strategy) -> Iterator[Led]:
    """Every rule, in order: rest, then the stages."""
    earlier: tuple[When, ...] = ()
    for rule in strategy.rest.rules:
        yield Led(f"rest.{rule.id}", rule.when, earlier, rule.then.plan)
        earlier = (*earlier, rule.when)
    for stage, entered in zip(strategy.stages, strategy.by_stage.rules, strict=True):
        for found in stage.table.rules:
            path = f"stages.{stage.id}.rules.{found.id}"
            yield Led(path, All((found.when, entered.when)), earlier, found.then.plan)


def _acts(steps: tuple[Step, ...], *, relief_may: bool) -> str | None:
    """The first action of a plan that does not let a borrower alone, or None."""
    gentle = {"none", "relief"} if relief_may else {"none"}
    for step in steps:
        for action in (step.action, step.fallback.action if step.fallback else "none"):
            if action not in gentle:
                return action
    return None


def _not_in_order(plan: str, steps: tuple[Step, ...], file: str) -> Iterator[Refusal]:
    offered = False
    for number, step in enumerate(steps, start=1):
        needed = NEEDED.get(step.action)
        if needed is not None and needed not in step.needs:
            yield StepWithoutNeed(
                file=file, path=f"plans.{plan}", step=number, action=step.action, needs=needed
            )
        for at, offer in enumerate(step.offers):
            if offer == "extension" and not offered and not RELIEF & set(step.offers[:at]):
                yield StretchBeforeRelief(file=file, path=f"plans.{plan}", step=number)
        # What may be left out or replaced has not surely been offered.
        offered |= bool(RELIEF & set(step.offers)) and step.leave is None and step.fallback is None


def fields_of(strategy: Strategy) -> tuple[str, ...]:
    """The fields that decide the plan, in order of first use."""
    tables = (strategy.rest, strategy.by_stage, *(stage.table for stage in strategy.stages))
    return fields_read(*(rule.when for table in tables for rule in table.rules))
