"""Who speaks to the API: a logged-in browser, or a program with its person's token.

The access middleware lets nobody else through: 401 without either, and 403 while a
password must be changed or a second factor is missing. A browser also needs its CSRF
token to change anything; a program sends no cookie and needs none.
"""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from dunwell.store.people.models import Staff


class Token(HttpBearer):
    """`Authorization: Bearer …`; the middleware has checked it and says whose it is."""

    openapi_description = "POST /api/v1/tokens"

    def authenticate(self, request: HttpRequest, token: str) -> Staff | None:
        """The person of the token."""
        return request.user if getattr(request, "by_token", False) else None  # type: ignore[return-value]  # the middleware put it there


class Session(APIKeyCookie):
    """The cookie of a logged-in browser."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Staff | None:
        """The person who is logged in."""
        return request.user if isinstance(request.user, Staff) else None
