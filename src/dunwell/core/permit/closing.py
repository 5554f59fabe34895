"""Closing a contact: the table of what a note tells, and the reading of it.

Called by flows that close notes and by `dunwell gate close`; the rules are in
rules/closing.py, the verdict in engine.close_check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from dunwell.core.permit.facts import ActorKind, Direction
from dunwell.core.permit.paths import Path, only_keys, read_text, reader
from dunwell.core.permit.request import CHANNELS
from dunwell.core.permit.rules.closing import ClosingFacts, EntryConsent

_ENTRY_KEYS = ("by", "at", "how")


def _entry_consent(content: object, where: str) -> EntryConsent:
    keyed: Mapping[str, object] = only_keys(content, where, _ENTRY_KEYS)
    by, at, how = (read_text(keyed.get(key), f"{where}.{key}") for key in _ENTRY_KEYS)
    return EntryConsent(by, at, how)


CLOSING_PATHS: tuple[Path, ...] = (
    Path("channel", "choice", CHANNELS),
    Path("direction", "choice", get_args(Direction)),
    Path("answered", "boolean"),
    Path("identity_stated", "boolean"),
    Path("commissioner_named", "boolean"),
    Path("human_offered", "boolean"),
    Path("recording.id", "text", null=None),
    Path("actor.kind", "choice", get_args(ActorKind)),
    Path("visit.credentials_shown", "boolean"),
    Path("visit.loan_information_shown", "boolean"),
    Path("visit.photo_hash", "text", null=None),
    Path("visit.media_hash", "text", null=None),
    Path("visit.entered", "boolean"),
    Path("visit.at_workplace", "boolean"),
    Path("visit.entry_consent", "records", ("{by, at, how}",), (), read_record=_entry_consent),
    Path("message.rejected", "boolean"),
    Path("message.rejection_reason", "text", null=None),
    Path("message.content_hash", "text", null=None),
    Path("message.number_provenance", "text", null=None),
    Path("message.delivery_receipt", "text", null=None),
)
"""Every fact a finished contact may tell; none has a default."""

_read = reader(CLOSING_PATHS, ClosingFacts)


def read_closing(content: object) -> ClosingFacts:
    """Read what a note tells of its contact. Refuses (BadRequest) as read_request does."""
    return _read(content)
