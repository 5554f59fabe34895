"""Addresses for the frame's tests: the frame, two rooms that exist, and pages that fail."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from dunwell.core.refusal import Refusal


class Closed(PermissionDenied, Refusal):
    """A refusal that is also what Django answers with 403."""

    code = "TEST-CLOSED"


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def closed(request: HttpRequest) -> HttpResponse:
    raise Closed


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def odd(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("", include("dunwell.faces.web.frame.urls")),
    path("", page, name="today"),
    path("cases/", include(([path("", page, name="list")], "cases"))),
    path("imports/", include(([path("", page, name="list")], "imports"))),
    path("closed", closed),
    path("broken", broken),
    path("odd", odd),
]

handler400 = "dunwell.faces.web.frame.errors.bad_request"
handler403 = "dunwell.faces.web.frame.errors.forbidden"
handler404 = "dunwell.faces.web.frame.errors.not_found"
handler500 = "dunwell.faces.web.frame.errors.server_error"
