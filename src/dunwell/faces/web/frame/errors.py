"""Error pages: 400, 403, 404, 500 and a failed form token, in the reader's language.

The root URL configuration names these as handler400 … handler500. They read
cookies only, never the state database: a page about a broken house must not
need the house. The words say what happened and what to do next.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request was not understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the reader's role may not do this. Refusals of flows come by frame.refusals."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing lives at this address, or the reader may not know that it does."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours."""
    return render(request, "500.html", status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF token did not match: the page was open too long, or cookies are off."""
    return render(request, "form_expired.html", status=403)
