"""Policy documents as tables to read: sections of rows, the same shape for every kind.

`sections_of` takes what the room of the kind parsed. A strategy has its plans too, each with
its steps, waits and exits. Words are those of the document; conditions are in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dunwell.core.assign.gain import ACTIONS, NONE, GainTable
from dunwell.core.category import Classification
from dunwell.core.decision_table import Rule
from dunwell.core.money import format_yuan
from dunwell.core.risk import Card, QuadrantTables
from dunwell.core.strategy import Leads, Plan, Step, Strategy
from dunwell.faces.web.strategy.conditions import (
    fact_title,
    fact_value,
    in_words,
    when_parts,
    when_words,
)
from dunwell.faces.web.work.labels import NEEDS, OFFERS, action_mark, action_words

Section = dict[str, Any]
PPM_PER_PERCENT = 10_000


def sections_of(kind: str, said: Any) -> list[Section]:
    """The tables of a document, in its order. An experiment has a page of its own."""
    return _SECTIONS[kind](said) if kind in _SECTIONS else []


def plans_of(strategy: Strategy) -> list[dict[str, Any]]:
    """Every plan of a strategy with its steps in words."""
    return [_plan(strategy, plan) for plan in strategy.plans.values()]


def rule_row(strategy: Strategy, rule: Rule[Leads]) -> dict[str, Any]:
    """One rule of a strategy: conditions, plan, why."""
    plan = strategy.plans[rule.then.plan]
    return {
        "id": rule.id,
        "when": when_parts(rule.when),
        "then": in_words(*plan.title),
        "href": f"#plan-{plan.id}",
        "why": in_words(*rule.then.why),
    }


def step_words(step: Step) -> str:
    """A step as one sentence: how long, how often, when left, what instead."""
    parts = [_("{n} 天").format(n=step.wait_days)]
    if step.again_days < step.wait_days:
        parts.append(_("每 {n} 天一次").format(n=step.again_days))
    if step.leave is not None:
        parts.append(_("{when}，就离开这一步").format(when=when_words(step.leave)))
    if step.fallback is not None:
        parts.append(
            _("{when}，改为{action}").format(
                when=when_words(step.fallback.when), action=action_words(step.fallback.action)
            )
        )
    parts += [str(OFFERS[each]) for each in step.offers]
    parts += [str(NEEDS[each]) for each in step.needs]
    return _("；").join(parts)


def _plan(strategy: Strategy, plan: Plan) -> dict[str, Any]:
    then = strategy.plans[plan.then] if plan.then else None
    return {
        "id": plan.id,
        "title": in_words(*plan.title),
        "steps": [
            {
                "number": number,
                "action": action_mark(step.action),
                "days": step.wait_days,
                "again": step.again_days if step.again_days < step.wait_days else None,
                "leave": when_words(step.leave) if step.leave is not None else "",
                "instead": _("{when}，改为{action}").format(
                    when=when_words(step.fallback.when),
                    action=action_words(step.fallback.action),
                )
                if step.fallback
                else "",
                "more": [str(OFFERS[each]) for each in step.offers]
                + [str(NEEDS[each]) for each in step.needs],
            }
            for number, step in enumerate(plan.steps, start=1)
        ],
        "rounds": plan.rounds,
        "then": in_words(*then.title) if then else "",
        "then_href": f"#plan-{then.id}" if then else "",
    }


def _strategy(said: Strategy) -> list[Section]:
    heads = [_("什么情况"), pgettext("strategy", "方案"), _("理由")]
    rest = _section(
        "rest",
        _("先问：谁不催"),
        heads,
        [rule_row(said, rule) for rule in said.rest.rules],
        _("从上到下，第一条成立的算数。"),
        ordered=True,
    )
    stages = [
        _section(
            stage.id,
            in_words(*stage.title),
            heads,
            [rule_row(said, rule) for rule in stage.table.rules],
            _("{when}。恰好有一条规则成立。").format(when=when_words(entered.when)),
        )
        for stage, entered in zip(said.stages, said.by_stage.rules, strict=True)
    ]
    return [rest, *stages]


def _classification(said: Classification) -> list[Section]:
    rows = [
        {
            "id": rule.id,
            "when": when_parts(rule.when),
            "then": in_words(*said.titles[rule.then.code]),
            "why": in_words(*rule.then.why),
            "more": in_words(rule.then.source, rule.then.source_en or rule.then.source),
        }
        for rule in said.table.rules
    ]
    heads = [_("什么情况"), _("分到"), _("理由")]
    note = _("从上到下，第一条成立的算数。")
    return [_section("rules", _("规则"), heads, rows, note, ordered=True)]


def _quadrant(said: QuadrantTables) -> list[Section]:
    tables = (("ability", _("有没有能力"), said.ability), ("willingness", _("愿不愿意"),
              said.willingness))  # fmt: skip
    return [
        _section(
            name,
            title,
            [_("什么情况"), _("判断"), _("理由")],
            [
                {
                    "id": rule.id,
                    "when": when_parts(rule.when),
                    "then": fact_value(name, rule.then.answer),
                    "why": in_words(rule.then.title, rule.then.title_en),
                }
                for rule in table.rules
            ],
            _("从上到下，第一条成立的算数。"),
        )
        for name, title, table in tables
    ]


def _card(said: Card) -> list[Section]:
    rows = []
    for item in said.items:
        bands = _bands(item.feature, item.cuts, item.values)
        points = [*zip(bands, item.points, strict=True), (_("不知道"), item.unknown)]
        rows.append(
            {
                "id": item.feature,
                "when": [in_words(item.title, item.title_en)],
                "list": [_("{band}：{n} 分").format(band=band, n=each) for band, each in points],
                "why": in_words(item.why, item.why_en),
            }
        )
    least = "，".join(
        _("{grade} 等 {n} 分起").format(grade=grade, n=each)
        for grade, each in zip("ABCD", said.least, strict=True)
    )
    note = _("起点 {base} 分，分数越高越稳妥。{least}，再低是 E 等。").format(
        base=said.base_points, least=least
    )
    heads = [_("看什么"), _("各段的分数"), _("理由")]
    return [_section("items", _("分数"), heads, rows, note)]


def _bands(feature: str, cuts: Sequence[Any], values: Sequence[Any]) -> list[str]:
    if values:
        return [fact_value(feature, value) for value in values]
    if not cuts:
        return [_("任何值")]
    said = [fact_value(feature, cut) for cut in cuts]
    middle = [_("{start} 至不足 {until}").format(start=a, until=b) for a, b in pairwise(said)]
    return [
        _("不足 {until}").format(until=said[0]), *middle, _("{start} 起").format(start=said[-1])
    ]  # fmt: skip


def _gains(said: GainTable) -> list[Section]:
    sections = []
    for name in ACTIONS:
        if name == NONE or name not in said.acts:
            continue
        act, at = said.acts[name], ACTIONS.index(name)
        rows = [
            {
                "id": f"{name}-{band}",
                "when": [_("第 {n} 天起").format(n=first)],
                "numbers": [
                    f"{gain / PPM_PER_PERCENT:+.1f}%" for gain in said.uplift_ppm[at, band]
                ],
            }
            for band, first in enumerate(said.band_from_days)
        ]
        note = _("每次成本 {cost}，{minutes} 分钟。可联状态下保留的比例：{reach}。").format(
            cost=format_yuan(act.cost_fen),
            minutes=act.minutes,
            reach="，".join(
                f"{fact_value('reachability', state)} {share // PPM_PER_PERCENT}%"
                for state, share in zip(said.reachability, said.reach_ppm[at], strict=True)
            ),
        )
        heads = [_("计催天数"), *(_("{grade} 等").format(grade=each) for each in said.grades)]
        sections.append(_section(name, action_words(name), heads, rows, note))
    return sections


def _section(
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    note: str = "",
    *,
    ordered: bool = False,
) -> Section:
    """`ordered`: which rule stands before which matters."""
    return {
        "id": name,
        "title": title,
        "heads": list(heads),
        "rows": list(rows),
        "note": note,
        "ordered": ordered,
    }


_SECTIONS: Mapping[str, Callable[[Any], list[Section]]] = {
    "strategy": _strategy,
    "categories": _classification,
    "five_classes": _classification,
    "quadrant": _quadrant,
    "card": _card,
    "gains": _gains,
}

__all__ = ["fact_title", "plans_of", "rule_row", "sections_of", "step_words"]
