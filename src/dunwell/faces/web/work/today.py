"""The page of today's work: one person's items in order, each with what and why, and the counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dunwell.core.money import format_yuan
from dunwell.core.permit import BEIJING
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total
from dunwell.faces.web.work import labels
from dunwell.flows.contact.message_list import MOST_COUNTED, replies_waiting
from dunwell.flows.prepare.work_today import MOVED, Doing, TodaysWork, WorkFilter, work_today
from dunwell.store.people.models import Staff
from dunwell.store.work.models import WorkItem

PAGE_ROWS = 50
AWAY_FROM_DESK = frozenset({"visit", "legal"})
"""Acts that the desk has no place for."""

COLUMNS = (
    Column(key="name", label=gettext_lazy("客户"), kind="link", lead=True),
    Column(key="action", label=gettext_lazy("做什么"), kind="pill"),
    Column(key="why", label=gettext_lazy("为什么")),
    Column(
        key="amount", label=gettext_lazy("逾期金额"), kind="money", unit=gettext_lazy("元")
    ),
    Column(key="days", label=gettext_lazy("逾期"), kind="days", unit=gettext_lazy("天")),
    Column(key="bucket", label=gettext_lazy("阶段"), kind="bucket", shown=False),
    Column(key="grade", label=gettext_lazy("等级")),
    Column(key="promise", label=gettext_lazy("承诺")),
    Column(key="place", label=gettext_lazy("地点")),
    Column(key="minutes", label=gettext_lazy("用时"), kind="count", unit=gettext_lazy("分钟")),
    Column(key="state", label=gettext_lazy("状态"), kind="pill"),
    Column(
        key="gain", label=gettext_lazy("预计增益"), kind="money", unit=gettext_lazy("元"),
        shown=False,
    ),
    Column(key="case_no", label=gettext_lazy("案件号"), shown=False),
)  # fmt: skip


def today_context(request: HttpRequest, *, reader: Reader, whose: Staff) -> dict[str, Any]:
    """Everything the page of a person's work asks for."""
    work = work_today(
        actor=reader.actor,
        scope=reader.scope,
        staff=whose.pk,
        day=reader.day,
        now=timezone.now(),
        wanted=wanted_from(request.GET),
        size=PAGE_ROWS,
        after=_key(request.GET.get("after", "")),
    )
    own = whose.pk == reader.actor.staff
    done = work.states.get(WorkItem.State.DONE, 0)
    return {
        "reader": reader,
        "own": own,
        "whose": whose.display_name,
        "work": _listing(request, work, reader=reader, own=own),
        "total": work.total,
        "done": done,
        "counts": [
            {"n": work.states.get(state, 0), **labels.state_mark(state)}
            for state in ("open", "held", "done")
        ],
        "progress_words": _("已办 {done} 件，还有 {left} 件，约 {minutes} 分钟").format(
            done=done, left=work.left, minutes=work.minutes_left
        ),
        "next_href": _next_href(work, reader),
        "replies": replies_words(reader) if own else "",
        "gives_out": reader.may("case.assign"),
    }


def replies_words(reader: Reader) -> str:
    """That replies about one's own cases wait; empty where none does."""
    count = replies_waiting(actor=reader.actor, now=timezone.now(), lender=reader.lender.pk)
    if not count:
        return ""
    told = f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
    return ngettext("{n} 条客户回复等你处理", "{n} 条客户回复等你处理", count).format(n=told)


def _next_href(work: TodaysWork, reader: Reader) -> str:
    """Where the next case is worked: at the desk; a visit or a legal step, on the case's page."""
    if work.first_left is None:
        return ""
    case, action = work.first_left
    at_desk = action not in AWAY_FROM_DESK and reader.may("note.write")
    return reverse("desk:case" if at_desk else "cases:case", args=[case])


def wanted_from(query: QueryDict) -> WorkFilter:
    """The filter the address bar asks for; what cannot be read narrows nothing."""
    states = {"done": {"done"}, "held": {"held"}, "all": {"open", "held", "done"}}
    actions = {each for each in query.get("action", "").split(",") if each in labels.ACTIONS}
    return WorkFilter(frozenset(states.get(query.get("state", ""), ())), frozenset(actions))


def _listing(request: HttpRequest, work: TodaysWork, *, reader: Reader, own: bool) -> Listing:
    title, text, href, act = _empty(work, reader, own)
    names = masked_names([each.case for each in work.doing])
    rows = [_row(each, name) for each, name in zip(work.doing, names, strict=True)]
    return Listing(
        request=request,
        name="work",
        columns=COLUMNS,
        rows=rows,
        filters=_filters(work),
        totals=[
            Total(label=_("还有"), value=work.left),
            Total(label=_("预计增益"), value=work.gain_left_fen, kind="money"),
        ],
        next_after="" if work.next_key is None else "{}_{}_{}".format(*work.next_key),
        empty_title=title,
        empty_text=text,
        empty_href=href,
        empty_act=act,
    )


def _empty(work: TodaysWork, reader: Reader, own: bool) -> tuple[str, str, str, str]:
    """What will appear, and the one act that makes it appear, for whoever may do it."""
    if work.total:
        return _("今天的都办完了"), _("已办的可在「状态」里查看。"), "", ""
    gives_out = reader.may("case.assign")
    href, act = (reverse("work:board"), _("去分案")) if gives_out else ("", "")
    if work.shared:
        title = _("今天没有分给你的工作") if own else _("今天没有分给这位同事的工作")
        return title, _("临时调来的案件会立即出现在这里。"), href, act
    text = _("分案后，今天的每一件会从最值得办的排起：做什么、为什么、金额、承诺、地点和用时。")
    return _("今天还没有分案"), text, href, act


def _row(doing: Doing, name: str) -> dict[str, Any]:
    item, case = doing.item, doing.case
    return {
        "href": reverse("cases:case", args=[case.pk]),
        "muted": item.state == WorkItem.State.DONE,
        "name": name or f"#{case.pk}",
        "action": labels.action_mark(item.action),
        "why": why_words(doing),
        "amount": case.overdue_fen,
        "days": case.days_past_due,
        "bucket": case.bucket,
        "grade": doing.decision.grade if doing.decision else "—",
        "promise": _promise(doing),
        "place": item.place or "—",
        "minutes": item.minutes,
        "state": _state(doing),
        "gain": item.gain_fen,
        "case_no": f"#{case.pk}",
    }


def _state(doing: Doing) -> dict[str, Any]:
    if doing.replies:
        words = ngettext("{n} 条回复待处理", "{n} 条回复待处理", doing.replies)
        return {"label": words.format(n=doing.replies), "tone": "wait", "mark": "message-square"}
    until = doing.put_off_until
    if until is None or doing.item.state != WorkItem.State.OPEN:
        return labels.state_mark(doing.item.state)
    words = _("暂缓到 {until}").format(until=f"{until.astimezone(BEIJING):%m-%d %H:%M}")
    return {"label": words, "tone": "wait", "mark": "clock"}


def why_words(doing: Doing) -> str:
    """Why this is done, in a sentence: the rule of the plan, and what sharing or a person said."""
    said = []
    if doing.item.why == MOVED:
        why = doing.hand_over.why if doing.hand_over else ""
        moved = labels.label_of(labels.ITEM_WHYS, MOVED)
        said.append(_("{moved}：{why}").format(moved=moved, why=why) if why else moved)
    elif doing.item.why in labels.ITEM_WHYS:
        said.append(labels.label_of(labels.ITEM_WHYS, doing.item.why))
    if doing.why is not None:
        said.append(labels.in_language(doing.why))
    return " ".join(said) or "—"


def _promise(doing: Doing) -> str:
    promise = doing.promise
    if promise is None:
        return "—"
    standing = getattr(promise, "state", None)
    words = labels.label_of(labels.PROMISES, standing.state if standing else "open")
    return _("{on} 还 {sum} · {state}").format(
        on=promise.due_on, sum=format_yuan(promise.amount_fen), state=words
    )


def _filters(work: TodaysWork) -> list[Filter]:
    return [
        Filter(
            key="action",
            label=_("做什么"),
            choices=[
                Choice(value=code, label=words, count=work.actions[code])
                for code, (words, _icon) in labels.ACTIONS.items()
                if work.actions.get(code)
            ],
        ),
        Filter(
            key="state",
            label=_("状态"),
            many=False,
            choices=[
                Choice(
                    value="held", label=labels.STATES["held"][0], count=work.states.get("held", 0)
                ),
                Choice(
                    value="done", label=labels.STATES["done"][0], count=work.states.get("done", 0)
                ),
                Choice(value="all", label=_("全部"), count=work.total),
            ],
        ),
    ]


def _key(text: str) -> tuple[int, int, int] | None:
    parts = text.split("_")
    try:
        front, gain_fen, number = map(int, parts)
    except ValueError:
        return None
    return front, gain_fen, number
