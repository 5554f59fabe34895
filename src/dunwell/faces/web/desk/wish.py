"""What the script wrote, as the note the flow takes. What cannot be read is left out.

Days and moments come as ISO text; a moment without zone is Beijing's. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.note_closing import SPOKEN_AT_ONCE
from dunwell.flows.contact.notes import Said
from dunwell.flows.follow_up.promises import Wanted

MOST_TEXT = 4_000


def read_said(body: Mapping[str, Any]) -> Said:
    """The note in the making. Refuses nothing: what is missing the flow will say."""
    told = body.get("closing")
    closing = told if isinstance(told, Mapping) else {}
    return Said(
        channel="call" if body.get("channel") == "call" else "none",
        number_code=_text(body, "number_code", 8),
        case_code=_text(body, "case_code", 8),
        reason=_text(body, "reason", 8),
        summary=_text(body, "summary", MOST_TEXT),
        words=_text(body, "words", MOST_TEXT),
        identity_checked=body.get("identity_checked") is True,
        next_step=_text(body, "next_step", 12),
        next_on=read_day(body.get("next_on")),
        next_at=read_moment(body.get("next_at")),
        promise=_promise(body.get("promise")),
        closing={name: closing.get(name) is True for name in SPOKEN_AT_ONCE if name in closing},
        began_at=read_moment(body.get("began_at")),
    )


def _promise(told: object) -> Wanted | None:
    if not isinstance(told, Mapping):
        return None
    due_on = read_day(told.get("due_on"))
    amount_fen = told.get("amount_fen")
    if due_on is None or not isinstance(amount_fen, int):
        return None
    return Wanted(
        amount_fen=amount_fen, due_on=due_on, said_by=_text(told, "said_by", 16) or "borrower"
    )


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    return value[:most] if isinstance(value, str) else ""


def read_day(value: object) -> date | None:
    """A day in ISO text; None where there is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def read_moment(value: object) -> datetime | None:
    """A moment in ISO text, of Beijing where it names no zone; None where there is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
    return found.replace(tzinfo=BEIJING) if found is not None and found.tzinfo is None else found
