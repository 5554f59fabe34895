"""The small forms of a draft: for whom it begins, its text, and proposing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.flows.improve.publish_document import LEAST_REASON

_NAME = r"[a-z][a-z0-9_]{1,39}"


class BeginForm(forms.Form):
    """Which text a draft begins from, and for whom it is meant."""

    whom = forms.ChoiceField(
        label=_("给谁用"),
        choices=[("lender", _("本机构")), ("house", _("各机构（没有自己版本的）"))],
    )
    name = forms.RegexField(
        _NAME,
        label=_("备选的名称"),
        required=False,
        help_text=_(
            "不填就是改生效的版本；填了是另存一份备选，供实验比较。小写字母、数字和下划线。"
        ),
    )


class TextForm(forms.Form):
    """The whole text."""

    text = forms.CharField(
        label=_("文本"),
        strip=False,
        max_length=400_000,
        widget=forms.Textarea(
            attrs={"rows": 28, "spellcheck": "false", "autocapitalize": "off", "class": "num"}
        ),
    )


class ProposeForm(forms.Form):
    """From which day on, and why."""

    from_on = forms.DateField(
        label=_("生效日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("今天或以后；已经作出的决定不改。"),
    )
    why = forms.CharField(label=_("为什么改"), min_length=LEAST_REASON, max_length=200)

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = day


class ReasonForm(forms.Form):
    """Why, in a sentence."""

    why = forms.CharField(label=_("理由"), min_length=LEAST_REASON, max_length=200)
