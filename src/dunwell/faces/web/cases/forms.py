"""Forms of the case page: a payment received, a hold placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.core.money import UnreadableMoney, parse_yuan
from dunwell.store.book.models import Loan


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _LoanChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among loans, by their number."""

    def label_from_instance(self, obj: Loan) -> str:
        return obj.loan_no


class _LoanForm(forms.Form):
    """A form about one of a case's loans; the field named by `starts` begins at the day."""

    starts = ""

    loan = _LoanChoice(label=_("借据"), queryset=Loan.objects.none(), empty_label=None)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, loans: Sequence[Loan], day: date
    ) -> None:
        # Two of these forms stand on one page: their fields need ids of their own.
        super().__init__(data, auto_id=f"{self.starts}_%s")
        chosen = self.fields["loan"]
        assert isinstance(chosen, _LoanChoice)
        chosen.queryset = Loan.objects.filter(pk__in=[loan.pk for loan in loans])
        self.fields[self.starts].initial = day


class PaymentForm(_LoanForm):
    """Money received on one loan. The amount is read as lenders write it."""

    starts = "paid_on"

    payment_no = forms.CharField(
        label=_("流水号"), max_length=64, help_text=_("银行或支付流水号；同一号只记一次。")
    )
    amount = forms.CharField(label=_("金额"), help_text=_("如 1200 或 1,200.00（元）。"))
    paid_on = forms.DateField(label=_("还款日"), widget=_day_input())
    channel = forms.CharField(label=_("渠道"), max_length=40, required=False)

    def clean_amount(self) -> int:
        """The amount in fen."""
        try:
            fen = parse_yuan(self.cleaned_data["amount"])
        except UnreadableMoney as unreadable:
            raise forms.ValidationError(
                _("读不懂这个金额。请写成 1200 或 1,200.00。")
            ) from unreadable
        if fen <= 0:
            raise forms.ValidationError(_("金额应大于 0；冲正请在还款明细里操作。"))
        return fen


class HoldForm(_LoanForm):
    """Days that shall not count, from a day until (not including) another or open."""

    starts = "start_on"

    start_on = forms.DateField(label=_("自"), widget=_day_input())
    end_on = forms.DateField(
        label=_("至（不含，留空为恢复为止）"), widget=_day_input(), required=False
    )
    reason = forms.CharField(label=_("原因"), max_length=200)
