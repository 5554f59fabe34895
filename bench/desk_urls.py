"""Dunwell's addresses with one bare page beside them, for bench/desk.py.

The bare page reads one row by its key behind the same log-in, session and middleware: the
floor of what any page of a logged-in person takes.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from dunwell.store.cases.models import Case


def bare(request: HttpRequest, case: int) -> HttpResponse:
    """One row by key."""
    return HttpResponse(str(Case.objects.get(pk=case).overdue_fen))


urlpatterns = [
    path("bare/<int:case>/", bare),
    path("", include("dunwell.faces.web.urls")),
]
