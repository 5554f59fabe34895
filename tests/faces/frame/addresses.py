"""Addresses for the frame's tests: the frame, two rooms that exist, and pages that fail."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from dunwell.core.money import UnreadableMoney
from dunwell.store.people.permissions import NotPermitted


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def closed(request: HttpRequest) -> HttpResponse:
    raise NotPermitted(permission="gate.open", lender="north", team=None)


def unheld(request: HttpRequest) -> HttpResponse:
    raise UnreadableMoney(value="一千二")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def odd(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("", include("dunwell.faces.web.frame.urls")),
    path("", page, name="today"),
    path("search/", page, name="search"),
    path("cases/", include(([path("", page, name="list")], "cases"))),
    path("imports/", include(([path("", page, name="list")], "imports"))),
    path("closed", closed),
    path("unheld", unheld),
    path("broken", broken),
    path("odd", odd),
]

handler400 = "dunwell.faces.web.frame.errors.bad_request"
handler403 = "dunwell.faces.web.frame.errors.forbidden"
handler404 = "dunwell.faces.web.frame.errors.not_found"
handler500 = "dunwell.faces.web.frame.errors.server_error"
