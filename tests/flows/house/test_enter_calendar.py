"""Entering a year: its file, its source, and that the gate knows the year from then on."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dunwell.core.permit import BEIJING
from dunwell.flows.house.calendar_file import BadCalendar, read_calendar
from dunwell.flows.house.enter_calendar import (
    CalendarUnchanged,
    NoCalendar,
    SourceMissing,
    enter_calendar,
    show_calendar,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.house import calendar_ends
from dunwell.store.policy.models import CalendarYear
from tests.flows.contact.people import open_office

YEAR = "date,kind\n2027-01-01,holiday\n2027-01-02,holiday\n2027-01-03,workday\n"
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
SOURCE = "a notice made up for this test"


def _enter(actor, *, text: str = YEAR, source: str = SOURCE, dry_run: bool = False):
    calendar = read_calendar(text, file="2027.csv")
    return enter_calendar(
        actor=actor, day=DAY, now=NOW, calendar=calendar, source=source, dry_run=dry_run
    )


@pytest.mark.django_db
def test_once_entered_the_gate_knows_the_year() -> None:
    office = open_office()
    office.now = datetime(2027, 1, 4, 12, tzinfo=BEIJING)
    assert office.ask().decision.codes == ("GATE-CALENDAR",)
    compliance = office.person("compliance")
    assert calendar_ends(day=DAY).near
    assert _enter(compliance, dry_run=True).ends.known_until == date(2027, 12, 31)
    assert calendar_ends(day=DAY).near and not CalendarYear.objects.exists()
    _enter(compliance)
    assert not calendar_ends(day=DAY).near
    assert office.ask().granted
    shown = show_calendar(actor=compliance, day=DAY, year=2027)
    assert shown.content["2027-01-03"] == "workday" and shown.source == SOURCE
    entry = Entry.objects.get(verb="calendar.entered")
    assert entry.figures == '{"holidays":2,"workdays":1}'


@pytest.mark.django_db
def test_a_year_entered_anew_counts_as_it_was_entered_last() -> None:
    office = open_office()
    compliance = office.person("compliance")
    _enter(compliance)
    with pytest.raises(CalendarUnchanged):
        _enter(compliance)
    _enter(compliance, text=f"{YEAR}2027-01-04,holiday\n", source="a later notice")
    assert len(show_calendar(actor=compliance, day=DAY, year=2027).content) == 4
    assert CalendarYear.objects.count() == 2
    with pytest.raises(NoCalendar):
        show_calendar(actor=compliance, day=DAY, year=2028)


@pytest.mark.django_db
def test_only_who_may_set_policy_enters_a_year_and_only_with_its_source() -> None:
    office = open_office()
    with pytest.raises(NotPermitted):
        _enter(office.collector)
    with pytest.raises(SourceMissing):
        _enter(office.person("compliance"), source=" ")
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("", 1, "date,kind"),
        ("day,kind\n2027-01-01,holiday\n", 1, "date,kind"),
        ("date,kind\n2027-13-01,holiday\n", 2, "date"),
        ("date,kind\n2027-01-01,off\n", 2, "kind"),
        ("date,kind\n2027-01-01\n", 2, "kind"),
        ("date,kind\n2027-01-01,holiday\n2028-01-01,holiday\n", 3, "date"),
        ("date,kind\n2027-01-01,holiday\n\n2027-01-01,holiday\n", 4, "date"),
        ("date,kind\n2027-01-01,holiday\n2027-01-04,workday\n", 3, "kind"),
        ("date,kind\n2027-01-02,holiday\n", 2, "date"),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_column(text: str, row: int, column: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        read_calendar(text, file="2027.csv")
    figures = refused.value.figures
    assert (figures["file"], figures["row"], figures["column"]) == ("2027.csv", row, column)
