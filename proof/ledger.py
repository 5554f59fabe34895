"""The little world of the walk: one debtor, two numbers, two colleagues, and a clock.

A State is everything that happened, as far as it can still matter. The question to the
gate is built from it by the code the flows use (`flows.contact.question`), counts
included; only the database is left out. Times are seconds since Monday, 00:00, Beijing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.question import Known, Wish, question
from dunwell.store.permits.counts import Made
from dunwell.store.permits.reading import DeskRow, Stands, Subject
from proof.texts import TEXTS

MONDAY = datetime(2026, 3, 2, tzinfo=BEIJING)
MINUTE, HOUR, DAY = 60, 3600, 86400
RESERVED_SECONDS = 15 * MINUTE
DEBTOR = 1
UNKNOWN = "unknown"
"""The value of a fact nobody tells: the key is left out of the question."""
FAILED_MOST = 3
"""Failed attempts beyond this are counted no further: every limit is below it."""


class Ask(NamedTuple):
    """What somebody wants to do, and to whom."""

    staff: int = 1
    channel: str = "call"
    purpose: str = "collect"
    role: str = "borrower"
    number: int = 1
    direction: str = "outbound"
    text: str = ""
    collectors: int = 2


class Row(NamedTuple):
    """A permit: reserved while `used_at` is None; the outcome is None until it is told."""

    ask: Ask
    asked_at: int
    used_at: int | None = None
    answered: bool | None = None
    talked: bool | None = None


class Stand(NamedTuple):
    """Something that stands about the debtor, a number (`about`) or a colleague."""

    what: str
    kind: str
    channel: str = ""
    from_at: int = 0
    until_at: int | None = None
    about: int = 0
    dated_on: str = ""


class Told(NamedTuple):
    """A fact of the question that no room of the state keeps yet, or that is set by hand."""

    path: str
    value: Any


class State(NamedTuple):
    """The history of one debtor, as far as it can still matter."""

    now: int
    rows: tuple[Row, ...] = ()
    stands: frozenset[Stand] = frozenset()
    told: frozenset[Told] = frozenset()
    failed: int = 0
    talked_at: int | None = None
    zone_hours: int = 8

    def fact(self, path: str, otherwise: Any) -> Any:
        """A fact set by hand, or what it is otherwise."""
        for told in self.told:
            if told.path == path:
                return told.value
        return otherwise


def settled(state: State) -> State:
    """The same state without what can never matter again, so that equal futures are one."""
    today = state.now // DAY
    rows = []
    for row in state.rows:
        if row.used_at is None:
            if state.now < row.asked_at + RESERVED_SECONDS:
                rows.append(row)
        elif row.used_at // DAY > today - 7:
            rows.append(_faded(row, state.now))
    return state._replace(rows=tuple(sorted(rows, key=repr)))


def _faded(row: Row, now: int) -> Row:
    """Who called, and the minute of a call, are forgotten when nothing can depend on them."""
    ask = row.ask._replace(staff=0, text="")
    if row.ask.channel == "visit" or now - (row.used_at or 0) <= HOUR:
        return row._replace(ask=ask)
    midnight = (row.used_at or 0) // DAY * DAY
    return row._replace(ask=ask, asked_at=midnight, used_at=midnight)


@cache
def moment(seconds: int) -> datetime:
    """A time of the walk as a moment."""
    return MONDAY + timedelta(seconds=seconds)


def asked_of(state: State, ask: Ask) -> dict[str, Any]:
    """The question to the gate."""
    asked = question(
        subject=_subject(ask),
        wish=Wish(ask.channel, ask.purpose, ask.direction, ask.number, ask.collectors, _text(ask)),
        known=_known(state),
        staff=ask.staff,
        kind="staff",
        in_team=True,
        now=moment(state.now),
    )
    if state.zone_hours != BEIJING.utcoffset(None).total_seconds() // HOUR:
        local = moment(state.now) - timedelta(hours=8 - state.zone_hours)
        asked["at"] = f"{local.replace(tzinfo=None).isoformat()}{state.zone_hours:+03d}:00"
    for told in state.told:
        _put(asked, told.path, told.value)
    return asked


def without(state: State, row: Row) -> State:
    """The state as if this permit had never been given."""
    rows = list(state.rows)
    rows.remove(row)
    return state._replace(rows=tuple(rows))


@lru_cache(maxsize=2)
def _known(state: State) -> Known:
    """What the state says, built once for all wishes that are put in it."""
    return Known(
        desks={DEBTOR: DeskRow(DEBTOR, state.failed, _maybe(state.talked_at))},
        made=[_made(index, row) for index, row in enumerate(state.rows)],
        stands=[
            _stands(stand)
            for stand in sorted(state.stands)
            if stand.from_at <= state.now and (stand.until_at is None or state.now < stand.until_at)
        ],
    )


def _put(asked: dict[str, Any], path: str, value: Any) -> None:
    room, _, key = path.rpartition(".")
    target: dict[str, Any] = asked[room] if room else asked
    if value == UNKNOWN:
        target.pop(key, None)
    else:
        target[key] = value


def _text(ask: Ask) -> str | None:
    return TEXTS[ask.text].text if ask.text else None


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


@cache
def _subject(ask: Ask) -> Subject:
    return Subject(
        case=1, party=DEBTOR, lender=1, team=1, holder=None, past_due_days=22, agency=None,
        contact=ask.number, current=True, role="self" if ask.role == "borrower" else ask.role,
        legal_basis="contract" if ask.role in BOUND else "consent", birth_year=1990,
        phone_reach=ask.number,
    )  # fmt: skip


BOUND = frozenset({"borrower", "guarantor", "spouse_obligor"})
"""Who owes by law or contract."""


@cache
def _made(index: int, row: Row) -> Made:
    return Made(
        permit=index, party=DEBTOR, reach=row.ask.number, channel=row.ask.channel,
        purpose=row.ask.purpose, direction=row.ask.direction, asked_at=moment(row.asked_at),
        reserved_until=moment(row.asked_at + RESERVED_SECONDS),
        step=None if row.used_at is None else "used", step_at=_maybe(row.used_at),
        answered=row.answered, conversation=row.talked,
    )  # fmt: skip


_ABOUT: Mapping[str, str] = {"refusal": "reach", "staff": "staff"}


@cache
def _stands(stand: Stand) -> Stands:
    about = _ABOUT.get(stand.what, "party")
    if stand.what in ("consent", "opt_out", "approval") and stand.about:
        about = "reach"
    return Stands(
        pk=1, what=stand.what, kind=stand.kind, party=DEBTOR if about == "party" else None,
        reach=stand.about if about == "reach" else None,
        staff=stand.about if about == "staff" else None, channel=stand.channel,
        from_at=moment(stand.from_at), until_at=_maybe(stand.until_at),
        dated_on=datetime.fromisoformat(stand.dated_on).date() if stand.dated_on else None,
        by=9, by_label="supervisor",
    )  # fmt: skip
