"""Regulation F of the United States (12 CFR 1006): proof that the gate is not China-only.

Hours are the consumer's local time, which is the offset the question's moment is
written in. The presumption of 1006.14(b) is rebuttable; here it refuses.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dunwell.core.permit.facts import Facts
from dunwell.core.permit.findings import Figure, Finding
from dunwell.core.permit.limits import Limits
from dunwell.core.permit.rules.content import threatens_suit
from dunwell.core.permit.rules.frequency import WEEK_DAYS, started_by_them
from dunwell.core.permit.windows import Window, clock, next_open


def local_window(facts: Facts, limits: Limits) -> Window:
    """When the consumer may be contacted, in the consumer's own time."""
    zone = facts.at.tzinfo
    assert zone is not None  # a moment without one is unknown
    return Window(limits.contact_local_open_from, limits.contact_local_open_until, zone)


def local_hours(facts: Facts, limits: Limits) -> Finding | None:
    """US-F06: no contact at an hour that is inconvenient where the consumer is."""
    if started_by_them(facts):
        return None
    window = local_window(facts, limits)
    if window.holds(facts.at):
        return None
    figures: dict[str, Figure] = {
        "time": facts.at.strftime("%H:%M"),
        "open_from": clock(window.open_from),
        "open_until": clock(window.open_until),
    }
    until_at = next_open(facts.at, [window])
    parameter = "contact.local_open_until"
    return Finding("US-F06", "refuse", figures, until_at, "", parameter, ("quiet_hours",))


def opted_out(facts: Facts, limits: Limits) -> Finding | None:
    """US-F06E: who opted out of electronic messages gets none."""
    if not facts.opted_out or started_by_them(facts):
        return None
    return Finding("US-F06E", "refuse")


def frequency(facts: Facts, limits: Limits) -> Finding | None:
    """US-F14: seven calls in seven days, and none within seven days of a conversation."""
    if started_by_them(facts):
        return None
    days, rest = facts.counts_days_since_conversation, limits.contact_days_after_conversation
    calls, limit = facts.counts_calls_7d, limits.contact_calls_per_debt_per_week
    if calls >= limit:
        figures: dict[str, Figure] = {"count": calls, "limit": limit}
        parameter = "contact.calls_per_debt_per_week"
        return Finding("US-F14", "refuse", figures, _day(facts, WEEK_DAYS), "", parameter)
    if days is None or days >= rest:
        return None
    figures = {"days": days, "limit": rest}
    parameter, said_as = "contact.days_after_conversation", "US-F14-CONVERSATION"
    return Finding("US-F14", "refuse", figures, _day(facts, rest - days), said_as, parameter)


def time_barred(facts: Facts, limits: Limits) -> Finding | None:
    """US-F26: nobody sues, or threatens to sue, for a time-barred debt."""
    if not facts.case_time_barred or not threatens_suit(facts):
        return None
    return Finding("US-F26", "refuse")


def _day(facts: Facts, days: int) -> datetime:
    day = facts.at.date() + timedelta(days=days)
    return datetime.combine(day, time(0), facts.at.tzinfo)
