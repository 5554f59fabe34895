"""Hours: what each person can take on by weekday, with skills, languages, cities, limits, leave.

Nothing is overwritten: every setting is a further row from a day on, with its reason; a
leave is a stretch of days without minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from dunwell.core.assign.gain import SKILLS
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.gate.labels import person_words
from dunwell.faces.web.work import labels
from dunwell.flows.house.refusals import NoSuchStaff
from dunwell.flows.prepare.case_hands import LEAST_REASON
from dunwell.flows.prepare.work_capacity import MOST_MINUTES, TakesOn, set_capacity
from dunwell.flows.prepare.work_people import Working, hours_of_people, stretches_of
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.work.models import Capacity

WEEKDAYS: tuple[labels.Words, ...] = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
USUAL_MINUTES = (480, 480, 480, 480, 480, 0, 0)


def _day(label: Any, **how: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **how)


class _StretchForm(forms.Form):
    """From which day until which, and why."""

    from_on = _day(gettext_lazy("从哪一天起"))
    until_on = _day(gettext_lazy("到哪一天为止（不含）"), required=False)
    why = forms.CharField(label=gettext_lazy("理由"), min_length=LEAST_REASON, max_length=200)


class LeaveForm(_StretchForm):
    """Days without work; what counts before counts again after."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, day: date) -> None:
        super().__init__(data)
        self.fields["from_on"].initial = day
        self.fields["until_on"].required = True


class HoursForm(_StretchForm):
    """Minutes of each weekday, skills, and what limits them."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("技能"),
        required=False,
        choices=[(skill, labels.SKILLS[skill]) for skill in SKILLS],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.CharField(
        label=gettext_lazy("普通话以外会的语言"), required=False, max_length=120,
        help_text=gettext_lazy("用空格隔开，例如：粤语 藏语"),
    )  # fmt: skip
    regions = forms.CharField(
        label=gettext_lazy("外访城市"), required=False, max_length=200,
        help_text=gettext_lazy("用空格隔开，例如：长沙市 株洲市；不填为不限。"),
    )  # fmt: skip

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, day: date, now: Capacity | None
    ) -> None:
        super().__init__(data)
        minutes = now.minutes if now else USUAL_MINUTES
        for place, label in enumerate(WEEKDAYS):
            self.fields[f"minutes_{place}"] = forms.IntegerField(
                label=str(label), min_value=0, max_value=MOST_MINUTES, initial=minutes[place]
            )
        for skill in SKILLS:
            self.fields[f"most_{skill}"] = forms.IntegerField(
                label=str(labels.SKILLS[skill]),
                min_value=0, required=False, initial=(now.most if now else {}).get(skill),
            )  # fmt: skip
        first = {
            "from_on": day,
            "skills": now.skills.split() if now else ["phone"],
            "languages": now.languages if now else "",
            "regions": now.regions if now else "",
        }
        for name, value in first.items():
            self.fields[name].initial = value

    @property
    def hours(self) -> list[forms.BoundField]:
        """The minutes of each weekday, Monday first."""
        return [self[f"minutes_{place}"] for place in range(len(WEEKDAYS))]

    @property
    def limits(self) -> list[forms.BoundField]:
        """The most acts a day by skill."""
        return [self[f"most_{skill}"] for skill in SKILLS]

    def takes(self) -> TakesOn:
        """As the flow takes it; call it on a valid form."""
        told = self.cleaned_data
        limits = {skill: told[f"most_{skill}"] for skill in SKILLS}
        return TakesOn(
            minutes=[told[f"minutes_{place}"] for place in range(len(WEEKDAYS))],
            skills=told["skills"],
            languages=told["languages"].split(),
            regions=told["regions"].split(),
            most={skill: most for skill, most in limits.items() if most is not None},
        )


@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """Everybody's hours of today."""
    reader = reader_of(request, "case.assign")
    people = _people(reader)
    context = {
        "reader": reader,
        "weekdays": WEEKDAYS,
        "people": [_row(each) for each in people],
        "total": sum(each.minutes for each in people if not each.why_not),
    }
    return render(request, "work/capacity.html", context)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, staff: int, leave: bool = False) -> HttpResponse:
    """The form of one person's hours, or of a leave; GET shows it, POST sets them."""
    reader = reader_of(request, "case.assign")
    who = next((each for each in _people(reader) if each.staff.pk == staff), None)
    if who is None:
        raise NoSuchStaff(staff=staff)
    posted = request.POST if request.method == "POST" else None
    form: LeaveForm | HoursForm
    if leave:
        form = LeaveForm(posted, day=reader.day)
    else:
        form = HoursForm(posted, day=reader.day, now=who.capacity)
    if form.is_valid():
        told = form.cleaned_data
        takes = form.takes() if isinstance(form, HoursForm) else _nothing(who.capacity)
        try:
            set_capacity(
                actor=reader.actor, day=reader.day, now=timezone.now(), lender=reader.lender,
                staff=who.staff, from_on=told["from_on"], until_on=told["until_on"],
                takes=takes, why=told["why"],
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            name = who.staff.display_name
            messages.success(request, _("{name}的工时已设，下次分案起算。").format(name=name))
            return redirect("work:capacity")
    stretches = stretches_of(actor=reader.actor, lender=reader.lender, staff=staff, day=reader.day)
    title = _("{name}：休假") if leave else _("{name}：工时")
    context = {
        "form": form,
        "title": title.format(name=who.staff.display_name),
        "lead": _("设定从某天起算，写明理由；以前的设定保留。"),
        "act": _("登记休假") if leave else _("设定"),
        "address": request.path,
        "back": reverse("work:capacity"),
        "back_words": _("工时"),
        "stretches": [_stretch(each) for each in stretches],
    }
    return render(request, "work/person.html", context, status=400 if form.errors else 200)


def _people(reader: Reader) -> list[Working]:
    return hours_of_people(
        actor=reader.actor, lender=reader.lender, day=reader.day, at=timezone.now()
    )


def _nothing(now: Capacity | None) -> TakesOn:
    """No minutes, with the skills as they are."""
    return TakesOn(minutes=[0] * len(WEEKDAYS), skills=now.skills.split() if now else [])


def _row(each: Working) -> dict[str, Any]:
    now = each.capacity
    return {
        "name": each.staff.display_name,
        "roles": labels.joined([labels.label_of(ROLES, role) for role in each.roles]),
        "minutes": now.minutes if now else [],
        "skills": _skills(now.skills) if now else "—",
        "limits": _limits(now) if now else "—",
        "more": " · ".join(filter(None, (now.languages, now.regions))) if now else "",
        "until_on": now.until_on if now else None,
        "from_on": now.from_on if now else None,
        "why": now.why if now else "",
        "why_not": labels.label_of(labels.WHY_NOTS, each.why_not) if each.why_not else "",
        "set_href": reverse("work:person", args=[each.staff.pk]),
        "leave_href": reverse("work:leave", args=[each.staff.pk]),
    }


def _stretch(row: Capacity) -> dict[str, Any]:
    return {
        "from_on": row.from_on,
        "until_on": row.until_on,
        "minutes": " / ".join(str(each) for each in row.minutes),
        "skills": _skills(row.skills),
        "limits": _limits(row),
        "by": person_words(row.by_label),
        "why": row.why,
    }


def _skills(text: str) -> str:
    return labels.joined([labels.label_of(labels.SKILLS, skill) for skill in text.split()]) or "—"


def _limits(row: Capacity) -> str:
    said = [f"{labels.label_of(labels.SKILLS, skill)} ≤ {most}" for skill, most in row.most.items()]
    return labels.joined(said) or "—"
