"""Reading a strategy from its YAML mapping. The format is public: docs, strategy page.

`read_strategy` refuses what cannot be understood; whether the rules are complete and
gentle is asked by checks. Every refusal names the file, the path and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import Rule, Table, parse_rules, parse_when
from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.core.refusal import Refusal
from dunwell.core.strategy.records import (
    ACTIONS,
    NEEDS,
    OFFERS,
    Fallback,
    Leads,
    Plan,
    Stage,
    Step,
    Strategy,
    Words,
)

LONGEST_WAIT_DAYS = 365
MOST_ROUNDS = 12
MOST_STEPS = 100
"""So many steps a plan may have with its rounds and all that follows it."""

FALLBACKS = ("none", "remind", "phone", "sms")
"""What may stand in for another action: nothing that needs approval or counsel."""


class UnknownPlan(Refusal):
    """A plan that is not there. Figures: file, path, found, allowed."""

    code = "STRATEGY-UNKNOWN-PLAN"


class PlanDoesNotEnd(Refusal):
    """A plan that leads back to itself, or is longer than MOST_STEPS. Figures: file, path, plans.

    `plans` are the plans in the order they follow.
    """

    code = "STRATEGY-PLAN-DOES-NOT-END"


def read_strategy(content: object, *, file: str) -> Strategy:
    """Read one strategy. Its tables may still be unsound (checks.faults_of_strategy).

    Refuses other keys (WrongKeys), values (WrongValue), fields and conditions (as
    decision_table.parse_when), a plan that is not there (UnknownPlan), and plans that
    follow one another without end (PlanDoesNotEnd).
    """
    needed = ("id", "title", "title_en", "judged", "rest", "stages", "plans")
    written = keyed(content, file, "", needed, ())
    if not isinstance(written["judged"], bool):
        raise WrongValue(file=file, path="judged", value=written["judged"], allowed="true | false")
    plans = _plans(written["plans"], file)
    stages, by_stage = _stages(written["stages"], plans, file)
    return Strategy(
        id=text_in(written["id"], file, "id"),
        title=_words(written, file, ""),
        judged=written["judged"],
        rest=Table(STRATEGY_FIELDS, _rules(written["rest"], plans, file, "rest"), "first"),
        stages=stages,
        by_stage=by_stage,
        plans=plans,
        course={name: _course(plan, plans, file) for name, plan in plans.items()},
    )


def _stages(
    content: object, plans: Mapping[str, Plan], file: str
) -> tuple[tuple[Stage, ...], Table[int]]:
    def stage(written: Mapping[str, object], path: str) -> Stage:
        rules = _rules(written["rules"], plans, file, f"{path}.rules")
        name = text_in(written["id"], file, f"{path}.id")
        if name == "rest":
            raise WrongValue(file=file, path=f"{path}.id", value=name, allowed="≠ rest")
        return Stage(name, _words(written, file, path), Table(STRATEGY_FIELDS, rules, "only"))

    found = parse_rules(
        content,
        STRATEGY_FIELDS,
        file=file,
        path="stages",
        then=stage,
        needed=("title", "title_en", "rules"),
    )
    numbered = tuple(Rule(rule.id, rule.when, n) for n, rule in enumerate(found))
    return tuple(rule.then for rule in found), Table(STRATEGY_FIELDS, numbered, "only")


def _rules(
    content: object, plans: Mapping[str, Plan], file: str, path: str
) -> tuple[Rule[Leads], ...]:
    def leads(written: Mapping[str, object], here: str) -> Leads:
        plan = _plan_named(written["plan"], plans, file, f"{here}.plan")
        return Leads(plan, _words(written, file, here, name="why"))

    return parse_rules(
        content,
        STRATEGY_FIELDS,
        file=file,
        path=path,
        then=leads,
        needed=("plan", "why", "why_en"),
    )


def _plans(content: object, file: str) -> dict[str, Plan]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path="plans", value=content, allowed="mapping")
    return {
        text_in(name, file, "plans"): _plan(str(name), entry, file)
        for name, entry in content.items()
    }


def _plan(name: str, content: object, file: str) -> Plan:
    path = f"plans.{name}"
    written = keyed(content, file, path, ("title", "title_en", "steps"), ("rounds", "then"))
    steps = written["steps"]
    if not isinstance(steps, list | tuple) or not steps:
        raise WrongValue(file=file, path=f"{path}.steps", value=steps, allowed="list")
    rounds = written.get("rounds", 1)
    then = written.get("then")
    return Plan(
        id=name,
        title=_words(written, file, path),
        steps=tuple(_step(one, file, f"{path}.steps[{n}]") for n, one in enumerate(steps, 1)),
        rounds=_whole(rounds, MOST_ROUNDS, file, f"{path}.rounds"),
        then=None if then is None else text_in(then, file, f"{path}.then"),
    )


def _step(content: object, file: str, path: str) -> Step:
    optional = ("again_days", "exit", "fallback", "offers", "needs")
    written = keyed(content, file, path, ("action", "wait_days"), optional)
    action = one_of(written["action"], ACTIONS, file, f"{path}.action")
    wait_days = _whole(written["wait_days"], LONGEST_WAIT_DAYS, file, f"{path}.wait_days")
    again_days = _whole(written.get("again_days", wait_days), wait_days, file, f"{path}.again_days")
    offers = _listed(written.get("offers", ()), OFFERS, file, f"{path}.offers")
    if bool(offers) != (action == "relief"):
        raise WrongValue(file=file, path=f"{path}.offers", value=list(offers), allowed="relief")
    leave = None
    if "exit" in written:
        leave = parse_when(written["exit"], STRATEGY_FIELDS, file=file, path=f"{path}.exit")
    return Step(
        action=action,  # type: ignore[arg-type]  # one of the words
        wait_days=wait_days,
        again_days=again_days,
        leave=leave,
        fallback=_fallback(written["fallback"], file, path) if "fallback" in written else None,
        offers=offers,  # type: ignore[arg-type]  # some of the words
        needs=_listed(written.get("needs", ()), NEEDS, file, f"{path}.needs"),  # type: ignore[arg-type]
    )


def _fallback(content: object, file: str, path: str) -> Fallback:
    here = f"{path}.fallback"
    written = keyed(content, file, here, ("action", "when"), ())
    return Fallback(
        action=one_of(written["action"], FALLBACKS, file, f"{here}.action"),  # type: ignore[arg-type]
        when=parse_when(written["when"], STRATEGY_FIELDS, file=file, path=f"{here}.when"),
    )


def _course(plan: Plan, plans: Mapping[str, Plan], file: str) -> tuple[Step, ...]:
    """All steps of a plan: its rounds, then those of the plan that follows, to the end."""
    steps: list[Step] = []
    passed: list[str] = []
    here: Plan | None = plan
    while here is not None:
        steps += here.steps * here.rounds
        again = here.id in passed
        passed.append(here.id)
        path = f"plans.{here.id}.then"
        if again or len(steps) > MOST_STEPS:
            raise PlanDoesNotEnd(file=file, path=f"plans.{plan.id}", plans=" → ".join(passed))
        here = None if here.then is None else plans[_plan_named(here.then, plans, file, path)]
    return tuple(steps)


def _plan_named(name: object, plans: Mapping[str, Plan], file: str, path: str) -> str:
    if not isinstance(name, str) or name not in plans:
        raise UnknownPlan(file=file, path=path, found=name, allowed=list(plans))
    return name


def _listed(content: object, allowed: tuple[str, ...], file: str, path: str) -> tuple[str, ...]:
    if not isinstance(content, list | tuple):
        raise WrongValue(file=file, path=path, value=content, allowed=list(allowed))
    return tuple(one_of(one, allowed, file, path) for one in content)


def _whole(value: object, most: int, file: str, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise WrongValue(file=file, path=path, value=value, allowed=f"1..{most}")
    return value


def _words(written: Mapping[str, object], file: str, path: str, *, name: str = "title") -> Words:
    before = f"{path}." if path else ""
    return Words(
        zh=text_in(written[name], file, f"{before}{name}"),
        en=text_in(written[f"{name}_en"], file, f"{before}{name}_en"),
    )
