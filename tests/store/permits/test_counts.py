"""Counts of a party: what counts, on which day, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dunwell.core.permit import BEIJING
from dunwell.store.permits.counts import Counts, Made, count, state_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=BEIJING)
MIDNIGHT = datetime(2026, 3, 3, 0, 0, tzinfo=BEIJING)


def made(number: int = 1, **fields) -> Made:
    told = {
        "permit": number, "party": 1, "reach": 5, "channel": "call", "purpose": "collect",
        "direction": "outbound", "asked_at": NOW, "reserved_until": NOW + timedelta(minutes=15),
        "step": None, "step_at": None, "answered": None, "conversation": None,
    }  # fmt: skip
    return Made(**{**told, **fields})


def used(number: int = 1, *, at: datetime = NOW, **fields) -> Made:
    until = at + timedelta(minutes=15)
    return made(number, asked_at=at, reserved_until=until, step="used", step_at=at, **fields)


def counted(*rows: Made, now: datetime = NOW, **how) -> Counts:
    return count(rows, **{"party": 1, "reach": 5, "now": now, **how})


def test_nothing_done_is_nothing_counted():
    assert counted() == Counts()


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (made(), 1),
        (made(reserved_until=NOW), 0),
        (made(step="released", step_at=NOW), 0),
        (made(step="refused", step_at=NOW), 0),
        (used(), 1),
        (used(answered=True, conversation=True), 1),
        (used(answered=True, conversation=False), 0),
        (used(answered=False, conversation=False), 0),
        (made(direction="inbound"), 0),
        (made(channel="sms"), 0),
        (made(party=2), 0),
        (made(channel="ai_voice"), 1),
    ],
)
def test_a_permit_counts_as_the_strictest_it_can_be_until_it_is_told(row, counts):
    assert counted(row).effective_conversations_today == counts


def test_a_call_asked_for_before_midnight_and_used_after_it_is_of_the_new_day():
    row = made(
        asked_at=MIDNIGHT - timedelta(minutes=1), step="used",
        step_at=MIDNIGHT + timedelta(minutes=1),
    )  # fmt: skip
    assert counted(row, now=MIDNIGHT + timedelta(hours=9)).effective_conversations_today == 1
    before = used(at=MIDNIGHT - timedelta(seconds=1))
    assert counted(before, now=MIDNIGHT).effective_conversations_today == 0


def test_dials_are_of_the_number_whoever_it_belongs_to():
    rows = [used(n, party=n, answered=False, conversation=False) for n in range(1, 4)]
    assert counted(*rows).unanswered_dials_number_today == 3
    assert counted(*rows, reach=6).unanswered_dials_number_today == 0
    assert counted(*rows).effective_conversations_today == 0


def test_seven_days_are_today_and_the_six_before():
    rows = [used(n, channel="sms", at=NOW - timedelta(days=n)) for n in range(8)]
    assert (counted(*rows).sms_today, counted(*rows).sms_7d) == (1, 7)


def test_visits_are_of_the_address_and_calls_of_the_party():
    rows = [used(1, channel="visit"), used(2, channel="visit", reach=6), used(3, reach=6)]
    found = counted(*rows)
    assert (found.visits_today_address, found.visits_7d_address, found.calls_7d) == (1, 1, 1)
    assert found.last_visit_asked_at == NOW


def test_ones_own_permit_does_not_stand_in_ones_way():
    assert counted(made(7), made(8), without=(7,)).effective_conversations_today == 1


def test_the_last_unanswered_dial_is_never_in_the_future():
    row = used(at=NOW + timedelta(seconds=30), answered=False, conversation=False)
    assert counted(row).last_unanswered_dial_at == NOW


def test_a_permit_lapses_at_its_moment():
    until = NOW + timedelta(minutes=15)
    almost = until - timedelta(microseconds=1)
    assert state_of(reserved_until=until, step=None, now=almost) == "reserved"
    assert state_of(reserved_until=until, step=None, now=until) == "expired"
    assert state_of(reserved_until=None, step=None, now=NOW) == "refused"
    assert state_of(reserved_until=until, step="used", now=until) == "used"
    assert state_of(reserved_until=until, step="released", now=NOW) == "released"
