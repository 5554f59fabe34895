"""What deciding takes and answers: the policy in force, where the borrower stood, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from dunwell.core.category import Classification
from dunwell.core.decision_table import When
from dunwell.core.experiment import Experiment
from dunwell.core.risk import Card, QuadrantTables
from dunwell.core.strategy import Strategy

HOLD_OUT_PLAN = "hold_out"
"""The plan, stage and rule of those whom an experiment lets alone: nothing is done."""


@dataclass(frozen=True, slots=True)
class Policy:
    """All that decides for a lender on a day.

    `strategies` holds `default`, and by name those an experiment tries. `who` is the
    experiment's own condition, parsed; None where there is no experiment.
    """

    card: Card
    quadrant: QuadrantTables
    categories: Classification
    five_classes: Classification
    strategies: Mapping[str, Strategy]
    experiment: Experiment | None = None
    who: When | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """Where the decision of an earlier day left the borrower."""

    plan: str
    step: int
    since_on: date
    why: str
    experiment: str = ""


@dataclass(frozen=True, slots=True)
class Overruled:
    """What a person said counts instead of the derived value; None: nothing."""

    grade: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision for one borrower on one day.

    `grade` and `plan` count; `derived_grade` and `derived_plan` are what the rules gave.
    `reasons_json` is the items of the card on which most points were lost, each with them.
    """

    score: int
    grade: str
    derived_grade: str
    reasons_json: str
    probability_ppm: int
    ability: str
    ability_rule: str
    willingness: str
    willingness_rule: str
    category: str
    category_rule: str
    five_class: str
    five_class_rule: str
    experiment: str
    arm: str
    arm_probability_ppm: int | None
    stage: str
    rule: str
    plan: str
    derived_plan: str
    step: int
    action: str
    since_on: date
    due_on: date | None
    why: str


DECIDED: tuple[str, ...] = tuple(field.name for field in fields(Decided))
"""The names of a decision's figures, in order."""
