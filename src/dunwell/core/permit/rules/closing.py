"""What only a finished contact can answer: CN-V02 to CN-V04, CN-R01 and what a note must hold.

Checked when a note closes. A finding that refuses keeps the note open until what is
missing is there; CN-S07 only says how strong the message is as evidence.
"""

from __future__ import annotations

from typing import NamedTuple

from dunwell.core.permit.facts import ActorKind, Channel, Direction, Known
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import Limits


class EntryConsent(NamedTuple):
    """Who let the visitors in, when and how it was given (CN-V04)."""

    by: str
    at: str
    how: str


class ClosingFacts(Known):
    """One finished contact, as its note tells it."""

    __slots__ = (
        "actor_kind",
        "answered",
        "channel",
        "commissioner_named",
        "direction",
        "human_offered",
        "identity_stated",
        "message_content_hash",
        "message_delivery_receipt",
        "message_number_provenance",
        "message_rejected",
        "message_rejection_reason",
        "recording_id",
        "visit_at_workplace",
        "visit_credentials_shown",
        "visit_entered",
        "visit_entry_consent",
        "visit_loan_information_shown",
        "visit_media_hash",
        "visit_photo_hash",
    )

    channel: Channel
    direction: Direction
    answered: bool
    identity_stated: bool
    commissioner_named: bool
    human_offered: bool
    recording_id: str | None
    actor_kind: ActorKind
    visit_credentials_shown: bool
    visit_loan_information_shown: bool
    visit_photo_hash: str | None
    visit_media_hash: str | None
    visit_entered: bool
    visit_at_workplace: bool
    visit_entry_consent: tuple[EntryConsent, ...]
    message_rejected: bool
    message_rejection_reason: str | None
    message_content_hash: str | None
    message_number_provenance: str | None
    message_delivery_receipt: str | None

    PATH_OF = {
        "commissioner_named": "commissioner_named",
        "human_offered": "human_offered",
        "identity_stated": "identity_stated",
    }


def said_who(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-W07: whoever answered was told at once which institution calls."""
    if not facts.answered or facts.identity_stated:
        return None
    return Finding("CN-W07", "refuse", {}, None, "CN-W07-CLOSE")


def said_for_whom(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-C11: an agency said on whose behalf it spoke."""
    if facts.actor_kind != "agency" or not _spoke(facts) or facts.commissioner_named:
        return None
    return Finding("CN-C11", "refuse", {}, None, "CN-C11-CLOSE")


def offered_a_human(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-C13: whoever answered the machine could ask for a person."""
    if not facts.answered or facts.human_offered:
        return None
    return Finding("CN-C13", "refuse", {}, None, "CN-C13-CLOSE")


def credentials(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-V02: visitors showed who they are and which loan it is about, with a photo of it."""
    missing = [
        name
        for name, shown in (
            ("credentials", facts.visit_credentials_shown),
            ("loan_information", facts.visit_loan_information_shown),
            ("photo", facts.visit_photo_hash is not None),
        )
        if not shown
    ]
    return Finding("CN-V02", "refuse", {"missing": missing}) if missing else None


def recorded_visit(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-V03: a visit closes with the recording of all of it."""
    return Finding("CN-V03", "refuse") if facts.visit_media_hash is None else None


def entry(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-V04: nobody enters a home or collects at work without consent: who, when, how."""
    if not facts.visit_entered and not facts.visit_at_workplace:
        return None
    return None if facts.visit_entry_consent else Finding("CN-V04", "refuse")


def recorded_call(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-R01: a call that was answered closes with its recording."""
    if not limits.contact_recording_required or not facts.answered:
        return None
    if facts.recording_id is not None:
        return None
    return Finding("CN-R01", "refuse", {}, None, "", "contact.recording_required")


def rejected_message(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-S03: a message that a gateway refused for its content is filed with the reason."""
    if not facts.message_rejected or facts.message_rejection_reason is not None:
        return None
    return Finding("CN-S03", "refuse")


def proof_value(facts: ClosingFacts, limits: Limits) -> Finding | None:
    """CN-S07: only a message that provably arrived interrupts limitation."""
    missing = [
        name
        for name, value in (
            ("content_hash", facts.message_content_hash),
            ("number_provenance", facts.message_number_provenance),
            ("delivery_receipt", facts.message_delivery_receipt),
        )
        if value is None
    ]
    return Finding("CN-S07", "warn", {"missing": missing}) if missing else None


def _spoke(facts: ClosingFacts) -> bool:
    return facts.channel == "visit" or facts.answered
