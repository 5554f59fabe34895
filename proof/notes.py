"""Closing notes: every note with up to two things missing, and what must be said of it.

The rules a finished contact answers (CN-V02 to V04, R01, …) have no history, so that
their walk is over the notes themselves. The law here is written as that of proof.law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final, NamedTuple

from dunwell.core.permit import Gate, close_check, read_closing
from proof.law import REFUSE, WARN
from proof.ledger import MONDAY

GOOD: Final[Mapping[str, Any]] = {
    "direction": "outbound", "answered": True, "identity_stated": True,
    "commissioner_named": True, "human_offered": True, "recording.id": "r1",
    "actor.kind": "staff", "visit.credentials_shown": True,
    "visit.loan_information_shown": True, "visit.photo_hash": "p", "visit.media_hash": "m",
    "visit.entered": False, "visit.at_workplace": False,
    "visit.entry_consent": [{"by": "borrower", "at": "2026-03-02T10:00", "how": "said so"}],
    "message.rejected": False, "message.rejection_reason": "content",
    "message.content_hash": "h", "message.number_provenance": "n",
    "message.delivery_receipt": "d",
}  # fmt: skip
OTHERWISE: Final[Mapping[str, Any]] = {
    "answered": False, "identity_stated": False, "commissioner_named": False,
    "human_offered": False, "recording.id": None, "actor.kind": "agency",
    "visit.credentials_shown": False, "visit.loan_information_shown": False,
    "visit.photo_hash": None, "visit.media_hash": None, "visit.entered": True,
    "visit.at_workplace": True, "visit.entry_consent": [], "message.rejected": True,
    "message.rejection_reason": None, "message.content_hash": None,
    "message.number_provenance": None, "message.delivery_receipt": None,
}  # fmt: skip


class Note(NamedTuple):
    """A note, what it misses, and what the law says of it."""

    told: str
    facts: Any
    expected: Mapping[str, str]


def _notes(most: int = 3) -> Iterator[Note]:
    for channel in ("call", "ai_voice", "sms", "visit", "letter"):
        for many in range(most + 1):
            for missing in combinations(OTHERWISE, many):
                note = {**GOOD, **{path: OTHERWISE[path] for path in missing}}
                told = ", ".join((channel, *missing))
                yield Note(told, read_closing(_nested(channel, note)), _law(channel, note))


def _nested(channel: str, note: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"channel": channel}
    for path, value in note.items():
        room, _, key = path.rpartition(".")
        (content.setdefault(room, {}) if room else content)[key] = value
    return content


def _law(channel: str, note: Mapping[str, Any]) -> dict[str, str]:
    voice, visit = channel in ("call", "ai_voice"), channel == "visit"
    message = channel in ("sms", "letter")
    answered = voice and note["answered"]
    agency = note["actor.kind"] == "agency" and not note["commissioner_named"]
    shown = (
        note["visit.credentials_shown"]
        and note["visit.loan_information_shown"]
        and note["visit.photo_hash"]
    )
    inside = note["visit.entered"] or note["visit.at_workplace"]
    unproved = not (
        note["message.content_hash"]
        and note["message.number_provenance"]
        and note["message.delivery_receipt"]
    )
    rejected = note["message.rejected"] and not note["message.rejection_reason"]
    broken = {
        "CN-W07": answered and not note["identity_stated"],
        "CN-C11": agency and (answered or visit),
        "CN-C13": channel == "ai_voice" and answered and not note["human_offered"],
        "CN-V02": visit and not shown,
        "CN-V03": visit and not note["visit.media_hash"],
        "CN-V04": visit and inside and not note["visit.entry_consent"],
        "CN-S03": channel == "sms" and rejected,
        "CN-R01": answered and not note["recording.id"],
    }
    found = {code: REFUSE for code, is_broken in broken.items() if is_broken}
    return {**found, **({"CN-S07": WARN} if message and unproved else {})}


NOTES: Final[tuple[Note, ...]] = tuple(_notes())


def closing_codes(note: Note, gate: Gate) -> tuple[str, str] | None:
    """What the gate says of a note and what the law says, where they differ."""
    decision = close_check(facts=note.facts, gate=gate, day=MONDAY.date())
    said = {reason.code: reason.verdict for reason in decision.reasons}
    if said == note.expected:
        return None
    return _told(said), _told(note.expected)


def _told(codes: Mapping[str, str]) -> str:
    return ", ".join(f"{code} {codes[code]}" for code in sorted(codes)) or "may close"
