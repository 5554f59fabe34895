"""One's own account: name and roles, language, password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dunwell.faces.web.access.acting import Acting, acting, refused
from dunwell.faces.web.access.forms import LanguageForm, PasswordForm
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.frame.preferences import keep_preference
from dunwell.flows.house.accounts import change_own_password, set_own_language
from dunwell.flows.house.refusals import PasswordWeak, PasswordWrong
from dunwell.flows.house.second_factor import needs_second_factor
from dunwell.store.people.models import Appointment, Staff


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, and the language I read."""
    who = acting(request)
    staff = _staff(request)
    form = LanguageForm(request.POST or None, initial={"language": staff.language})
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        set_own_language(actor=who.actor, day=who.day, now=who.now, language=language)
        response = redirect("account_me")
        keep_preference(response, what="language", value=language)
        return response
    context = {
        "staff": staff,
        "form": form,
        "held": _held_now(who),
        "has_second_factor": is_mfa_enabled(staff, [Authenticator.Type.TOTP]),
        "needs_second_factor": needs_second_factor(staff.pk, day=who.day),
    }
    return render(request, "access/me.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the first log-in leads here."""
    who = acting(request)
    form = PasswordForm(request.POST or None)
    first = _staff(request).must_change_password
    if request.method == "POST" and form.is_valid():
        try:
            staff = change_own_password(
                actor=who.actor,
                day=who.day,
                now=who.now,
                present=form.cleaned_data["present"],
                wanted=form.cleaned_data["wanted"],
            )
        except PasswordWrong as refusal:
            refused(form, refusal, "present")
        except PasswordWeak as refusal:
            refused(form, refusal, "wanted")
        else:
            update_session_auth_hash(request, staff)
            messages.success(request, _("密码已修改。其他设备上的登录已结束。"))
            return redirect("/" if first else "account_me")
    template = "access/first_password.html" if first else "access/password.html"
    return render(request, template, {"form": form})


def _staff(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user


def _held_now(who: Acting) -> list[dict[str, object]]:
    found = Appointment.objects.filter(staff=who.actor.staff).select_related("lender", "team")
    return [
        {
            "role": ROLES.get(each.role, each.role),
            "lender": each.lender.name,
            "team": each.team.name if each.team else "",
            "until_on": each.until_on,
        }
        for each in found.order_by("from_on", "pk")
        if each.from_on <= who.day and (each.until_on is None or who.day < each.until_on)
    ]
