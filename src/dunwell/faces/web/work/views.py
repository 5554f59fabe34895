"""Views of the day's work. They read the clock, choose the reader's lender, and call flows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dunwell.faces.web.cases.reader import reader_of
from dunwell.faces.web.work.today import today_context
from dunwell.flows.house.refusals import NoSuchStaff
from dunwell.store.people.models import Staff


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The reader's work of today, or (`?staff=`) that of somebody they give work to."""
    reader = reader_of(request)
    wanted = request.GET.get("staff", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 16 else reader.actor.staff
    whose = Staff.objects.filter(pk=number).first() if number is not None else None
    if whose is None:
        raise NoSuchStaff(staff=wanted)
    return render(request, "work/today.html", today_context(request, reader=reader, whose=whose))
