"""How allauth behaves in this house: nobody signs up, refusals are calm, secrets are sealed."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dunwell.faces.web.frame.preferences import keep_preference
from dunwell.flows.house.second_factor import needs_second_factor
from dunwell.store.vault import open_sealed, seal

RECENT_SECONDS = 300
_PLACE = {"table": "mfa_authenticator", "column": "data", "row": 0}
"""Authenticators are sealed before they have a row number: the row is not bound."""


class HouseAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are opened by an administrator, never by the visitor."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("工作名或密码不对。请检查大小写后再试。"),
        "too_many_login_attempts": _("尝试太多次了。请等几分钟再试。"),
        "invalid_password": _("密码不对。请再输一次。"),
        "incorrect_password": _("密码不对。请再输一次。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Work names are kept in small letters."""
        return username.strip().lower()

    def post_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse:
        """Greet people in the language they chose on their account page."""
        response: HttpResponse = super().post_login(request, user, **rest)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            keep_preference(response, what="language", value=user.language)
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask again before changing a second factor, unless the log-in was a moment ago."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0)
        return bool(time.time() - newest > RECENT_SECONDS)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "you have signed in": the page itself says so."""


class HouseMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors: their secrets are sealed like every other secret of the house."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。请看手机上此刻的六位数字。"),
        "cannot_delete_authenticator": _("您的岗位须用两步验证，不能关闭。"),
        "rate_limited": _("尝试太多次了。请等几分钟再试。"),
    }

    def encrypt(self, text: str) -> str:
        """The secret as sealed text."""
        return base64.b64encode(seal(text, **_PLACE)).decode()  # type: ignore[arg-type]

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        sealed = base64.b64decode(encrypted_text)
        return open_sealed(sealed, **_PLACE)  # type: ignore[arg-type]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not while a role of this person needs it."""
        return not needs_second_factor(authenticator.user_id, day=timezone.localdate())
