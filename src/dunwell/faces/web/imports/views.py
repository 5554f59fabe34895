"""Import pages that stand by themselves: the list, the upload, one batch, its rejects."""

from __future__ import annotations

import csv

import xlsxwriter
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import acting, refused
from dunwell.faces.web.imports.forms import UploadForm
from dunwell.faces.web.imports.listing import batch_listing
from dunwell.faces.web.imports.outcome import batch_context
from dunwell.faces.web.imports.reader import lenders_for
from dunwell.flows.prepare.import_list import batch_seen, batch_shown, batches_seen
from dunwell.flows.prepare.upload_work import work_news
from dunwell.flows.prepare.uploads import (
    KEPT_DAYS,
    receive_upload,
    rejects_path,
    upload_paths,
)
from dunwell.store.people.permissions import require

MOST_SHOWN = 100


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """The newest imports of every lender whose book one may see."""
    who = acting(request)
    require(who.actor, "book.see", day=who.day)
    found = batches_seen(actor=who.actor, now=who.now, most=MOST_SHOWN)
    may_import = who.may("book.import")
    context = {
        "batches": batch_listing(request, found, may_import=may_import),
        "may_import": may_import,
        "kept_days": KEPT_DAYS,
    }
    return render(request, "imports/list.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Hand files over; they are looked at on the next page."""
    who = acting(request)
    lenders = lenders_for(who)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(data, files, lenders=lenders, day=who.day)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            batch = receive_upload(
                actor=who.actor,
                lender=told["lender"],
                files=form.incoming(),
                layout=told["layout"],
                as_of=told["as_of"],
                day=who.day,
                now=who.now,
            )
        except Refusal as refusal:
            refused(form, refusal, "upload")
        else:
            return redirect("imports:columns", batch.pk)
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "kept_days": KEPT_DAYS}
    return render(request, "imports/upload.html", context, status=status)


@require_GET
def batch_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One import: what came of it, or where it stands."""
    who = acting(request)
    batch = batch_seen(actor=who.actor, batch=batch_id, now=who.now)
    news = work_news(batch.pk)
    if news is not None and news.alive:
        return redirect("imports:check", batch.pk)
    shown = batch_shown(actor=who.actor, batch=batch_id, now=who.now)
    context = batch_context(shown) | {
        "news": news,
        "waiting": bool(upload_paths(batch.pk)),
        "has_rejects": rejects_path(batch.pk).exists(),
        "may_import": who.may("book.import", lender=batch.lender_id),
    }
    return render(request, "imports/batch.html", context)


@require_GET
def rejects(request: HttpRequest, batch_id: int, form: str) -> HttpResponseBase:
    """All rejected rows as CSV or XLSX, with what would be right, values masked."""
    who = acting(request)
    batch = batch_seen(actor=who.actor, batch=batch_id, now=who.now)
    path = rejects_path(batch.pk)
    if form not in {"csv", "xlsx"} or not path.exists():
        raise Http404
    name = f"rejects-{batch.pk}.{form}"
    if form == "csv":
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response = HttpResponse(
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Rows pass through to a file on disk, so that a long list stays small in memory.
    where = {"constant_memory": True, "tmpdir": str(settings.HOME), "strings_to_formulas": False}
    with (
        path.open(encoding="utf-8-sig", newline="") as file,
        xlsxwriter.Workbook(response, where) as book,
    ):
        page = book.add_worksheet("rejects")
        page.freeze_panes(1, 0)
        for line, row in enumerate(csv.reader(file)):
            page.write_row(line, 0, row)
    return response
