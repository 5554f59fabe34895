"""When, and how often: CN-T01 to CN-T09, and the hours of visits and messages (CN-V05, CN-S06).

Contact that an obligor starts is exempt from hours and counts. Days are days of
Beijing; a count of the day is free again at the next midnight.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dunwell.core.permit.facts import BEIJING, OBLIGORS, Facts, UnknownFact
from dunwell.core.permit.findings import Figure, Finding
from dunwell.core.permit.limits import Limits
from dunwell.core.permit.windows import Window, clock, next_open

WEEK_DAYS = 7


def started_by_them(facts: Facts) -> bool:
    """Whether somebody who is bound to pay started this contact: no hours, no counts."""
    return facts.direction == "inbound" and facts.party_role in OBLIGORS


def calling_window(facts: Facts, limits: Limits) -> Window:
    """When Beijing is awake: from the end of the quiet hours to their start."""
    return Window(limits.contact_quiet_until, limits.contact_quiet_from, BEIJING)


def message_window(facts: Facts, limits: Limits) -> Window:
    """When text messages may go out: narrower than the calling window."""
    return Window(limits.sms_open_from, limits.sms_open_until, BEIJING)


def next_day(facts: Facts, days: int = 1) -> datetime:
    """Midnight, so many days on, in Beijing."""
    return datetime.combine(facts.beijing.date() + timedelta(days=days), time(0), BEIJING)


def outside(
    code: str, facts: Facts, window: Window, parameter: str, lifted_by: tuple[str, ...] = ()
) -> Finding | None:
    """The finding of a moment outside `window`, None inside it."""
    now = facts.beijing
    if window.open_from <= now.hour * 60 + now.minute < window.open_until:
        return None
    figures = {
        "time": now.strftime("%H:%M"),
        "open_from": clock(window.open_from),
        "open_until": clock(window.open_until),
    }
    return Finding(code, "refuse", figures, next_open(now, [window]), "", parameter, lifted_by)


def quiet_hours(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T01: nobody is called, written to or visited at night, unless they agreed."""
    if started_by_them(facts):
        return None
    window = calling_window(facts, limits)
    return outside("CN-T01", facts, window, "contact.quiet_from", ("quiet_hours",))


def conversations(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T02: so many conversations a day that we started, per debtor."""
    if started_by_them(facts):
        return None
    count = facts.counts_effective_conversations_today
    limit = limits.contact_conversations_per_debtor_per_day
    if count < limit:
        return None
    figures = {"count": count, "limit": limit}
    parameter = "contact.conversations_per_debtor_per_day"
    return Finding("CN-T02", "refuse", figures, next_day(facts), "", parameter)


def notification_calls(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T03: so many calls a day that only tell, lender and agencies together."""
    if facts.channel == "call" and facts.purpose != "notify":
        return None
    if started_by_them(facts):
        return None
    count = facts.counts_notification_calls_today
    limit = limits.contact_notification_calls_per_debtor_per_day
    if count < limit:
        return None
    figures = {"count": count, "limit": limit}
    parameter = "contact.notification_calls_per_debtor_per_day"
    return Finding("CN-T03", "refuse", figures, next_day(facts), "", parameter)


def unanswered_dials(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T04: so many unanswered dials a day per number; a warning before the last."""
    if started_by_them(facts):
        return None
    count = facts.counts_unanswered_dials_number_today
    limit = limits.contact_unanswered_dials_per_number_per_day
    if count < limits.contact_unanswered_dials_warn_at and count < limit:
        return None
    figures = {"count": count, "limit": limit}
    parameter = "contact.unanswered_dials_per_number_per_day"
    if count < limit:
        return Finding("CN-T04", "warn", figures, None, "CN-T04-NEAR", parameter)
    return Finding("CN-T04", "refuse", figures, next_day(facts), "", parameter)


def messages(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T05: so many text messages a day and in seven days, per debtor.

    Of the seven days only sums are known, so the day named is the last on which the
    messages before today can have left the sum.
    """
    if started_by_them(facts):
        return None
    today, week = facts.counts_sms_today, facts.counts_sms_7d
    daily, weekly = limits.sms_messages_per_debtor_per_day, limits.sms_messages_per_debtor_per_week
    if week >= weekly:
        free_on = next_day(facts, WEEK_DAYS if today >= weekly else WEEK_DAYS - 1)
        figures = {"count": week, "limit": weekly}
        parameter = "sms.messages_per_debtor_per_week"
        return Finding("CN-T05", "refuse", figures, free_on, "CN-T05-WEEK", parameter)
    if today >= daily:
        figures = {"count": today, "limit": daily}
        parameter = "sms.messages_per_debtor_per_day"
        return Finding("CN-T05", "refuse", figures, next_day(facts), "", parameter)
    return None


def visits(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T06: so many visits a day and in seven days per address, each one approved."""
    if started_by_them(facts):
        return None
    today, week = facts.counts_visits_today_address, facts.counts_visits_7d_address
    daily = limits.visit_visits_per_address_per_day
    weekly = limits.visit_visits_per_address_per_week
    if week >= weekly:
        free_on = next_day(facts, WEEK_DAYS if today >= weekly else WEEK_DAYS - 1)
        figures = {"count": week, "limit": weekly}
        parameter = "visit.visits_per_address_per_week"
        return Finding("CN-T06", "refuse", figures, free_on, "CN-T06-WEEK", parameter)
    if today >= daily:
        figures = {"count": today, "limit": daily}
        parameter = "visit.visits_per_address_per_day"
        return Finding("CN-T06", "refuse", figures, next_day(facts), "CN-T06-DAY", parameter)
    return Finding("CN-T06", "needs_approval", lifted_by=("visit",))


def bursts(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T07: dialling again within minutes of an unanswered dial begins to harass."""
    last_at = facts.last_unanswered_dial_at
    if last_at is None or started_by_them(facts):
        return None
    seconds, limit = _seconds_since(last_at, facts), limits.contact_burst_minutes
    if seconds >= limit * 60:
        return None
    free_at = (last_at + timedelta(minutes=limit)).astimezone(BEIJING)
    figures: dict[str, Figure] = {
        "minutes": seconds // 60,
        "limit": limit,
        "calm_from": free_at.strftime("%H:%M"),
    }
    return Finding("CN-T07", "warn", figures, None, "", "contact.burst_minutes")


def carrier_limits(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T08: what carriers are known to block, as far as the question tells."""
    if started_by_them(facts):
        return None
    if facts.channel == "sms":
        count, limit = facts.counts_sms_today, limits.sms_carrier_messages_per_number_per_day
        parameter = "sms.carrier_messages_per_number_per_day"
        if count < limit:
            return None
        figures = {"count": count, "limit": limit}
        return Finding("CN-T08", "warn", figures, None, "CN-T08-SMS", parameter)
    last_at, limit = facts.last_unanswered_dial_at, limits.contact_carrier_seconds_between_dials
    if last_at is None or (seconds := _seconds_since(last_at, facts)) >= limit:
        return None
    parameter = "contact.carrier_seconds_between_dials"
    return Finding("CN-T08", "warn", {"seconds": seconds, "limit": limit}, None, "", parameter)


def open_promise(facts: Facts, limits: Limits) -> Finding | None:
    """CN-T09: while a promise is open, nothing but its reminder, until it is settled."""
    until = facts.promise_open_until
    if until is None or facts.purpose == "remind" or started_by_them(facts):
        return None
    return Finding("CN-T09", "refuse", {"promised_on": until[:10]})


def visiting_hours(facts: Facts, limits: Limits) -> Finding | None:
    """CN-V05: the quiet hours count for visits."""
    if started_by_them(facts):
        return None
    window = calling_window(facts, limits)
    return outside("CN-V05", facts, window, "contact.quiet_from", ("quiet_hours",))


def message_hours(facts: Facts, limits: Limits) -> Finding | None:
    """CN-S06: text messages keep to the narrower window of the carriers."""
    if started_by_them(facts):
        return None
    return outside("CN-S06", facts, message_window(facts, limits), "sms.open_until")


def _seconds_since(last_at: datetime, facts: Facts) -> int:
    seconds = (facts.at - last_at).total_seconds()
    if seconds < 0:  # a dial that has not been made yet: one of the two clocks is wrong
        raise UnknownFact("last_unanswered_dial_at")
    return int(seconds)
