"""The page of the follow-up board: its lists as rows with one next act, and the kept figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.money import format_yuan
from dunwell.faces.web.cases.labels import watermark_of
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.follow_up import labels
from dunwell.faces.web.follow_up.reminding import reminded
from dunwell.faces.web.frame.address import with_query
from dunwell.flows.follow_up.board import (
    LISTS,
    FollowUp,
    Limit,
    Line,
    Section,
    follow_up,
)
from dunwell.flows.follow_up.export_board import export_follow_up
from dunwell.flows.follow_up.promise_figures import KeptFigures, PromiseFigures
from dunwell.store.cases.models import Case
from dunwell.wiring import sheet_writer

USUAL_DAYS = 30
"""The period of the figures, today included, until another is chosen."""
LONGEST_DAYS = 366


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of today; `?whose=` mine or team, `?list=` one list at length."""
    reader = reader_of(request)
    mine, (since_on, until_on) = _mine(request, reader), _period(request, reader.day)
    found = follow_up(
        actor=reader.actor, lender=reader.lender.pk, day=reader.day, now=timezone.now(),
        mine=mine, since_on=since_on, until_on=until_on + timedelta(days=1),
        only=request.GET.get("list", ""),
    )  # fmt: skip
    return render(
        request, "follow_up/board.html", board_context(request, found, reader=reader, mine=mine)
    )


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The lists as XLSX or CSV, masked and watermarked; leaves a journal row."""
    reader = reader_of(request)
    made = export_follow_up(
        actor=reader.actor, lender=reader.lender.pk, day=reader.day, now=timezone.now(),
        mine=_mine(request, reader), only=request.GET.get("list", ""), words=labels.sheet_words,
        write=sheet_writer(form, titles=labels.sheet_title, watermark=watermark_of),
    )  # fmt: skip
    return FileResponse(made.file, as_attachment=True, filename=made.filename)


@require_POST
def remind(request: HttpRequest, number: int) -> HttpResponse:
    """Queue the reminder of a promise and go back to the board."""
    reader = reader_of(request)
    reminded(request, reader, number)
    query = request.POST.get("query", "")
    return redirect(f"{reverse('follow_up:board')}{'?' + query if query else ''}")


def board_context(
    request: HttpRequest, found: FollowUp, *, reader: Reader, mine: bool
) -> dict[str, Any]:
    """Everything the page asks for."""
    only = request.GET.get("list", "")
    query = request.GET.urlencode()
    exports = {}
    if reader.may("case.export"):
        exports = {
            form.upper(): f"{reverse('follow_up:export', args=[form])}?{query}"
            for form in ("xlsx", "csv")
        }
    return {
        "reader": reader,
        "mine": mine,
        "mine_href": with_query(request, whose="mine"),
        "team_href": with_query(request, whose="team"),
        "all_href": with_query(request, list=None) if only in LISTS else "",
        "query": query,
        "sections": [_section(request, each, reader) for each in found.sections],
        "limits": [_limit(each) for each in found.limits],
        "kept": _figures(found.figures),
        "since_on": found.figures.from_on,
        "until_on": found.figures.until_on - timedelta(days=1),
        "period_keeps": [
            (key, value) for key, value in request.GET.items() if key not in ("since", "until")
        ],
        "exports": exports,
    }


def _section(request: HttpRequest, section: Section, reader: Reader) -> dict[str, Any]:
    words = labels.LISTS[section.code]
    names = masked_names([line.case for line in section.lines])
    more = section.count - len(section.lines)
    return {
        "code": section.code,
        "words": words,
        "count": section.count,
        "sum_fen": section.sum_fen,
        "rows": [
            _row(line, name, section.code, reader)
            for line, name in zip(section.lines, names, strict=True)
        ],
        "more": more if more > 0 else 0,
        "more_href": with_query(request, list=section.code),
    }


def _row(line: Line, name: str, code: str, reader: Reader) -> dict[str, Any]:
    case = line.case
    return {
        "name": name or f"#{case.pk}",
        "href": reverse("cases:case", args=[case.pk]),
        "bucket": case.bucket,
        "amount_fen": line.amount_fen,
        "paid_fen": line.paid_fen,
        "on": line.on,
        "state": labels.mark_of(line.what, line.state),
        "reminded_on": line.reminded_on,
        "holder": case.holder.display_name if case.holder else "—",
        **_act(line, code, reader),
    }


def _act(line: Line, code: str, reader: Reader) -> dict[str, Any]:
    """The one next act of a row, if the reader may do it."""
    case = line.case
    if line.what == "promise" and code.startswith("due"):
        may = reader.may("promise.take", case=case)
        ahead = line.on is not None and line.on >= reader.day
        if may and ahead and line.reminded_on is None:
            return {"remind": reverse("follow_up:remind", args=[line.number])}
        return {"act": _("看案件"), "act_icon": "eye", "act_href": _case_href(case)}
    if line.what == "plan":
        href = reverse("follow_up:plan", args=[line.number])
        return {"act": _("看计划"), "act_icon": "calendar-days", "act_href": href}
    if line.what == "retention" and reader.may("case.assign", case=case):
        href = f"{reverse('work:hands')}?holder={case.holder_id}"
        return {"act": _("续留或放回"), "act_icon": "users", "act_href": href}
    if line.what == "promise" and reader.may("permit.ask", case=case):
        return {"act": _("打电话"), "act_icon": "phone", "act_href": desk_href(case)}
    return {"act": _("看案件"), "act_icon": "eye", "act_href": _case_href(case)}


def desk_href(case: Case) -> str:
    """The workstation opened on this case."""
    return reverse("desk:case", args=[case.pk])


def _case_href(case: Case) -> str:
    return reverse("cases:case", args=[case.pk])


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "name": limit.staff.display_name,
        "retained": limit.retained,
        "most": limit.most,
        "held": limit.held,
        "full": limit.retained >= limit.most,
    }


def _figures(found: PromiseFigures) -> dict[str, Any]:
    """Both readings side by side, each over its own base."""
    return {
        "day": found.day,
        "due": found.due,
        "open": found.open,
        "rescheduled": found.rescheduled,
        "reminded": _percent(found.reminded, found.due),
        "rows": [
            _reading(_("含宽限"), found.allowed),
            _reading(_("不含宽限"), found.strict),
        ],
    }


def _reading(title: str, kept: KeptFigures) -> dict[str, Any]:
    base = _("{n} 个承诺，共 {sum}；改期的不计").format(
        n=kept.matured, sum=format_yuan(kept.promised_fen)
    )
    return {
        "title": title,
        "base": base,
        "kept": _percent(kept.kept, kept.matured),
        "counts": f"{kept.kept} / {kept.matured}",
        "paid": _percent(kept.paid_fen, kept.promised_fen),
        "paid_fen": format_yuan(kept.paid_fen),
        "part_kept": kept.part_kept,
        "broken": kept.broken,
    }


def _percent(part: int, whole: int) -> str:
    return f"{part * 1000 // whole / 10:.1f}%" if whole else "—"


def _mine(request: HttpRequest, reader: Reader) -> bool:
    """Whose cases: as asked, else one's own where one works cases and gives out none."""
    wanted = request.GET.get("whose", "")
    if wanted in ("mine", "team"):
        return wanted == "mine"
    roles = reader.actor.roles_on(reader.day)
    return bool(roles & {"collector", "field"}) and not reader.may("case.assign")


def _period(request: HttpRequest, day: date) -> tuple[date, date]:
    until_on = min(_day(request.GET.get("until", "")) or day, day)
    since_on = _day(request.GET.get("since", "")) or until_on - timedelta(days=USUAL_DAYS - 1)
    since_on = max(min(since_on, until_on), until_on - timedelta(days=LONGEST_DAYS))
    return since_on, until_on


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
