"""The events of the walk: what happens next, and the state after it.

A contact in one piece is asked for, used, and its outcome told in one event; in scenes
`in_steps` each of these is an event of its own, so that two colleagues can interleave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from proof.ledger import DAY, FAILED_MOST, RESERVED_SECONDS, Ask, Row, Stand, State, Told, without

if TYPE_CHECKING:
    from proof.scenes import Scene

VOICE = frozenset({"call", "ai_voice"})
OUTCOMES = {"talked": (True, True), "answered": (True, False), "unanswered": (False, False)}


class Event(NamedTuple):
    """One thing that happens: its kind, and what it is about."""

    kind: str
    ask: Ask | None = None
    row: Row | None = None
    change: Stand | Told | None = None
    seconds: int = 0
    outcome: str = ""


Granted = Callable[..., bool]


def events(state: State, scene: Scene) -> Iterator[Event]:
    """Everything that can happen next in this scene."""
    for ask in scene.asks:
        if scene.in_steps:
            yield Event("ask", ask)
        elif ask.channel in VOICE:
            for outcome in OUTCOMES:
                yield Event("contact", ask, outcome=outcome)
        else:
            yield Event("contact", ask)
    if scene.in_steps:
        for row in state.rows:
            if row.used_at is None:
                yield Event("use", row.ask, row)
                yield Event("release", row.ask, row)
            elif row.answered is None and row.ask.channel in VOICE:
                for outcome in OUTCOMES:
                    yield Event("tell", row.ask, row, outcome=outcome)
    for change in scene.changes:
        yield Event("change", change=change)
    for mark in scene.marks:
        yield Event("wait until", seconds=mark)
    for seconds in scene.waits:
        yield Event("wait", seconds=seconds)


def after(state: State, event: Event, granted: Granted) -> State | None:
    """The state after the event; None where it cannot happen, or changes nothing."""
    if event.kind == "wait":
        return state._replace(now=state.now + event.seconds)
    if event.kind == "wait until":
        return state._replace(now=state.now + ((event.seconds - state.now - 1) % DAY + 1))
    if event.change is not None:
        return _changed(state, event.change)
    assert event.ask is not None  # every other event is about a contact
    if event.kind == "release" and event.row is not None:
        return without(state, event.row)
    if event.kind == "tell" and event.row is not None:
        return _told(without(state, event.row), event.row, event.outcome)
    if event.kind == "use" and event.row is not None:
        return _used(state, event.row, granted)
    if not granted(state, event.ask):
        return None
    row = Row(event.ask, state.now)
    held = state._replace(rows=(*state.rows, row))
    if event.kind == "ask":
        return held
    used = _used(held, row, granted)
    done = row._replace(used_at=state.now)
    if not event.outcome or done not in used.rows:
        return used
    return _told(without(used, done), done, event.outcome)


def _used(state: State, row: Row, granted: Granted) -> State:
    """Re-checked at the moment of use: used, or refused and gone."""
    if state.now >= row.asked_at + RESERVED_SECONDS:
        return without(state, row)
    rest = without(state, row)
    if not granted(rest, row.ask):  # one's own permit does not count
        return rest
    return rest._replace(rows=(*rest.rows, row._replace(used_at=state.now)))


def _told(rest: State, row: Row, outcome: str) -> State:
    answered, talked = OUTCOMES[outcome]
    failed, talked_at = rest.failed, rest.talked_at
    outbound = row.ask.direction == "outbound"
    if row.ask.role == "borrower":
        failed = 0 if answered else min(FAILED_MOST, failed + outbound)
    if talked and outbound:
        talked_at = rest.now // DAY * DAY
    told = row._replace(answered=answered, talked=talked)
    return rest._replace(rows=(*rest.rows, told), failed=failed, talked_at=talked_at)


def _changed(state: State, change: Stand | Told) -> State:
    """What stood is withdrawn, what did not stands now."""
    if isinstance(change, Told):
        if change in state.told:
            return state._replace(told=state.told - {change})
        others = frozenset(told for told in state.told if told.path != change.path)
        return state._replace(told=others | {change})
    same = [
        stand for stand in state.stands if stand._replace(from_at=0) == change._replace(from_at=0)
    ]
    if same:
        return state._replace(stands=state.stands - set(same))
    # An approval is of the moment it is given; the other things stand as the scene says.
    begun = change._replace(from_at=state.now) if change.kind == "visit" else change
    return state._replace(stands=state.stands | {begun})
