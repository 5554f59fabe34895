"""The address bar as the state of a page: the same address with some parameters changed."""

from __future__ import annotations

from django.http import HttpRequest


def with_query(request: HttpRequest, **changes: str | None) -> str:
    """This page's address with `changes` to its query; an empty value removes the parameter.

    Commas stay readable, because several values of a filter stand in one parameter.
    """
    query = request.GET.copy()
    for key, value in changes.items():
        if value:
            query[key] = value
        else:
            query.pop(key, None)
    written = query.urlencode(safe=",")
    return f"{request.path}?{written}" if written else request.path
