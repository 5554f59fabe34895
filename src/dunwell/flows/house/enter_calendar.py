"""Enter a year's calendar: its days with their source, and the year as known to the gate.

Called by `dunwell policy calendar`. A year may be entered anew (the State Council has changed
a plan before): the newest counts, the older stay. Journalled by the house value it sets and by
its own entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.refusal import Refusal
from dunwell.flows.house.calendar_file import Calendar
from dunwell.flows.house.set_policy import LEAST_REASON, set_policy
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.calendar_year import CALENDAR_YEAR, FIRST_DAY, CalendarEnds
from dunwell.store.policy.house import calendar_ends
from dunwell.store.policy.models import CalendarYear


class SourceMissing(Refusal):
    """A calendar without the notice it is taken from. Figures: year."""

    code = "CALENDAR-NO-SOURCE"


class CalendarUnchanged(Refusal):
    """The year stands so already, from the same source. Figures: year."""

    code = "CALENDAR-UNCHANGED"


class NoCalendar(Refusal):
    """A year whose days nobody entered here. Figures: year."""

    code = "CALENDAR-NONE"


@dataclass(frozen=True, slots=True)
class Entered:
    """The year as entered, and how far the calendar is known now."""

    calendar: Calendar
    source: str
    ends: CalendarEnds
    dry_run: bool


def enter_calendar(
    *, actor: Actor, day: date, now: datetime, calendar: Calendar, source: str, dry_run: bool
) -> Entered:
    """Let the days of a year count from now on, and the gate know the year.

    Refuses NotPermitted, SourceMissing, CalendarUnchanged, and what `set_policy` refuses.
    """
    require(actor, "policy.set", day=day)
    source = source.strip()
    if len(source) < LEAST_REASON:
        raise SourceMissing(year=calendar.year)
    with transaction.atomic():
        last = _newest(calendar.year)
        if last is not None and (last.content, last.source) == (calendar.days, source):
            raise CalendarUnchanged(year=calendar.year)
        _write(actor, day, now, calendar, source)
        ends = calendar_ends(day=day)
        if dry_run:
            transaction.set_rollback(True)
    return Entered(calendar, source, ends, dry_run)


def show_calendar(*, actor: Actor, day: date, year: int) -> CalendarYear:
    """The days of a year as they count. Refuses NotPermitted and NoCalendar."""
    require(actor, "policy.see", day=day)
    found = _newest(year)
    if found is None:
        raise NoCalendar(year=year)
    return found


def _newest(year: int) -> CalendarYear | None:
    return CalendarYear.objects.filter(year=year).order_by("-pk").first()


def _write(actor: Actor, day: date, now: datetime, calendar: Calendar, source: str) -> None:
    first = date(calendar.year, *FIRST_DAY)
    if calendar_ends(day=first).known_until < first:
        set_policy(
            actor=actor, day=day, now=now, name=CALENDAR_YEAR, lender=None,
            value=str(calendar.year), from_on=max(first, day) if first.year == day.year else first,
            why=source,
        )  # fmt: skip
    row = CalendarYear.objects.create(
        year=calendar.year, content=calendar.days, source=source, set_at=now,
        set_by_id=actor.staff, set_by_label=actor.label,
    )  # fmt: skip
    kinds = list(calendar.days.values())
    append(
        stream=HOUSE, verb="calendar.entered", subject=f"calendar:{row.year}", actor=actor, at=now,
        day=first, why=source,
        figures={"holidays": kinds.count("holiday"), "workdays": kinds.count("workday")},
    )  # fmt: skip
