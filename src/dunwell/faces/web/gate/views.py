"""Pages that only read: the gate's log, one question of it, and the packs with their sources."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dunwell.faces.web.access.acting import acting
from dunwell.faces.web.cases.labels import watermark_of
from dunwell.faces.web.cases.reader import reader_of
from dunwell.faces.web.gate.listing import PAGE_ROWS, filter_from, log_listing, title_of
from dunwell.faces.web.gate.packs import pack_context, packs_context
from dunwell.faces.web.gate.question import question_context
from dunwell.flows.conduct.export_gate_log import export_gate_log
from dunwell.flows.conduct.gate_log import asked_question, gate_log, people_who_asked
from dunwell.flows.conduct.pack_pages import shown_pack, shown_packs
from dunwell.flows.contact.refusals import NoSuchPermit
from dunwell.store.policy.packs import NoSuchPack
from dunwell.wiring import sheet_writer


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The gate's log: allowed and refused, the newest first; its state is the address bar."""
    reader = reader_of(request, "permit.see")
    after = request.GET.get("after", "")
    page = gate_log(
        actor=reader.actor,
        day=reader.day,
        lender=reader.lender.pk,
        teams=reader.scope.teams,
        wanted=filter_from(request.GET, day=reader.day),
        size=PAGE_ROWS,
        before=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
    )
    people = people_who_asked(lender=reader.lender.pk, teams=reader.scope.teams)
    takes = reader.may("journal.see")
    shown = log_listing(request, page=page, people=people, takes=takes)
    return render(request, "gate/log.html", {"reader": reader, "log": shown})


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered log as XLSX or CSV, watermarked; leaves a journal row."""
    reader = reader_of(request, "permit.see")
    made = export_gate_log(
        actor=reader.actor, day=reader.day, now=timezone.now(), lender=reader.lender.pk,
        teams=reader.scope.teams, wanted=filter_from(request.GET, day=reader.day),
        write=sheet_writer(form, titles=title_of, watermark=watermark_of),
    )  # fmt: skip
    return FileResponse(made.file, as_attachment=True, filename=made.filename)


@require_GET
def question(request: HttpRequest, number: int) -> HttpResponse:
    """One question whole; `?under=` decides it again under other packs."""
    who = acting(request)
    try:
        asked = asked_question(actor=who.actor, now=timezone.now(), permit=number)
    except NoSuchPermit as refusal:
        raise Http404 from refusal
    context = question_context(asked, who=who, under=request.GET.get("under", ""))
    return render(request, "gate/question.html", context)


@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """Every pack, with a loud warning where nobody compared it with its source in time."""
    who = acting(request)
    found = shown_packs(actor=who.actor, day=who.day)
    return render(request, "gate/packs.html", packs_context(found, who=who))


@require_GET
def pack(request: HttpRequest, name: str) -> HttpResponse:
    """One pack: every number and rule with where it is written, and its changes."""
    who = acting(request)
    try:
        found = shown_pack(actor=who.actor, day=who.day, name=name)
    except NoSuchPack as refusal:
        raise Http404 from refusal
    return render(
        request, "gate/pack.html", pack_context(found, who=who, joins=request.GET.get("joins", ""))
    )
