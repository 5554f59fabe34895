"""The card of a case page: grade with reasons, category, plan and step, each with why.

It answers a supervisor's question why a borrower gets a visit and not a call: the rule and
what it looked at, the steps that were done before, and what sharing the day made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.work import labels
from dunwell.faces.web.work.fact_words import told, value_words
from dunwell.faces.web.work.labels import in_language
from dunwell.faces.words.work_prices import price_sentences
from dunwell.flows.prepare.decision_panel import Panel, StepTold, decision_panel
from dunwell.flows.prepare.show_decision import DecisionShown, Reason, Words
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.work.models import WorkItem

NOT_KNOWN = "not_known"
"""The shipped tables' rule for what nobody knows yet: its sentence says no more than the answer."""


def plan_card(*, reader: Reader, case: Case) -> dict[str, Any]:
    """What the card asks for; `decided` is false before the first day run."""
    panel = decision_panel(actor=reader.actor, scope=reader.scope, case=case.pk, day=reader.day)
    told_item = _item(panel)
    if panel.shown is None:
        return {"decided": False, "item": told_item}
    shown, row = panel.shown, panel.shown.row
    return {
        "decided": True,
        "item": told_item,
        **decision_words(shown),
        "overruled": [_overruled(each, case, panel) for each in shown.overrules],
        "way": [_step(each) for each in panel.course],
        "now_words": now_words(row, shown.steps),
        "why": _whys(panel, row),
        "looked_at": [told(name, value) for name, value in panel.looked_at],
        "history": [_past(each, panel) for each in panel.history],
        "recompute_href": reverse("work:decision", args=[case.pk, row.pk]),
        "acts": _acts(case) if panel.may_overrule else [],
        **(_policy_hrefs(row) if reader.may("strategy.see") else {}),
    }


def _policy_hrefs(row: Decision) -> dict[str, str]:
    """Where the plan and the rule that led to it are read, and changed by whoever may."""
    strategy = reverse("strategy:kind", args=["strategy"])
    return {
        "plan_href": f"{strategy}#plan-{row.plan}",
        "rule_href": f"{strategy}#rule-{row.stage}-{row.rule}" if row.rule else "",
    }


def decision_words(shown: DecisionShown) -> dict[str, Any]:
    """Grade, reasons, quadrant, classes and plan of a decision, in words."""
    row = shown.row
    return {
        "row": row,
        "probability": f"{row.probability_ppm / 10_000:.0f}%",
        "judged": shown.judged,
        "reasons": [reason_words(each) for each in shown.reasons if each.lost],
        "ability": value_words("ability", row.ability),
        "ability_why": _more(shown.ability, row.ability_rule),
        "willingness": value_words("willingness", row.willingness),
        "willingness_why": _more(shown.willingness, row.willingness_rule),
        "category": in_language(shown.category),
        "category_why": in_language(shown.category_why),
        "five_class": in_language(shown.five_class),
        "five_class_why": in_language(shown.five_class_why),
        "plan": in_language(shown.plan),
        "derived_plan": in_language(shown.derived_plan),
        "plan_why": in_language(shown.plan_why),
        "arm_chance": f"{row.arm_probability_ppm / 10_000:.0f}%" if row.arm_probability_ppm else "",
    }


def _more(words: Words, rule: str) -> str:
    """Why ability or willingness is what it is; nothing where it only says that it is unknown."""
    return "" if rule == NOT_KNOWN else in_language(words)


def reason_words(reason: Reason) -> dict[str, str]:
    """A loss of points as a sentence: what was found, how many points, and why it counts."""
    return {
        "text": _("{title}：{fact}").format(
            title=in_language(reason.title), fact=value_words(reason.feature, reason.fact)
        ),
        "points": f"\u2212{reason.lost}",
        "why": in_language(reason.why),
    }


def now_words(row: Decision, steps: int) -> str:
    """Where the borrower stands in the plan, in a sentence."""
    action = labels.action_words(row.action)
    if row.step > steps:
        return _("方案已走完，不再行动。")
    words = _("第 {step} 步，共 {steps} 步：{action}，自 {since} 起").format(
        step=row.step, steps=steps, action=action, since=row.since_on
    )
    due = _("，最近一次应办 {due}。").format(due=row.due_on) if row.due_on else _("。")
    return words + due


def _whys(panel: Panel, row: Decision) -> list[str]:
    """Why this act today and not another: the steps before, the fallback, the sharing."""
    said = []
    done = [each for each in panel.course if each.when == "past"]
    if row.why in {"moved_on", "waiting"} and done:
        said.append(_("前面的步骤期满，仍未还清：{steps}。").format(steps=_steps_said(done)))
    elif row.why in labels.STEP_WHYS:
        said.append(labels.label_of(labels.STEP_WHYS, row.why))
    if row.action != "none" and panel.shown is not None:
        facts = panel.shown.facts
        said.append(
            _("近 30 天联系 {tried} 次，接通 {answered} 次。").format(
                tried=facts.get("attempts_30d", 0), answered=facts.get("answered_30d", 0)
            )
        )
    following = next((each for each in panel.course if each.when == "next"), None)
    if following is not None and row.action != "none":
        said.append(
            _("这一步最多 {days} 天；期满未还清，下一步是{action}。").format(
                days=_wait(panel, row), action=labels.action_words(following.step.action)
            )
        )
    needs = next((each.step.needs for each in panel.course if each.when == "now"), ())
    said += [labels.label_of(labels.NEEDS, need) for need in needs]
    if row.plan != row.derived_plan:
        said.append(
            _("规则本来给的方案是「{plan}」，人工改判后按现在这个走。").format(
                plan=in_language(panel.shown.derived_plan) if panel.shown else row.derived_plan
            )
        )
    return said


def _wait(panel: Panel, row: Decision) -> int:
    now = next((each for each in panel.course if each.number == row.step), None)
    return now.step.wait_days if now else 0


def _steps_said(steps: Sequence[StepTold]) -> str:
    return labels.joined(
        [
            _("{action}（{days} 天）").format(
                action=labels.action_words(each.step.action), days=each.step.wait_days
            )
            for each in steps
        ]
    )


def _step(each: StepTold) -> dict[str, Any]:
    words, icon = labels.ACTIONS.get(each.step.action, (each.step.action, "circle"))
    return {
        "number": each.number,
        "action": words,
        "icon": icon,
        "days": each.step.wait_days,
        "when": each.when,
        "when_words": labels.label_of(labels.STEP_WHENS, each.when),
        "offers": labels.joined([labels.label_of(labels.OFFERS, o) for o in each.step.offers]),
    }


def _item(panel: Panel) -> dict[str, Any] | None:
    """What sharing today's work made of it, with the prices where a fallback was taken."""
    item = panel.item
    if item is None:
        return None
    who = item.staff.display_name if item.staff else _("系统")
    words = _("今天：{action}，{who}，{minutes} 分钟。").format(
        action=labels.action_words(item.action), who=who, minutes=item.minutes
    )
    if item.state == WorkItem.State.RECALLED:
        words = _("今天已由主管收回，不安排工作。")
    why = labels.label_of(labels.ITEM_WHYS, item.why) if item.why in labels.ITEM_WHYS else ""
    prices: list[str] = []
    if item.why == "fallback" and panel.shared is not None:
        language = get_language() or "zh-hans"
        prices = price_sentences(panel.shared.limits, language=language)[:2]
    return {
        "words": words,
        "state": labels.state_mark(item.state),
        "why": why,
        "prices": prices,
        "place": item.place,
        "ask_href": _ask_href(item),
    }


def _ask_href(item: WorkItem) -> str:
    """Where the approval of a planned visit is asked for; empty where none is planned."""
    planned = item.action == "visit" and item.state in (WorkItem.State.OPEN, WorkItem.State.HELD)
    return reverse("approvals:ask", args=[item.case_id, "visit"]) if planned else ""


def _overruled(row: Overrule, case: Case, panel: Panel) -> dict[str, Any]:
    value = row.value
    if row.what == Overrule.What.PLAN and row.value in panel.plans:
        value = in_language(panel.plans[row.value])
    return {
        "words": _("{who} 把{what}改为「{value}」，到 {until}（不含）：{why}").format(
            who=row.by.display_name,
            what=labels.label_of(labels.OVERRULED, row.what),
            value=value,
            until=row.until_on,
            why=row.why,
        ),
        "href": reverse("work:withdraw", args=[case.pk, row.pk]) if panel.may_overrule else "",
    }


def _past(row: Decision, panel: Panel) -> dict[str, Any]:
    plan = in_language(panel.plans[row.plan]) if row.plan in panel.plans else row.plan
    return {
        "day": row.day,
        "grade": row.grade,
        "score": row.score,
        "plan": plan,
        "step": row.step,
        "action": labels.action_words(row.action),
        "href": reverse("work:decision", args=[row.case_id, row.pk]),
    }


def _acts(case: Case) -> list[dict[str, str]]:
    return [
        {
            "words": str(labels.OVERRULE_ACTS[what]),
            "href": reverse("work:overrule", args=[case.pk, what]),
        }
        for what in Overrule.What.values
    ]
