"""Refusals on the web: a flow's refusal becomes a page with its sentence, never a 500.

Not permitted is 403, not there (or not to be known of) is 404, anything else the
reader can mend is 400 with the sentence of its code. A part of a page asked for
by htmx gets the sentence as a toast instead.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django_htmx.http import trigger_client_event

from dunwell.core.refusal import Refusal
from dunwell.faces.words import say

FORBIDDEN = frozenset({"PEOPLE-NOT-PERMITTED"})


class RefusalMiddleware:
    """Turns a Refusal that a view lets through into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The refusal's page; any other exception is left to Django."""
        if not isinstance(error, Refusal):
            return None
        status = 400
        if error.code in FORBIDDEN:
            status = 403
        elif "-NO-SUCH" in error.code:
            status = 404
        sentence = say(error.code, error.figures, language=get_language() or "zh-hans")
        if getattr(request, "htmx", False):
            toast = {"tone": "stop", "text": sentence}
            return trigger_client_event(HttpResponse(status=status), "dunwell:toast", toast)
        context = {"code": error.code, "sentence": sentence}
        return render(request, f"{status}.html", context, status=status)
