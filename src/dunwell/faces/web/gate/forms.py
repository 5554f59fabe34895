"""The form of a change: the new value, from which day, and where it is written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dunwell.core.params import NoValueOn, Parameter
from dunwell.faces.web.gate import labels
from dunwell.flows.conduct.publish_pack import Wanted

RECHECK_DAYS = 180
MINUTES = "minute-of-day"


def _day(**how: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **how)


class ChangeForm(forms.Form):
    """One number of a pack from a day on. A time of day is written as 22:00."""

    value = forms.CharField(label=_("新值"), max_length=20)
    from_on = _day(label=_("生效日"), help_text=_("明天或以后：一天之内规则不变。"))
    source = forms.CharField(
        label=_("文件与条款"),
        max_length=300,
        help_text=_("例如：GB/T 45251-2025, 5.3"),
    )
    force = forms.ChoiceField(label=_("效力"), choices=list(labels.FORCES.items()))
    read = forms.ChoiceField(label=_("如何读到"), choices=list(labels.READS.items()))
    checked_on = _day(label=_("核对于"), help_text=_("哪一天对照过原文。"))
    recheck_by = _day(label=_("应在此前复核"))
    why = forms.CharField(label=_("为什么改"), max_length=200, min_length=4)

    def __init__(self, *args: Any, parameter: Parameter, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter = parameter
        tomorrow = day + timedelta(days=1)
        first: dict[str, Any] = {
            "from_on": tomorrow,
            "checked_on": day,
            "recheck_by": tomorrow + timedelta(days=RECHECK_DAYS),
        }
        try:
            now = parameter.dated_on(day)
            first |= {"source": now.source, "force": now.force, "read": now.read}
            first["value"] = now.value
        except NoValueOn:
            pass
        if parameter.choices:
            self.fields["value"] = forms.ChoiceField(
                label=_("新值"),
                choices=[
                    (str(number), labels.label_of(labels.CHOICES, name))
                    for number, name in enumerate(parameter.choices)
                ],
            )
        elif parameter.unit == MINUTES:
            self.fields["value"].widget = forms.TimeInput(attrs={"type": "time"})
            if "value" in first:
                first["value"] = f"{first['value'] // 60:02d}:{first['value'] % 60:02d}"
        else:
            self.fields["value"].widget = forms.NumberInput(attrs={"inputmode": "numeric"})
            self.fields["value"].help_text = labels.label_of(labels.UNITS, parameter.unit)
        for name, value in first.items():
            self.fields[name].initial = value

    def clean_value(self) -> int:
        """The whole number that was meant."""
        text = str(self.cleaned_data["value"]).strip()
        hours, colon, minutes = text.partition(":")
        try:
            if self.parameter.unit == MINUTES and colon:
                return int(hours) * 60 + int(minutes[:2])
            return int(text)
        except ValueError:
            raise forms.ValidationError(_("请写整数；时刻写成 22:00。")) from None

    def wanted(self, *, pack: str, parameter: str) -> Wanted:
        """The change as the flow takes it; call it on a valid form."""
        names = ("value", "from_on", "source", "force", "read", "checked_on", "recheck_by")
        return Wanted(
            pack=pack, parameter=parameter, **{name: self.cleaned_data[name] for name in names}
        )
