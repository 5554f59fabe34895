"""The gate's log as its screen needs it: filters from the address bar, rows, counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.core.permit import BEIJING, VERDICTS
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total
from dunwell.faces.web.gate import labels
from dunwell.flows.conduct.gate_log import LogPage
from dunwell.store.permits.log import LogFilter
from dunwell.store.permits.models import Permit

PAGE_ROWS = 50
LATELY_DAYS = 7

COLUMNS = (
    Column(key="at", label=gettext_lazy("时刻"), kind="link", lead=True),
    Column(key="verdict", label=gettext_lazy("结论"), kind="pill"),
    Column(key="channel", label=gettext_lazy("方式")),
    Column(key="role", label=gettext_lazy("对象")),
    Column(key="codes", label=gettext_lazy("规则")),
    Column(key="person", label=gettext_lazy("提问人")),
    Column(key="case", label=gettext_lazy("案件")),
    Column(key="next", label=gettext_lazy("何时可以"), kind="moment"),
    Column(key="purpose", label=gettext_lazy("目的"), shown=False),
    Column(key="number", label=gettext_lazy("编号"), shown=False),
    Column(key="pack", label=gettext_lazy("规则包版本"), shown=False),
)


def filter_from(query: QueryDict, *, day: date) -> LogFilter:
    """The filter the address bar asks for; what cannot be read narrows nothing."""
    from_on, until_on = _days(query, day)
    person, case = query.get("person", ""), query.get("case", "")
    return LogFilter(
        verdicts=_some(query.get("verdict", ""), VERDICTS),
        channels=_some(query.get("channel", ""), labels.CHANNELS),
        rule=query.get("rule", "")[:40],
        person=int(person) if _number(person) else None,
        case=int(case) if _number(case) else None,
        from_at=_midnight(from_on),
        until_at=_midnight(until_on),
    )


def title_of(key: str) -> str:
    """The title of a column of the log, as its sheet has it too."""
    return next(str(column.label) for column in COLUMNS if column.key == key)


def log_listing(
    request: HttpRequest, *, page: LogPage, people: list[tuple[int, str]], takes: bool
) -> Listing:
    """The list page: one page of rows, the chips, the totals; the sheet for whoever `takes` it."""
    query = request.GET.urlencode()
    return Listing(
        request=request,
        name="gate",
        columns=COLUMNS,
        rows=[_row(row) for row in page.rows],
        filters=_filters(people, request.GET),
        totals=[
            Total(label=_("提问"), value=page.total),
            Total(label=_("其中不可以"), value=page.refused),
        ],
        exports={
            form.upper(): f"{reverse('gate:export', args=[form])}?{query}"
            for form in (("xlsx", "csv") if takes else ())
        },
        next_after="" if page.next_before is None else str(page.next_before),
        empty_title=_("还没有人问过"),
        empty_text=_("每次联系之前都要先问；可以与不可以，都会连同依据记在这里。"),
    )


def _row(row: Permit) -> dict[str, Any]:
    words, tone, mark = labels.VERDICTS.get(row.verdict, (row.verdict, "", "circle"))
    codes = row.codes.split()
    more = f" +{len(codes) - 2}" if len(codes) > 2 else ""
    return {
        "href": reverse("gate:question", args=[row.pk]),
        "at": row.asked_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        "verdict": {"label": words, "tone": tone, "mark": mark},
        "channel": labels.label_of(labels.CHANNELS, row.channel),
        "role": labels.label_of(labels.ROLES, row.role),
        "codes": ", ".join(codes[:2]) + more if codes else "—",
        "person": labels.person_words(row.actor.display_name if row.actor else row.actor_label),
        "case": f"#{row.case_id}",
        "next": row.next_allowed_at,
        "purpose": labels.label_of(labels.PURPOSES, row.purpose),
        "number": row.pk,
        "pack": row.pack_hash[:12],
        "muted": False,
    }


def _filters(people: list[tuple[int, str]], query: QueryDict) -> list[Filter]:
    filters = [
        Filter(
            key="verdict",
            label=_("结论"),
            choices=[
                Choice(value=code, label=words) for code, (words, _t, _m) in labels.VERDICTS.items()
            ],
        ),
        Filter(
            key="channel",
            label=_("方式"),
            choices=[Choice(value=code, label=words) for code, words in labels.CHANNELS.items()],
        ),
        Filter(
            key="days",
            label=_("日期"),
            choices=[
                Choice(value="today", label=_("今天")),
                Choice(value="yesterday", label=_("昨天")),
                Choice(value="week", label=_("近 7 天")),
            ],
            many=False,
        ),
    ]
    offered = [Choice(value=str(pk), label=name) for pk, name in people]
    if offered:
        filters.append(Filter(key="person", label=_("提问人"), choices=offered, many=False))
    # What was typed or linked to is a chip too, so that it can be taken away.
    typed = (("rule", _("规则")), ("on", _("哪一天")), ("case", _("案件")))
    for key, label in typed:
        value = query.get(key, "")[:40]
        if value:
            choices = [Choice(value=value, label=value)]
            filters.append(Filter(key=key, label=label, choices=choices, many=False))
    return filters


def _days(query: QueryDict, day: date) -> tuple[date | None, date | None]:
    """[from, until) of the days asked for."""
    next_day = timedelta(days=1)
    named = query.get("days", "")
    if named == "today":
        return day, day + next_day
    if named == "yesterday":
        return day - next_day, day
    if named == "week":
        return day - timedelta(days=LATELY_DAYS - 1), day + next_day
    try:
        on = date.fromisoformat(query.get("on", ""))
        return on, on + next_day
    except (ValueError, OverflowError):
        return None, None


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _some(text: str, allowed: Any) -> frozenset[str]:
    return frozenset(value for value in text.split(",") if value in allowed)


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
