"""Views of the cases. They read the clock, choose the reader's lender, and call flows."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.faces.web.cases.front import front_context
from dunwell.faces.web.cases.labels import title_of, watermark_of
from dunwell.faces.web.cases.listing import case_listing, filter_from, order_from
from dunwell.faces.web.cases.page import case_context
from dunwell.faces.web.cases.reader import reader_of
from dunwell.faces.web.gate.calendar import calendar_warning
from dunwell.flows.contact.message_list import replies_waiting
from dunwell.flows.prepare.book_shape import book_shape
from dunwell.flows.prepare.case_file import case_file
from dunwell.flows.prepare.export_cases import export_cases
from dunwell.flows.prepare.find_cases import find_cases
from dunwell.store.people.permissions import NotPermitted
from dunwell.wiring import sheet_writer


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The front page: the book's shape and what moved.

    Who sees no cases (an administrator) starts at the settings instead.
    """
    try:
        reader = reader_of(request)
    except NotPermitted:
        return redirect("house:home")
    shape = book_shape(scope=reader.scope, day=reader.day)
    context = front_context(shape, reader=reader)
    warning = calendar_warning(reader.actor, day=reader.day, lender=reader.lender.pk)
    waiting = replies_waiting(actor=reader.actor, now=timezone.now(), lender=reader.lender.pk)
    return render(
        request, "cases/today.html", {**context, "calendar": warning, "replies_waiting": waiting}
    )


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The list of cases; its whole state is the address bar."""
    reader = reader_of(request)
    found = request.GET.get("found")
    count = len([n for n in (found or "").split("-") if n])
    return render(
        request,
        "cases/list.html",
        {
            "reader": reader,
            "cases": case_listing(request, reader=reader),
            "lead": _("{lender} · 一位客户一案").format(lender=reader.lender.name),
            "found": found,
            "found_words": _("找到 {n} 案。").format(n=count)
            if count
            else _("没有找到。姓名请输全名或全拼、首字母；电话和证件号请输完整号码。"),
        },
    )


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Find cases by what was typed. The text is posted, so it stands in no address or log."""
    reader = reader_of(request)
    found = find_cases(
        actor=reader.actor, scope=reader.scope, text=request.POST.get("q", ""), day=reader.day
    )
    if len(found) == 1:
        return redirect("cases:case", found[0])
    numbers = "-".join(str(number) for number in found)
    return redirect(f"{reverse('cases:list')}?found={numbers}")


@require_GET
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with everything known of it."""
    reader = reader_of(request)
    file = case_file(actor=reader.actor, scope=reader.scope, case_id=case_id, day=reader.day)
    return render(request, "cases/case.html", case_context(file, reader=reader))


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered list as XLSX or CSV, masked and watermarked; leaves a journal row."""
    reader = reader_of(request)
    made = export_cases(
        actor=reader.actor,
        scope=reader.scope,
        wanted=filter_from(request.GET, reader=reader),
        order=order_from(request.GET),
        day=reader.day,
        now=timezone.now(),
        write=sheet_writer(form, titles=title_of, watermark=watermark_of),
    )
    return FileResponse(made.file, as_attachment=True, filename=made.filename)
