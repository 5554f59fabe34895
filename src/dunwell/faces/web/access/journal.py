"""The journal's page: who did what, when and why, narrowed from the address bar; its sheet."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from dunwell.core.permit import BEIJING
from dunwell.faces.web.access.acting import acting
from dunwell.faces.web.access.labels import JOURNAL_ROOMS, journal_title
from dunwell.faces.web.cases.labels import watermark_of
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total
from dunwell.faces.web.gate.labels import person_words
from dunwell.flows.house.journal_seen import (
    JournalFilter,
    JournalPage,
    export_journal,
    journal_page,
    people_in_journal,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Staff
from dunwell.wiring import sheet_writer

PAGE_ROWS = 50
MOST_FIGURES = 6
COLUMNS = (
    Column(key="at", label=gettext_lazy("时刻"), lead=True),
    Column(key="person", label=gettext_lazy("谁")),
    Column(key="room", label=gettext_lazy("事项")),
    Column(key="verb", label=gettext_lazy("做了什么")),
    Column(key="subject", label=gettext_lazy("涉及"), kind="link"),
    Column(key="why", label=gettext_lazy("理由")),
    Column(key="figures", label=gettext_lazy("数字")),
    Column(key="seal", label=gettext_lazy("封链位置")),
    Column(key="number", label=gettext_lazy("序号"), shown=False),
    Column(key="day", label=gettext_lazy("业务日"), kind="day", shown=False),
    Column(key="hash", label=gettext_lazy("链上哈希"), shown=False),
)


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The entries one may read, the newest first."""
    who = acting(request)
    after = request.GET.get("after", "")
    page = journal_page(
        actor=who.actor,
        day=who.day,
        wanted=_wanted(request.GET, who.day),
        size=PAGE_ROWS,
        before=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
    )
    people = people_in_journal(actor=who.actor, day=who.day)
    return render(request, "access/journal.html", {
        "journal": _listing(request, page, people), "people": people,
    })  # fmt: skip


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered entries as XLSX or CSV with their places in the chains."""
    who = acting(request)
    made = export_journal(
        actor=who.actor, day=who.day, now=who.now, wanted=_wanted(request.GET, who.day),
        write=sheet_writer(form, titles=journal_title, watermark=watermark_of),
    )  # fmt: skip
    return FileResponse(made.file, as_attachment=True, filename=made.filename)


def _wanted(query: QueryDict, day: date) -> JournalFilter:
    """What the address bar asks for; what cannot be read narrows nothing."""
    room, person, on = query.get("room", ""), query.get("person", ""), query.get("on", "")
    from_on = None
    try:
        from_on = day if query.get("days") == "today" else date.fromisoformat(on) if on else None
    except ValueError:
        from_on = None
    return JournalFilter(
        room=room if room in JOURNAL_ROOMS else "",
        person=int(person)
        if person.isascii() and person.isdecimal() and len(person) < 16
        else None,
        subject=query.get("subject", "")[:80],
        unsealed=query.get("sealed") == "no",
        from_at=_midnight(from_on),
        until_at=_midnight(from_on + timedelta(days=1)) if from_on else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _listing(request: HttpRequest, page: JournalPage, people: list[Staff]) -> Listing:
    query = request.GET.urlencode()
    return Listing(
        request=request,
        name="journal",
        columns=COLUMNS,
        rows=[_row(entry) for entry in page.rows],
        filters=_filters(request.GET, people),
        totals=[Total(label=_("日志条数"), value=page.total)],
        next_after="" if page.next_before is None else str(page.next_before),
        exports={
            form.upper(): f"{reverse('journal:export', args=[form])}?{query}"
            for form in ("xlsx", "csv")
        },
        empty_title=_("还没有日志"),
        empty_text=_("每一次改动都会在这里记一条：谁、何时、做了什么、为什么。"),
    )


def _row(entry: Entry) -> dict[str, Any]:
    seal = getattr(entry, "seal", None)
    room = entry.verb.partition(".")[0]
    return {
        "href": f"{reverse('journal:list')}?{urlencode({'subject': entry.subject})}",
        "at": entry.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "person": person_words(entry.actor.display_name if entry.actor else entry.actor_label),
        "room": str(JOURNAL_ROOMS.get(room, room)),
        "verb": entry.verb,
        "subject": entry.subject,
        "why": entry.why or "—",
        "figures": _figures(entry.figures),
        "seal": f"{seal.stream} {seal.place}" if seal else _("尚未封链"),
        "number": entry.pk,
        "day": entry.day,
        "hash": seal.hash[:16] if seal else "",
    }


def _figures(text: str) -> str:
    """The figures as `name value`, the first few; what is nested stands in the export."""
    told = json.loads(text)
    flat = [f"{name} {value}" for name, value in told.items() if not isinstance(value, dict | list)]
    more = " …" if len(flat) > MOST_FIGURES or len(flat) < len(told) else ""
    return " · ".join(flat[:MOST_FIGURES]) + more or "—"


def _filters(query: QueryDict, people: list[Staff]) -> list[Filter]:
    filters = [
        Filter(
            key="room",
            label=_("事项"),
            many=False,
            choices=[Choice(value=code, label=words) for code, words in JOURNAL_ROOMS.items()],
        ),
        Filter(
            key="days",
            label=_("日期"),
            many=False,
            choices=[Choice(value="today", label=_("今天"))],
        ),
        Filter(
            key="sealed",
            label=_("封链"),
            many=False,
            choices=[Choice(value="no", label=_("尚未封链"))],
        ),
    ]
    # What was chosen in the form is a chip too, so that it can be taken away.
    names = {str(each.pk): each.display_name for each in people}
    nothing: dict[str, str] = {}
    typed = (
        ("person", _("谁"), names),
        ("subject", _("涉及"), nothing),
        ("on", _("哪一天"), nothing),
    )
    for key, label, known in typed:
        if value := query.get(key, "")[:80]:
            choices = [Choice(value=value, label=known.get(value, value))]
            filters.append(Filter(key=key, label=label, choices=choices, many=False))
    return filters
