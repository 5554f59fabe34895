"""Addresses of log-in and of one's own account; the root includes them under `accounts/`.

allauth's own list would also open sign-up, e-mail and reset pages: only what
this house uses stands here.
"""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import include, path

from dunwell.faces.web.access import account

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/", account.change_password, name="account_change_password"),
    path("me/", account.me, name="account_me"),
    path("2fa/", include("allauth.mfa.urls")),
]
