"""The card of the next act: what, why in three sentences, what it gains over waiting, not now.

The reasons are those stored with the decision; the gain is told with its parts and with how
much is known: judged shares are called so. Called by the desk's page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dunwell.core.assign.gain import GainTold
from dunwell.core.money import format_yuan
from dunwell.core.permit import BEIJING
from dunwell.faces.web.desk.past import put_off_words
from dunwell.faces.web.frame.figures import in_reader
from dunwell.faces.web.work import labels
from dunwell.flows.contact.desk import REMOTE, Desk
from dunwell.flows.contact.next_best import NextBest
from dunwell.flows.contact.put_off import proposed_until
from dunwell.store.policy.house import parameter
from dunwell.store.policy.put_off_reasons import put_off_reasons

REASONS = 3
NOTHING = "none"
TELLING = frozenset({"moved_on", "exit", "fallback", "plan_over", "hold_out"})
"""Why a step: those that say more than that it is new, or still runs."""


def next_act_card(desk: Desk, decided: dict[str, Any] | None, *, now: datetime) -> dict[str, Any]:
    """What the card asks for; without a decision it says only that there is none."""
    best = desk.best
    words, icon = labels.ACTIONS.get(best.action if best else NOTHING, (NOTHING, "circle"))
    return {
        "planned": best is not None and best.action != NOTHING,
        "decided": best is not None,
        "words": words,
        "icon": icon,
        "because": because(desk, decided) if decided else [],
        "gain": _gain(best) if best else None,
        "aside": _aside(desk, now),
        "reasons": put_off_choices(desk, now=now),
        "href": reverse("desk:put_off", args=[desk.case.pk]),
    }


def put_off_choices(desk: Desk, *, now: datetime) -> list[dict[str, Any]]:
    """Why not now, in the house's order: that nobody may be reached, only while that is so."""
    opens_at = _opens_at(desk, now)
    return [
        {
            "code": each.code,
            "words": in_reader(each.zh, each.en),
            "until": f"{until.astimezone(BEIJING):%Y-%m-%dT%H:%M}",
            "needs_words": each.needs_words,
        }
        for each in put_off_reasons().values()
        if not each.only or desk.closed
        for until in (proposed_until(each, now=now, opens_at=opens_at),)
    ]


def because(desk: Desk, decided: dict[str, Any]) -> list[str]:
    """Why this act, in at most three sentences: the plan's rule, the step, what weighed most."""
    row = decided["row"]
    said = [decided["plan_why"]]
    if row.why in TELLING:
        said.append(labels.label_of(labels.STEP_WHYS, row.why))
    if desk.best is not None and desk.best.asked:
        said.append(labels.label_of(labels.ITEM_WHYS, "asked"))
    elif desk.item is not None and desk.item.why in labels.ITEM_WHYS:
        said.append(labels.label_of(labels.ITEM_WHYS, desk.item.why))
    said.append(
        _("客户分类「{category}」：{why}").format(
            category=decided["category"], why=decided["category_why"]
        )
    )
    said += [
        _("{fact}（{points} 分）：{why}").format(
            fact=each["text"], points=each["points"], why=each["why"]
        )
        for each in decided["reasons"]
    ]
    return list(dict.fromkeys(said))[:REASONS]


def _gain(best: NextBest) -> dict[str, Any] | None:
    gain = best.gain
    if gain is None:
        return None
    amount = format_yuan(abs(gain.gain_fen))
    more = _("估计 {days} 天内比等待多收回 {sum}")
    less = _("估计 {days} 天内并不比等待多收回：收获抵不上成本，差 {sum}")
    told = (more if gain.gain_fen > 0 else less).format(days=best.horizon_days, sum=amount)
    return {
        "words": told,
        "parts": _parts(best, gain),
        "judged": best.judged,
        "shared": ""
        if best.shared_fen is None
        else _("今天分派时算得 {sum}，此后案件有变动。").format(sum=format_yuan(best.shared_fen)),
    }


def _parts(best: NextBest, gain: GainTold) -> list[tuple[str, str]]:
    action = labels.action_words(best.action)
    return [
        (_("逾期金额"), format_yuan(gain.overdue_fen)),
        (
            _("{days} 天内还来的份额：{action}后").format(days=best.horizon_days, action=action),
            _share(gain.with_ppm),
        ),
        (_("同样的客户，什么也不做"), _share(gain.without_ppm)),
        (_("按现在联系得上的程度，算其中的"), _share(gain.reach_ppm)),
        (_("做这一次的成本"), f"−{format_yuan(gain.cost_fen)}"),
        (_("行动比等待"), format_yuan(gain.gain_fen)),
    ]


def _share(ppm: int) -> str:
    return f"{ppm / 10_000:.2f}".rstrip("0").rstrip(".") + "%"


def _opens_at(desk: Desk, now: datetime) -> datetime | None:
    """The gate's next moment for a call or a message, on the whole minute; None: none near."""
    days = parameter("desk.put_off_most_days", lender=desk.case.lender_id, day=desk.day)
    moments = [
        each.decision.next_allowed_at
        for each in desk.answers.now
        if each.channel in REMOTE and each.decision.next_allowed_at is not None
    ]
    near = (each for each in moments if now < each < now + timedelta(days=days))
    first = min(near, default=None)
    return None if first is None else first + timedelta(seconds=-first.second % 60)


def _aside(desk: Desk, now: datetime) -> str:
    put_offs = (each for each in desk.past.put_offs if each.replaced_id is None)
    running = next((each for each in put_offs if each.until_at > now), None)
    return put_off_words(running) if running is not None else ""
