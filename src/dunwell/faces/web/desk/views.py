"""Pages of the desk: the next case, one case, the keys, how long acts take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dunwell.core.refusal import Refusal
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.desk import labels
from dunwell.faces.web.desk.page import desk_context, keys_of
from dunwell.faces.web.desk.past import put_off_words
from dunwell.faces.words import say
from dunwell.flows.contact.care import care_minutes, pause_minutes
from dunwell.flows.contact.desk import desk_of
from dunwell.flows.contact.desk_keys import choose_keys
from dunwell.flows.contact.drafts import drafts_here, seal_due
from dunwell.flows.contact.next_case import NoRecord, NothingRecorded, leave_desk, next_case
from dunwell.flows.contact.put_off import last_put_off
from dunwell.flows.contact.timings import act_times

WEEKS = 4


@require_GET
def next_page(request: HttpRequest) -> HttpResponse:
    """The next case on this desk, or that there is none."""
    reader, now = reader_of(request, "note.write"), timezone.now()
    _seal(request, reader)
    try:
        case = next_case(
            actor=reader.actor, scope=reader.scope, now=now,
            after=_whole(request.GET.get("after")),
        )  # fmt: skip
    except NoRecord as refusal:
        return _back_to_call(refusal)
    except NothingRecorded as refusal:
        # The script asks there for one reason, and goes on.
        return redirect(reverse("desk:case", args=[refusal.figures["case"]]) + "?leave=1")
    if case is None:
        _here, saved = drafts_here(actor=reader.actor, case=0, now=now)
        minutes = care_minutes(saved=saved, day=reader.day, lender=reader.lender.pk)
        return render(request, "desk/nothing.html", {
            "reader": reader, "care_minutes": minutes,
            "put_aside": _aside(request, reader),
        })  # fmt: skip
    aside = _whole(request.GET.get("put_off"))
    return redirect(reverse("desk:case", args=[case]) + (f"?put_off={aside}" if aside else ""))


@require_GET
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case on the desk. A call without a record comes before any other case."""
    reader, now = reader_of(request, "note.write"), timezone.now()
    _seal(request, reader)
    try:
        desk = desk_of(actor=reader.actor, scope=reader.scope, now=now, case=case_id)
    except NoRecord as refusal:
        return _back_to_call(refusal)
    context = desk_context(
        desk,
        reader=reader,
        staff=request.user,  # type: ignore[arg-type]  # the login middleware let it in
        session=_name_of_session(request),
        now=now,
    )
    context["put_aside"] = _aside(request, reader)
    response = render(request, "desk/case.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Give the desk's cases back: a pause, or the end of the day."""
    reader = reader_of(request, "note.write")
    leave_desk(actor=reader.actor, now=timezone.now())
    return redirect("work:today")


@require_GET
def pause(request: HttpRequest) -> HttpResponse:
    """A rest after a hard call: the desk's cases are given back, nothing of it is kept."""
    reader, now = reader_of(request, "note.write"), timezone.now()
    minutes = pause_minutes(day=reader.day, lender=reader.lender.pk)
    leave_desk(actor=reader.actor, now=now)
    return render(request, "desk/pause.html", {"reader": reader, "minutes": minutes})


@require_http_methods(["GET", "POST"])
def keys_page(request: HttpRequest) -> HttpResponse:
    """The keys of the desk: look at them, and choose others."""
    reader = reader_of(request, "note.write")
    error = ""
    if request.method == "POST":
        given = {act: request.POST.get(act, "") for act in labels.KEYS}
        shipped = {act: key for act, (key, _words) in labels.KEYS.items()}
        try:
            choose_keys(
                actor=reader.actor, chosen=given, shipped=shipped,
                line=request.POST.get("line", ""),
            )  # fmt: skip
        except Refusal as refusal:
            error = say(refusal.code, refusal.figures, language=get_language() or "zh-hans")
        else:
            messages.success(request, _("已保存你的按键。"))
            return redirect("desk:keys")
    keys = keys_of(request.user)  # type: ignore[arg-type]  # the login middleware let it in
    kept = getattr(request.user, "desk_keys", None)
    line = kept.chosen.get("line", "") if kept else ""
    return render(request, "desk/keys.html", {"keys": keys, "error": error, "line": line})


@require_GET
def times(request: HttpRequest) -> HttpResponse:
    """How long the acts of the desk took over the last weeks: of the process, not of persons."""
    reader = reader_of(request, "day.see")
    until = reader.day + timedelta(days=1)
    rows = act_times(
        actor=reader.actor, lender=reader.lender.pk, since=until - timedelta(weeks=WEEKS),
        until=until,
    )  # fmt: skip
    shown = [
        {
            "words": labels.ACTS.get(row.act, row.act),
            "acts": row.acts,
            "average": f"{row.average_tenths / 10:.1f}",
            "median": f"{row.median_tenths / 10:.1f}",
            "p95": f"{row.p95_tenths / 10:.1f}",
            "keys": f"{row.average_keys_tenths / 10:.1f}",
        }
        for row in rows
    ]
    return render(request, "desk/times.html", {"rows": shown, "reader": reader, "weeks": WEEKS})


def _name_of_session(request: HttpRequest) -> str:
    """A name for this log-in, not telling its key; what waits offline is bound to it."""
    return salted_hmac("dunwell.desk.shelf", request.session.session_key or "").hexdigest()[:32]


def _aside(request: HttpRequest, reader: Reader) -> dict[str, Any] | None:
    """The case put aside just now, which may be taken back from the page that follows."""
    wanted = _whole(request.GET.get("put_off"))
    if wanted is None:
        return None
    row = last_put_off(actor=reader.actor, now=timezone.now(), put_off=wanted)
    if row is None:
        return None
    return {
        "put_off": row.pk, "case": row.case_id, "words": put_off_words(row),
        "undo": reverse("desk:put_off_undo", args=[row.case_id]),
    }  # fmt: skip


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _seal(request: HttpRequest, reader: Reader) -> None:
    """File what is due of one's own; what could not be filed says why and where."""
    for done in seal_due(now=timezone.now(), staff=reader.actor.staff):
        if done.refusal is not None:
            said = say(
                done.refusal.code, done.refusal.figures, language=get_language() or "zh-hans"
            )
            messages.error(
                request, _("案件 #{case} 的记录没有封存：{why}").format(case=done.case, why=said)
            )


def _back_to_call(refusal: NoRecord) -> HttpResponse:
    """To the case of the call; the script says there that its record comes first."""
    return redirect(reverse("desk:case", args=[refusal.figures["case"]]) + "?record=1")
