"""Nobody passes unknown: every page asks for log-in unless it stands in PUBLIC.

After log-in two things may come first: a password that must be changed, and a
second factor that the role needs. The API is answered with 401 and 403, never
with a redirect; htmx is told to go to the log-in page as a whole, and a page's
own script in words: what it was about to keep is not lost in a redirect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from dunwell.faces.words import say
from dunwell.flows.house.api_tokens import staff_of_token
from dunwell.flows.house.second_factor import needs_second_factor
from dunwell.store.people.models import Staff

API = "/api/"
OPENED_BY = "X-Staff"
"""The header by which a page says who opened it (root.html)."""
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))
PUBLIC = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "mfa_authenticate",
        "frame:prefer",
        "frame:styles",
        # Gateways do not log in: they sign, or know an address of their own (faces.api.messages).
        "api:receipts_in",
        "api:replies_came",
        "api:callback",
    }
)
"""Route names that answer without log-in. The style page answers 404 in production."""

ON_THE_WAY = frozenset(
    {
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
"""Route names open to someone who must still change a password or set up a second factor."""


class AccessMiddleware:
    """Stands after authentication, before every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # What one person saw must not come back from a cache after log-out.
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the request pass."""
        route = _route(request.resolver_match)
        if route in PUBLIC:
            return None
        _let_token_in(request)
        if not isinstance(request.user, Staff) or _of_another(request, request.user):
            return _to_login(request)
        if route in ON_THE_WAY:
            return None
        if request.user.must_change_password:
            return _first(request, "account_change_password", "PASSWORD-CHANGE-FIRST")
        if self._lacks_second_factor(request, request.user):
            return _first(request, "mfa_activate_totp", "SECOND-FACTOR-FIRST")
        return None

    @staticmethod
    def _lacks_second_factor(request: HttpRequest, user: Staff) -> bool:
        if not needs_second_factor(user.pk, day=timezone.localdate()):
            return False
        return not is_mfa_enabled(user, [Authenticator.Type.TOTP])


def _route(match: ResolverMatch | None) -> str:
    return match.view_name if match else ""


def _let_token_in(request: HttpRequest) -> None:
    """On the API a token stands for its person; a wrong one stands for nobody."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith(API) and kind.lower() == "bearer":
        staff = staff_of_token(token.strip(), now=timezone.now())
        request.user = staff or AnonymousUser()
        request.by_token = staff is not None  # type: ignore[attr-defined]  # read by the API


def _of_another(request: HttpRequest, user: Staff) -> bool:
    """Whether somebody else opened the page that asks: it must not write in this one's name."""
    return request.headers.get(OPENED_BY, str(user.pk)) != str(user.pk)


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.path.startswith(API):
        return _told("API-LOG-IN", 401)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse("account_login"))
    if OPENED_BY in request.headers:
        sentence = _("登录已结束，这一步没有保存。请在新标签页用本人账号登录，再回到本页继续。")
        return JsonResponse({"sentence": sentence}, status=401)
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def _told(code: str, status: int) -> JsonResponse:
    """An error as the API tells all of its errors."""
    said = {name: say(code, {}, language=language) for name, language in LANGUAGES}
    return JsonResponse({"error": {"code": code, **said, "figures": {}}}, status=status)


def _first(request: HttpRequest, route: str, code: str) -> HttpResponse:
    if request.path.startswith(API):
        return _told(f"API-{code}", 403)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(reverse(route))
    return redirect(route)
