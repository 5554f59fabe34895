"""Refusals as the API answers them: a status, a code, sentences, figures; never a redirect."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dunwell.core.refusal import Refusal
from dunwell.faces.words import say

FORBIDDEN = frozenset({"PEOPLE-NOT-PERMITTED", "PERMITS-NOT-YOURS", "API-TOKEN-BY-TOKEN"})
NOT_THERE = frozenset(
    {
        "NOTES-NO-SUCH-CASE",
        "PAYMENTS-NO-SUCH-LOAN",
        "PAYMENTS-NO-SUCH-PAYMENT",
        "PERMITS-NO-SUCH",
        "PERMITS-NO-SUCH-CONTACT",
        "PROMISE-NO-SUCH",
    }
)
CONFLICT = frozenset({"API-KEY-REUSED", "PERMITS-OVER", "PERMITS-TEXT-CHANGED", "PERMITS-NO-WAY"})
CONFLICTING_ROOMS = ("ALLOCATION", "DISPOSITION", "NOTES", "PAYMENTS", "PERMITS", "PROMISE")
"""What these refuse is written as it must be, and does not go with what is so."""


UNKNOWN = frozenset({"MESSAGE-NOT-THE-GATEWAY"})


def status_of(code: str) -> int:
    """401 unknown, 403 may not, 404 not there, 409 not in this state, 422 not as it must be."""
    if code in UNKNOWN:
        return 401
    if code in FORBIDDEN:
        return 403
    if code in NOT_THERE:
        return 404
    conflicts = code in CONFLICT or code.partition("-")[0] in CONFLICTING_ROOMS
    return 409 if conflicts else 422


def problem(code: str, figures: dict[str, Any]) -> dict[str, Any]:
    """The body of an error."""
    shown = {
        name: value if isinstance(value, int) else str(value) for name, value in figures.items()
    }
    return {
        "error": {
            "code": code,
            "zh": say(code, figures, language="zh-hans"),
            "en": say(code, figures, language="en"),
            "figures": shown,
        }
    }


def not_there(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that no operation has."""
    return JsonResponse(problem("API-NOT-THERE", {}), status=404)


def install(api: NinjaAPI) -> None:
    """Teach the API to answer refusals, malformed bodies and missing log-in alike."""

    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        body = problem(error.code, error.figures)
        return api.create_response(request, body, status=status_of(error.code))

    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        where = [".".join(map(str, each["loc"][-1:])) for each in error.errors]
        body = problem("API-BODY", {"where": ", ".join(where)})
        return api.create_response(request, body, status=422)

    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        code = "API-BODY" if error.status_code == 400 else "API-NOT-ALLOWED"
        body = problem(code, {"where": "body"} if code == "API-BODY" else {})
        return api.create_response(request, body, status=error.status_code)

    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return api.create_response(request, problem("API-LOG-IN", {}), status=401)

    def too_long(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return api.create_response(request, problem("API-TOO-LONG", {}), status=413)

    api.exception_handler(Refusal)(refused)
    api.exception_handler(RequestDataTooBig)(too_long)
    api.exception_handler(ValidationError)(malformed)
    api.exception_handler(HttpError)(unreadable)
    api.exception_handler(AuthenticationError)(unknown)
