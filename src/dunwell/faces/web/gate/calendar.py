"""The warning that the calendar ends soon, for those who see house policy: on the front pages."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from dunwell.faces.words import say
from dunwell.store.people.permissions import Actor, may
from dunwell.store.policy.calendar_year import CalendarEnds
from dunwell.store.policy.house import calendar_ends


def calendar_warning(actor: Actor, *, day: date, lender: int | None = None) -> str:
    """The warning as of today; empty where there is none, or none for this reader."""
    if not may(actor, "policy.see", day=day, lender=lender):
        return ""
    return calendar_words(calendar_ends(day=day, lender=lender))


def calendar_words(ends: CalendarEnds | None) -> str:
    """The sentence, where it is time to say it."""
    if ends is None or not ends.near:
        return ""
    return say(ends.code, ends.figures, language=get_language() or "zh-hans")
