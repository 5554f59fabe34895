"""Forms of log-in, of one's own account, and of people and places."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext_lazy as _

from dunwell.faces.web.access.labels import ROLES
from dunwell.store.people.models import Lender, Team


class HouseLoginForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Log-in by work name; capitals do not matter in the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("login", _("工作名")), ("password", _("密码"))):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "autofocus": True}

    def clean_login(self) -> str:
        """The work name as accounts keep it."""
        login: str = super().clean_login()
        return login.lower()


class HouseCodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code of a second factor. Wrong codes are counted as wrong passwords are."""

    def clean_code(self) -> str:
        """The code; refused like a password once too many were wrong, whoever serves the page."""
        request = context.request
        credentials = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            raise get_adapter().validation_error("rate_limited")
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise
        return code


class PasswordForm(forms.Form):
    """One's own password: the present one, the wanted one twice."""

    present = forms.CharField(
        label=_("现在的密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    wanted = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符，不要全是数字，不要太常见，也不要与姓名相近。"),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The second time must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("wanted", again):
            raise forms.ValidationError(_("两次输入的新密码不一样。"))
        return again


class LanguageForm(forms.Form):
    """The language one reads."""

    language = forms.ChoiceField(label=_("界面语言"), choices=settings.LANGUAGES)


class PlaceForm(forms.Form):
    """A role at a lender or in one of its teams."""

    role = forms.ChoiceField(label=_("岗位"), choices=list(ROLES.items()))
    place = forms.ChoiceField(label=_("机构或小组"))
    from_on = forms.DateField(
        label=_("自"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("至（不含）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, lenders: frozenset[int] | None, **kwargs: Any) -> None:
        """`lenders` are those the actor manages people of."""
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places(lenders)

    def clean(self) -> dict[str, Any]:
        """The end comes after the beginning; the place becomes lender and team."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("from_on"), cleaned.get("until_on")
        if begins and ends and ends <= begins:
            self.add_error("until_on", _("结束日应晚于开始日。"))
        lender, _slash, team = str(cleaned.get("place", "")).partition("/")
        if lender:
            cleaned |= {"lender": int(lender), "team": int(team) if team else None}
        return cleaned


class PersonForm(PlaceForm):
    """A new account with its first role."""

    username = forms.CharField(
        label=_("工作名"),
        max_length=60,
        help_text=_("登录用，例如 wang.li；请勿用手机号。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    display_name = forms.CharField(label=_("显示姓名"), max_length=60)
    language = forms.ChoiceField(label=_("界面语言"), choices=settings.LANGUAGES)

    field_order = ("username", "display_name", "language", "role", "place", "from_on", "until_on")


class ReasonForm(forms.Form):
    """Why something is ended or closed."""

    why = forms.CharField(label=_("原因"), max_length=200, required=False)


class LenderForm(forms.Form):
    """A lender's code and name."""

    code = forms.CharField(
        label=_("代码"), max_length=40, help_text=_("小写字母、数字、短横，定下后不改。")
    )
    name = forms.CharField(label=_("名称"), max_length=120)


class TeamForm(LenderForm):
    """A team's lender, code and name."""

    lender = forms.ModelChoiceField(
        label=_("机构"), queryset=Lender.objects.none(), empty_label=None
    )
    field_order = ("lender", "code", "name")

    def __init__(self, *args: Any, lenders: frozenset[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lender"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Lender.objects.filter(pk__in=lenders or ()).order_by("code")
        field.label_from_instance = _name_of  # type: ignore[assignment,method-assign]


def _name_of(lender: Any) -> str:
    return str(lender.name)


def places(lenders: frozenset[int] | None) -> list[tuple[str, str]]:
    """Each lender as `id` and each of its teams as `id/team`, by name."""
    found: list[tuple[str, str]] = []
    teams = Team.objects.filter(lender__in=lenders or ()).order_by("code")
    for lender in Lender.objects.filter(pk__in=lenders or ()).order_by("code"):
        found.append((str(lender.pk), lender.name))
        found += [
            (f"{lender.pk}/{team.pk}", f"{lender.name} / {team.name}")
            for team in teams
            if team.lender_id == lender.pk
        ]
    return found
