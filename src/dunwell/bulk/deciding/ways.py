"""Arm, plan and step of every borrower as SQL: what core.decision.deciding does, room by room.

An arm is drawn by the hash that core.experiment draws by. Each strategy of an experiment
answers for its own borrowers; the hold-out gets nothing done, unless a person said so.
"""

from __future__ import annotations

from datetime import date

from dunwell.bulk.compile.conditions import literal, sql_of
from dunwell.bulk.compile.strategy import plan_sql, step_sql
from dunwell.core.decision import DECIDED, HOLD_OUT_PLAN, Policy
from dunwell.core.decision.deciding import DEFAULT, GOES_ON
from dunwell.core.experiment import Experiment
from dunwell.core.experiment.arms import DRAW_DIGITS, WHOLE_PPM

_NO_ARM = "'' AS experiment, '' AS arm, NULL::INTEGER AS arm_probability_ppm"


def ways_sql(policy: Policy, *, source: str, hash: str, day: date) -> str:
    """A SELECT of party_id, lender_id, policy and the figures of a decision from `source`.

    `source` has every fact, the grade that counts, quadrant, category and five class, and
    where the borrower stood before.
    """
    drawn = _drawn(policy, source, day)
    names = sorted({DEFAULT} | set(_strategies(policy)))
    parts = [_planned(policy, name, drawn, hash, day) for name in names]
    return " UNION ALL ".join(parts)


def _strategies(policy: Policy) -> list[str]:
    arms = policy.experiment.arms if policy.experiment else ()
    return [arm.strategy for arm in arms if arm.strategy is not None]


def _drawn(policy: Policy, source: str, day: date) -> str:
    """`source` with experiment, arm, its probability, its strategy, and whether it is held out."""
    found = policy.experiment
    if found is None or policy.who is None or not found.runs_on(day):
        return (
            f"(SELECT *, {_NO_ARM}, {literal(DEFAULT)} AS _strategy, FALSE AS _held_out"
            f" FROM {source})"
        )
    reached, arms = 0, []
    for place, arm in enumerate(found.arms, 1):
        reached += arm.share_ppm
        arms.append(f"WHEN _draw < {reached} THEN {place}")
    concerns = f"coalesce(before_experiment = {literal(found.id)}, FALSE) OR {sql_of(policy.who)}"
    placed = (
        f"SELECT * EXCLUDE (_draw), CASE {' '.join(arms)} END AS _arm FROM (SELECT *,"
        f" CASE WHEN {concerns} THEN {_draw(found)} END AS _draw FROM {source})"
    )

    def at(values: list[str]) -> str:
        return f"([{', '.join(values)}])[_arm]"

    names = at([literal(arm.name) for arm in found.arms])
    shares = at([f"{arm.share_ppm}::INTEGER" for arm in found.arms])
    strategies = at([literal(arm.strategy or DEFAULT) for arm in found.arms])
    held_out = at([literal(arm.strategy is None) for arm in found.arms])
    return (
        f"(SELECT * EXCLUDE (_arm), CASE WHEN _arm IS NULL THEN '' ELSE {literal(found.id)} END"
        f" AS experiment, coalesce({names}, '') AS arm, {shares} AS arm_probability_ppm,"
        f" coalesce({strategies}, {literal(DEFAULT)}) AS _strategy,"
        f" coalesce({held_out}, FALSE) AS _held_out FROM ({placed}))"
    )


def _draw(found: Experiment) -> str:
    key = "party_id || ':' || lender_id"
    digest = f"sha256({literal(found.seed + '|')} || {key})"
    head = f"('0x' || substr({digest}, 1, {DRAW_DIGITS}))::BIGINT"
    return f"(({head}::HUGEINT * {WHOLE_PPM}) >> {4 * DRAW_DIGITS})"


def _planned(policy: Policy, name: str, drawn: str, hash: str, day: date) -> str:
    strategy = policy.strategies[name]
    alone = len(set(_strategies(policy)) | {DEFAULT}) == 1
    mine = drawn if alone else f"(SELECT * FROM {drawn} WHERE _strategy = {literal(name)})"
    plans = ", ".join(literal(plan) for plan in strategy.course)
    chosen = plan_sql(strategy, source=mine)
    counting = (
        "SELECT * EXCLUDE (plan), plan AS _chosen, _plan_said IS NOT NULL AS _said,"
        " coalesce(_plan_said, plan) AS plan FROM (SELECT *,"
        f" CASE WHEN overruled_plan IN ({plans}) THEN overruled_plan END AS _plan_said,"
        " before_plan AS standing_plan, before_step AS standing_step,"
        f" before_since_on AS standing_since_on FROM ({chosen}))"
    )
    stepped = step_sql(strategy, source=f"({counting})", day=day)
    goes_on = ", ".join(literal(why) for why in sorted(GOES_ON))
    out, let_alone = literal(HOLD_OUT_PLAN), "_held_out AND NOT _said"
    answers = {
        name: f"CASE WHEN {let_alone} THEN {out} ELSE {name} END"
        for name in ("stage", "rule", "plan")
    } | {
        "derived_plan": f"CASE WHEN _held_out THEN {out} ELSE _chosen END",
        "step": f"CASE WHEN {let_alone} THEN 1 ELSE step END",
        "action": f"CASE WHEN {let_alone} THEN 'none' ELSE action END",
        "since_on": f"CASE WHEN NOT ({let_alone}) THEN since_on WHEN before_plan = {out}"
        f" THEN before_since_on ELSE DATE '{day}' END",
        "due_on": f"CASE WHEN NOT ({let_alone}) THEN due_on END",
        "why": f"CASE WHEN {let_alone} THEN {out} WHEN why = 'waiting'"
        f" AND before_why IN ({goes_on}) THEN before_why ELSE why END",
    }
    columns = ", ".join(f"{answers[n]} AS {n}" if n in answers else n for n in DECIDED)
    return f"SELECT party_id, lender_id, {literal(hash)} AS policy, {columns} FROM ({stepped})"
