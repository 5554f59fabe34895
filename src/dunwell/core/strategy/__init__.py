"""Strategy: who gets which plan, and which step of it is due. Data, with one interpreter.

`parse_strategy` reads and checks the YAML of packs/house/strategy or of a published
document; `plan_of` and `step_of` answer for one borrower; bulk.compile.strategy is the
same in SQL. The gate sits below: no strategy can override it.
"""

from __future__ import annotations

from dunwell.core.strategy.checks import (
    Led,
    NotLetAlone,
    PlanNeverUsed,
    StepWithoutNeed,
    StretchBeforeRelief,
    faults_of_strategy,
    fields_of,
    led_to,
    parse_strategy,
)
from dunwell.core.strategy.choosing import REST, due_ahead, plan_of, step_of
from dunwell.core.strategy.differences import Change, Differences, Move, differences
from dunwell.core.strategy.reading import (
    FALLBACKS,
    LONGEST_WAIT_DAYS,
    MOST_ROUNDS,
    PlanDoesNotEnd,
    UnknownPlan,
    read_strategy,
)
from dunwell.core.strategy.records import (
    ACTIONS,
    NEEDS,
    OFFERS,
    WHYS,
    Action,
    Chosen,
    Fallback,
    Leads,
    Plan,
    PlanStanding,
    Stage,
    Step,
    StepDue,
    Strategy,
    Words,
)

__all__ = [
    "ACTIONS",
    "FALLBACKS",
    "LONGEST_WAIT_DAYS",
    "MOST_ROUNDS",
    "NEEDS",
    "OFFERS",
    "REST",
    "WHYS",
    "Action",
    "Change",
    "Chosen",
    "Differences",
    "Fallback",
    "Leads",
    "Led",
    "Move",
    "NotLetAlone",
    "Plan",
    "PlanDoesNotEnd",
    "PlanNeverUsed",
    "PlanStanding",
    "Stage",
    "Step",
    "StepDue",
    "StepWithoutNeed",
    "Strategy",
    "StretchBeforeRelief",
    "UnknownPlan",
    "Words",
    "differences",
    "due_ahead",
    "faults_of_strategy",
    "fields_of",
    "led_to",
    "parse_strategy",
    "plan_of",
    "read_strategy",
    "step_of",
]
