"""Whose hands cases are in: a selection moved, kept or taken back with one reason, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dunwell.core.ageing import DEFAULT_BUCKETS
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused, sentence_of
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.frame.address import with_query
from dunwell.faces.web.work import labels
from dunwell.flows.prepare.case_hands import LEAST_REASON
from dunwell.flows.prepare.hands_selection import (
    Handed,
    HandsPage,
    Wish,
    hand_on,
    hands_page,
    undo_hands,
)
from dunwell.flows.prepare.work_board import board_scope
from dunwell.flows.prepare.work_people import working_people
from dunwell.store.cases.lists import CaseFilter
from dunwell.store.people.permissions import NotPermitted

PAGE_ROWS = 30
KEPT_DAYS = 14
UNDO = "work_undo"
"""Where a session keeps what was done last, so that it can be undone."""


class HandForm(forms.Form):
    """What is done with the ticked cases: the act, to whom or until when, and why."""

    act = forms.ChoiceField(
        label=gettext_lazy("做什么"),
        choices=[
            ("move", gettext_lazy("调给另一个人")),
            ("hold", gettext_lazy("留案：继续由现经办人办理")),
            ("recall", gettext_lazy("收回：今天不安排，谁也不持有")),
        ],
    )
    staff = forms.ChoiceField(label=gettext_lazy("调给谁"), required=False)
    until_on = forms.DateField(
        label=gettext_lazy("留到哪一天（不含）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    why = forms.CharField(label=gettext_lazy("理由"), min_length=LEAST_REASON, max_length=200)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, people: list[tuple[str, str]], day: date
    ) -> None:
        super().__init__(data)
        staff = self.fields["staff"]
        assert isinstance(staff, forms.ChoiceField)
        staff.choices = [("", _("请选择")), *people]
        self.fields["until_on"].initial = day + timedelta(days=KEPT_DAYS)

    def clean(self) -> dict[str, Any]:
        """A move names somebody, a retention its end."""
        told = super().clean() or {}
        if told.get("act") == "move" and not told.get("staff"):
            self.add_error("staff", _("调案要选一个人。"))
        if told.get("act") == "hold" and not told.get("until_on"):
            self.add_error("until_on", _("留案要有截止日。"))
        return told

    def wish(self) -> Wish:
        """As the flow takes it; call it on a valid form."""
        told = self.cleaned_data
        return Wish(
            act=told["act"],
            why=told["why"],
            staff=int(told["staff"]) if told["staff"] else None,
            until_on=told["until_on"],
        )


@require_http_methods(["GET", "POST"])
def hands(request: HttpRequest) -> HttpResponse:
    """The open cases with who holds them (GET); one act on the ticked ones (POST)."""
    reader = reader_of(request, "case.assign")
    people = _people(reader)
    form = HandForm(
        request.POST if request.method == "POST" else None, people=people, day=reader.day
    )
    ticked = {int(each) for each in request.POST.getlist("case") if each.isdecimal()}
    if form.is_valid():
        try:
            done = hand_on(
                actor=reader.actor, lender=reader.lender, day=reader.day, now=timezone.now(),
                cases=ticked, wish=form.wish(),
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            _remember(request, form.cleaned_data["act"], done)
            return redirect(request.get_full_path())
    context = _context(request, reader=reader, form=form, people=people, ticked=ticked)
    return render(request, "work/hands.html", context, status=400 if form.errors else 200)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Give back what was handed on last."""
    reader = reader_of(request, "case.assign")
    kept = request.session.pop(UNDO, None)
    if kept is None:
        messages.info(request, _("没有可以撤销的。"))
        return redirect("work:board")
    done = Handed(tuple(kept["hand_overs"]), tuple(kept["retentions"]), 0)
    try:
        count = undo_hands(
            actor=reader.actor, day=reader.day, now=timezone.now(), done=done,
            why=_("撤销刚才的安排"),
        )  # fmt: skip
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        messages.success(request, _("已撤销，{n} 案回到原处。").format(n=count))
    return redirect("work:hands")


def _remember(request: HttpRequest, act: str, done: Handed) -> None:
    sentences = {
        "move": _("已调案 {n} 件。"),
        "hold": _("已留案 {n} 件。"),
        "recall": _("已收回 {n} 件。"),
    }
    words = sentences[act].format(n=done.count)
    if done.passed_over:
        words += _("另有 {n} 件本来就在那里，没有改动。").format(n=done.passed_over)
    request.session[UNDO] = {
        "hand_overs": list(done.hand_overs),
        "retentions": list(done.retentions),
        "words": words,
    }


def _people(reader: Reader) -> list[tuple[str, str]]:
    scope = board_scope(actor=reader.actor, lender=reader.lender.pk, day=reader.day)
    found = working_people(
        lender=reader.lender, day=reader.day, at=timezone.now(), teams=scope.teams
    )
    return [(str(each.staff.pk), each.staff.display_name) for each in found]


def _context(
    request: HttpRequest,
    *,
    reader: Reader,
    form: HandForm,
    people: list[tuple[str, str]],
    ticked: set[int],
) -> dict[str, Any]:
    query = request.GET
    found = hands_page(
        actor=reader.actor, lender=reader.lender, day=reader.day, wanted=_wanted(query),
        size=PAGE_ROWS, after=_key(query.get("after", "")),
    )  # fmt: skip
    following = found.page.next_key
    return {
        "reader": reader,
        "form": form,
        "rows": _rows(found, ticked),
        "ticked_count": len(ticked),
        "people": people,
        "holder": query.get("holder", ""),
        "bucket": query.get("bucket", ""),
        "buckets": [each.name for each in DEFAULT_BUCKETS.ranges],
        "next_href": with_query(request, after="{}-{}".format(*following)) if following else "",
        "first_href": with_query(request, after=None) if query.get("after") else "",
        "undo": request.session.get(UNDO),
    }


def _wanted(query: QueryDict) -> CaseFilter:
    holder, bucket = query.get("holder", ""), query.get("bucket", "")
    return CaseFilter(
        holder=int(holder) if holder.isdecimal() and len(holder) < 16 else None,
        buckets=frozenset({bucket}) if bucket else frozenset(),
    )


def _rows(found: HandsPage, ticked: set[int]) -> list[dict[str, Any]]:
    cases = found.page.cases
    rows = []
    for case, name in zip(cases, masked_names(cases), strict=True):
        item, kept = found.items.get(case.pk), found.retentions.get(case.pk)
        rows.append(
            {
                "case": case,
                "name": name or f"#{case.pk}",
                "href": reverse("cases:case", args=[case.pk]),
                "holder": case.holder.display_name if case.holder else "—",
                "item": labels.action_mark(item.action) if item else None,
                "state": labels.state_mark(item.state) if item else None,
                "kept": kept.until_on if kept else None,
                "ticked": case.pk in ticked,
            }
        )
    return rows


def _key(text: str) -> tuple[int, int] | None:
    value, dash, key = text.partition("-")
    return (int(value), int(key)) if dash and value.isdecimal() and key.isdecimal() else None
