"""The calculator's form: the borrower's month, and the terms wished beside the cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.core.money import UnreadableMoney, parse_yuan
from dunwell.core.plan import Means, Relief

SHAPES = (("equal", _("等额")), ("step_up", _("逐期递增")), ("at_once", _("一次还清")))


class YuanField(forms.CharField):
    """An amount as people write it, kept as fen; empty is None."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = parse_yuan(text)
        except UnreadableMoney as unreadable:
            raise forms.ValidationError(
                _("读不懂这个金额。请写成 1200 或 1,200.00。")
            ) from unreadable
        if fen < 0:
            raise forms.ValidationError(_("金额不能小于 0。"))
        return fen


def _yuan(label: Any, *, help_text: Any = "") -> YuanField:
    field = YuanField(label=label, required=False, help_text=help_text)
    field.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})
    return field


class CalculatorForm(forms.Form):
    """The borrower's month, then what is wished. Everything may stay empty."""

    income = _yuan(_("月收入（元）"), help_text=_("问过客户再填；不知道就留空。"))
    other_duties = _yuan(_("其他月供（元）"))
    dependants = forms.IntegerField(label=_("抚养人数"), min_value=0, max_value=20, required=False)
    payday = forms.IntegerField(label=_("发薪日"), min_value=1, max_value=31, required=False)
    shape = forms.ChoiceField(label=_("还款方式"), choices=SHAPES, required=False)
    installments = forms.IntegerField(label=_("期数"), min_value=1, max_value=60, required=False)
    relief_penalty = _yuan(_("减免罚息（元）"))
    relief_interest = _yuan(_("减免利息（元）"))

    MONTH = ("income", "other_duties", "dependants", "payday")
    WISH = ("shape", "installments", "relief_penalty", "relief_interest")

    def __init__(self, data: Mapping[str, Any] | None = None, **known: Any) -> None:
        super().__init__(data, initial=known)

    @property
    def month_fields(self) -> list[forms.BoundField]:
        """The borrower's month."""
        return [self[name] for name in self.MONTH]

    @property
    def wish_fields(self) -> list[forms.BoundField]:
        """What is wished beside the cards."""
        return [self[name] for name in self.WISH]

    def means(self) -> Means:
        """What the borrower can spare; not known stays not known. After is_valid."""
        given = self.cleaned_data
        return Means(
            income_fen=given.get("income"),
            other_duties_fen=given.get("other_duties") or 0,
            dependants=given.get("dependants") or 0,
        )

    def relief(self) -> Relief:
        """The relief wished."""
        given = self.cleaned_data
        return Relief(given.get("relief_penalty") or 0, given.get("relief_interest") or 0)

    def wishes(self) -> bool:
        """Whether terms of one's own were typed."""
        given = self.cleaned_data
        return bool(
            given.get("installments") or given.get("relief_penalty")
            or given.get("relief_interest")
        )  # fmt: skip
