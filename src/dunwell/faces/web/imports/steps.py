"""The steps between upload and import: columns, saved maps, check, progress, start, discard."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from dunwell.bulk.intake.mapping import ColumnMap
from dunwell.bulk.intake.refusals import FileRefused
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.import_codes import STEPS
from dunwell.faces.web.access.acting import Acting, acting, sentence_of
from dunwell.faces.web.imports.columns import columns_context, map_from_form
from dunwell.faces.web.imports.outcome import checked_context
from dunwell.faces.web.imports.reader import said, uploaded
from dunwell.faces.worker import uploads as worker
from dunwell.flows.prepare.import_list import batch_seen
from dunwell.flows.prepare.saved_maps import delete_map, map_named, maps_of, save_map
from dunwell.flows.prepare.upload_work import (
    Phase,
    begin_work,
    checked_path,
    work_news,
)
from dunwell.flows.prepare.uploads import (
    KEPT_DAYS,
    choose_columns,
    columns_of,
    discard_upload,
    read_json,
    upload_paths,
)
from dunwell.store.book.models import Batch


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What each column is taken for; posted, it is kept and the check begins."""
    who, batch = uploaded(request, batch_id)
    try:
        found = columns_of(batch)
    except FileRefused as refusal:
        context = {"batch": batch, "refusal": sentence_of(refusal)}
        return render(request, "imports/unreadable.html", context, status=400)
    if request.method == "POST":
        mapping = map_from_form(request.POST, found)
        choose_columns(
            batch=batch, mapping=mapping, ignore_unknown="ignore_unknown" in request.POST
        )
        return _kept(request, who, batch, mapping)
    context = columns_context(found, batch=batch) | {
        "batch": batch,
        "maps": maps_of(lender=batch.lender_id),
        "ignore_unknown": batch.options.get("ignore_unknown", False),
        "kept_days": KEPT_DAYS,
    }
    return render(request, "imports/columns.html", context)


def _kept(request: HttpRequest, who: Acting, batch: Batch, mapping: ColumnMap) -> HttpResponse:
    """Save the map under a name, if one was given, and begin the check."""
    name = request.POST.get("map_name", "").strip()
    if name:
        try:
            save_map(
                actor=who.actor,
                lender=batch.lender_id,
                name=name,
                mapping=mapping,
                now=who.now,
                day=who.day,
            )
        except Refusal as refusal:
            messages.error(request, sentence_of(refusal))
            return redirect("imports:columns", batch.pk)
        messages.success(request, _("已保存对照表「{name}」。").format(name=name))
    return _start(batch, who, "check")


@require_POST
def maps(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Apply a saved map to the upload, or forget one."""
    who, batch = uploaded(request, batch_id)
    map_id = int(request.POST.get("map") or 0)
    if "forget" in request.POST:
        delete_map(actor=who.actor, lender=batch.lender_id, map_id=map_id, now=who.now, day=who.day)
        messages.success(request, _("已删除这份对照表。"))
    else:
        mapping = map_named(lender=batch.lender_id, map_id=map_id)
        choose_columns(batch=batch, mapping=mapping, ignore_unknown=False)
        messages.success(request, _("已套用，请核对。"))
    return redirect("imports:columns", batch.pk)


@require_GET
def check(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What the check found and what the import would change; while work goes on, how far it is."""
    who = acting(request)
    batch = batch_seen(actor=who.actor, batch=batch_id, now=who.now)
    news = work_news(batch.pk)
    if news is not None and news.alive:
        return render(request, "imports/working.html", _working(batch))
    if not upload_paths(batch.pk) or batch.status == Batch.Status.IMPORTED:
        return redirect("imports:batch", batch.pk)
    checked = read_json(checked_path(batch.pk))
    if checked is None:
        broken = said((news and news.broken) or "BOOK-IMPORT-BROKEN")
        context: dict[str, Any] = {"batch": batch, "refusal": broken}
        return render(request, "imports/unreadable.html", context)
    context = checked_context(checked) | {
        "batch": batch,
        "broken": said(news.broken) if news is not None and news.broken else "",
        "may_import": who.may("book.import", lender=batch.lender_id),
        "kept_days": KEPT_DAYS,
    }
    return render(request, "imports/check.html", context)


@require_POST
def start_import(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Begin the import of a checked upload."""
    who, batch = uploaded(request, batch_id)
    checked = read_json(checked_path(batch.pk))
    if checked is None or checked["refusals"]:
        return redirect("imports:columns", batch.pk)
    return _start(batch, who, "import")


@require_GET
def news(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The progress bar, asked for each second; when the work has ended, the page anew."""
    who = acting(request)
    batch = batch_seen(actor=who.actor, batch=batch_id, now=who.now)
    told = work_news(batch.pk)
    if told is None or not told.alive:
        return HttpResponseClientRefresh()
    return render(request, "imports/bar.html", _working(batch))


@require_POST
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Throw an upload away."""
    who, batch = uploaded(request, batch_id)
    discard_upload(actor=who.actor, batch=batch, now=who.now, day=who.day)
    messages.success(request, _("已删除上传的文件，没有导入。"))
    return redirect("imports:list")


def _start(batch: Batch, who: Acting, phase: Phase) -> HttpResponse:
    assert who.actor.staff is not None
    start = partial(worker.start, batch=batch.pk, phase=phase, asked_by=who.actor.staff)
    begin_work(batch=batch, phase=phase, start=start)
    return redirect("imports:check", batch.pk)


def _working(batch: Batch) -> dict[str, Any]:
    told = work_news(batch.pk)
    assert told is not None
    return {
        "batch": batch,
        "news": told,
        "label": said(STEPS.get(told.step, STEPS["open"])),
        "poll": reverse("imports:news", args=[batch.pk]),
        "done": told.done,
        "total": max(told.total, 1),
    }
