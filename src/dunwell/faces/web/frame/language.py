"""The language of a page: what the reader chose at this device, else their own, else Chinese.

A browser's own list of languages is not asked: most are set to English by
whoever installed them, and the house speaks Chinese first.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from dunwell.faces.web.frame.preferences import is_choice


class LanguageMiddleware:
    """Activates the page's language; stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """The language for this request: cookie, then the staff's own, then the house's."""
    own = getattr(getattr(request, "user", None), "language", "")
    for wanted in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), own):
        if is_choice(what="language", value=wanted):
            return wanted
    return settings.LANGUAGE_CODE
