"""The form by which something comes to stand about a case's people, and the one that ends it.

One form for six kinds of thing: each asks only for what belongs to it. A last day is
written as a day and counts to its end in Beijing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.core.permit import BEIJING
from dunwell.faces.web.gate import labels
from dunwell.flows.contact.standings import KINDS, LEAST_REASON, MOST_DAYS, Said

FIELDS: dict[str, tuple[str, ...]] = {
    "consent": ("kind", "contact", "channel", "until_on", "why"),
    "freeze": ("kind", "until_on", "why"),
    "approval": ("kind", "contact", "until_on", "why"),
    "opt_out": ("contact", "channel", "why"),
    "refusal": ("contact", "why"),
    "evidence": ("kind", "dated_on", "why"),
}
"""What each asks for, in the order in which it is asked."""

WHO = {"consent": _("谁同意的"), "opt_out": _("谁要求的")}
"""Whose word it is: the borrower's, unless a contact is named."""

MUST_END = frozenset({"consent", "approval"})


def _day(label: Any, **how: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, **how)


class ReasonForm(forms.Form):
    """Why something ends or a colleague's state changes."""

    why = forms.CharField(label=_("理由"), min_length=LEAST_REASON, max_length=200)


class StandForm(ReasonForm):
    """What is to stand from now on. `what` decides which fields there are."""

    kind = forms.ChoiceField(label=_("哪一种"))
    contact = forms.ChoiceField(label=_("哪个联系方式"))
    channel = forms.ChoiceField(label=_("用哪种方式"))
    until_on = _day(_("有效到（含当天）"))
    dated_on = _day(_("材料日期"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        what: str,
        contacts: Sequence[tuple[str, str]],
        day: date,
    ) -> None:
        super().__init__(data)
        self.what = what
        for name in [name for name in self.fields if name not in FIELDS[what]]:
            del self.fields[name]
        self.order_fields(FIELDS[what])
        kinds = [(kind, labels.kind_words(what, kind)) for kind in KINDS[what]]
        self._choices("kind", kinds)
        channels = [(code, labels.label_of(labels.CHANNELS, code)) for code in labels.CHANNELS]
        every = [("", _("全部方式"))] if what == "opt_out" else []
        self._choices("channel", [*every, *channels], required=what == "consent")
        own = [("", _("本人"))]
        anybody = {"approval": [("", _("不限"))], "consent": own, "opt_out": own}.get(what, [])
        if what in WHO:
            self.fields["contact"].label = WHO[what]
        self._choices("contact", [*anybody, *contacts], required=what == "refusal")
        if "until_on" in self.fields:
            until = self.fields["until_on"]
            until.required = what in MUST_END
            if what in MOST_DAYS:
                until.help_text = _("最多 7 天；批准的是眼前这件事。")
                until.initial = day
            elif what == "freeze":
                until.help_text = _("留空：由另一人解除为止。")

    def _choices(self, name: str, choices: Sequence[Any], *, required: bool = True) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
            field.required = required

    def said(self) -> Said:
        """As the flow takes it; call it on a valid form."""
        told = self.cleaned_data
        contact, until_on = told.get("contact"), told.get("until_on")
        return Said(
            what=self.what,
            kind=told.get("kind") or KINDS[self.what][0],
            why=told["why"],
            contact=int(contact) if contact else None,
            channel=told.get("channel") or "",
            until_at=end_of(until_on) if until_on else None,
            dated_on=told.get("dated_on"),
        )


def end_of(day: date) -> datetime:
    """The moment a day of Beijing is over."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=BEIJING)
