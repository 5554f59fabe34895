"""A strategy as typed records: stages of rules, the plans they lead to, and the steps of a plan.

Made by reading.parse_strategy from YAML; run by choosing, compiled by
bulk.compile.strategy. Waits are days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

from dunwell.core.decision_table import Table, When

Action = Literal["none", "remind", "phone", "sms", "relief", "visit", "legal"]
ACTIONS: tuple[Action, ...] = get_args(Action)

Offer = Literal["penalty_waiver", "interest_relief", "extension"]
OFFERS: tuple[Offer, ...] = get_args(Offer)
RELIEF: frozenset[str] = frozenset({"penalty_waiver", "interest_relief"})
"""Offers that make the debt smaller; an extension makes it longer."""

Need = Literal["approval", "counsel"]
NEEDS: tuple[Need, ...] = get_args(Need)
"""What must be had before the action: a supervisor's approval, advice of counsel."""

Why = Literal["new_plan", "waiting", "moved_on", "exit", "fallback", "plan_over"]
WHYS: tuple[Why, ...] = get_args(Why)


class Words(NamedTuple):
    """A title or a reason as people read it."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is done instead of a step's action where its condition holds."""

    action: Action
    when: When


@dataclass(frozen=True, slots=True)
class Step:
    """One action, due again every `again_days`, for `wait_days` until the next step.

    Where `leave` holds the step is left at once, or not entered.
    """

    action: Action
    wait_days: int
    again_days: int
    leave: When | None
    fallback: Fallback | None
    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order, run `rounds` times; then the plan `then`, or nothing more."""

    id: str
    title: Words
    steps: tuple[Step, ...]
    rounds: int
    then: str | None


@dataclass(frozen=True, slots=True)
class Leads:
    """What a rule answers: the plan, and why in both languages."""

    plan: str
    why: Words


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the book with its own table."""

    id: str
    title: Words
    table: Table[Leads]


@dataclass(frozen=True, slots=True)
class Strategy:
    """Rules of rest first, then by stage exactly one rule, each leading to a plan.

    `stages` tells the stage by its place; `course` holds each plan with its rounds and what
    follows it as one run of steps, numbered from 1.
    """

    id: str
    title: Words
    judged: bool
    rest: Table[Leads]
    stages: tuple[Stage, ...]
    by_stage: Table[int]
    plans: Mapping[str, Plan]
    course: Mapping[str, tuple[Step, ...]]


class Chosen(NamedTuple):
    """Which stage and rule led to which plan. Rest is the stage `rest`."""

    stage: str
    rule: str
    plan: str
    why: Words


class PlanStanding(NamedTuple):
    """Where a borrower stands in a plan: the step they are in, and since when."""

    plan: str
    step: int
    since_on: date


class StepDue(NamedTuple):
    """What is to be done. A step beyond the last one has action none: the plan is over.

    `due_on` is the last day, not after today, on which the action fell due; `next_on` the
    day the step after this one begins, None when the plan is over.
    """

    plan: str
    step: int
    action: Action
    since_on: date
    due_on: date
    next_on: date | None
    why: Why
    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
