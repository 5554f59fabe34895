"""The page after too many wrong passwords: calm, and it says when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

TOO_MANY_REQUESTS = 429


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Named in settings as AXES_LOCKOUT_CALLABLE."""
    span = get_cool_off(request)
    last = (
        AccessAttempt.objects.filter(
            username=(credentials or {}).get("username"),
            ip_address=getattr(request, "axes_ip_address", None),
        )
        .order_by("-attempt_time")
        .first()
    )
    began = last.attempt_time if last else timezone.now()
    context = {"until_at": began + span if span else None}
    response = render(request, "account/locked_out.html", context, status=TOO_MANY_REQUESTS)
    if span:
        left = began + span - timezone.now()
        response["Retry-After"] = str(max(1, int(left.total_seconds())))
    return response
