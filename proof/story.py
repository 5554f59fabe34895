"""A counter-example as people tell it: what happened, when, and where gate and law part."""

from __future__ import annotations

from collections.abc import Sequence

from proof.events import Event, after
from proof.ledger import Ask, Stand, State, Told, moment


def told(
    scene: str, path: Sequence[Event], ask: Ask, trouble: tuple[str, str], begin: State
) -> tuple[str, ...]:
    """The lines of the story, one event a line."""
    lines = [f"scene: {scene}"]
    state = begin
    for event in path:
        reached = after(state, event, lambda *_: True)
        lines.append(f"{_clock(state)}  {_happened(event)}")
        state = reached or state
    lines.append(f"{_clock(state)}  asked: {_wish(ask)}")
    return (*lines, f"gate: {trouble[0]}", f"law:  {trouble[1]}")


def _clock(state: State) -> str:
    return moment(state.now).strftime("%a %H:%M:%S")


def _happened(event: Event) -> str:
    if event.kind == "wait":
        return f"{event.seconds} seconds pass"
    if event.kind == "wait until":
        return f"it becomes {event.seconds // 3600:02d}:{event.seconds // 60 % 60:02d}"
    if isinstance(event.change, Told):
        return f"it becomes known, or is no longer so: {event.change.path} = {event.change.value}"
    if isinstance(event.change, Stand):
        about = " ".join(
            part for part in (event.change.what, event.change.kind, event.change.channel) if part
        )
        return f"{about}: stands now, or no longer"
    assert event.ask is not None  # every other event is about a contact
    outcome = f", {event.outcome}" if event.outcome else ""
    return f"{event.kind}: {_wish(event.ask)}{outcome}"


def _wish(ask: Ask) -> str:
    who = "us" if ask.direction == "inbound" else f"{ask.role} on number {ask.number}"
    text = f" with the text “{ask.text}”" if ask.text else ""
    start = f"{ask.role}" if ask.direction == "inbound" else f"colleague {ask.staff}"
    return f"{start} to {who}: {ask.channel} to {ask.purpose}{text}"
