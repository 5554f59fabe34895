"""The question to the gate: one table of paths, and the reading of a mapping by it.

Asked by faces (`dunwell gate ask`) and by flows.contact, which fill the mapping from
state. Keys of the table with a default may be left out; any other absent key is
unknown and refuses where a rule needs it; null means none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import get_args

from dunwell.core.permit.facts import (
    BEIJING,
    ActorKind,
    Approval,
    Channel,
    Consent,
    Direction,
    Document,
    Facts,
    Freeze,
    LegalBasis,
    Purpose,
    Role,
    WordingFinding,
)
from dunwell.core.permit.paths import (
    BadRequest,
    Path,
    only_keys,
    read_moment,
    read_text,
    reader,
    wrong,
)

__all__ = ["PATHS", "BadRequest", "WordingFinding", "read_request"]

DAY_SIGNS = len("2026-03-02")

_CONSENT_KEYS = ("kind", "channel", "from", "until", "by")
_APPROVAL_KEYS = ("kind", "by", "until")
_DOCUMENT_KEYS = ("kind", "dated_on")

CHANNELS: tuple[Channel, ...] = get_args(Channel)
WRITTEN: frozenset[Channel] = frozenset({"sms", "letter"})
"""Channels on which we send a text; elsewhere, and inbound, an absent text is no text."""


def _edge(value: object, where: str) -> datetime | None:
    """Where a period begins or ends. A day alone is its first moment in Beijing, so an end
    that is a day leaves that day out, as every period does."""
    if isinstance(value, str) and len(value) == DAY_SIGNS:
        try:
            return datetime.combine(date.fromisoformat(value), time(0), BEIJING)
        except ValueError:
            raise wrong(where, value, "YYYY-MM-DD | YYYY-MM-DDThh:mm:ss+hh:mm") from None
    return read_moment(value, where)


def _consent(content: object, where: str) -> Consent:
    keyed = only_keys(content, where, _CONSENT_KEYS)
    channel = keyed.get("channel")
    if channel is not None and channel not in CHANNELS:
        raise wrong(f"{where}.channel", channel, " | ".join(CHANNELS))
    starts, ends = (
        None if keyed.get(key) is None else _edge(keyed[key], f"{where}.{key}")
        for key in ("from", "until")
    )
    return Consent(
        kind=read_text(keyed.get("kind"), f"{where}.kind"),
        channel=channel if isinstance(channel, str) else None,
        from_at=starts,
        until_at=ends,
        by=read_text(keyed.get("by", "party"), f"{where}.by"),
    )


def _approval(content: object, where: str) -> Approval:
    keyed = only_keys(content, where, _APPROVAL_KEYS)
    until = keyed.get("until")
    return Approval(
        kind=read_text(keyed.get("kind"), f"{where}.kind"),
        by=read_text(keyed.get("by"), f"{where}.by"),
        until_at=None if until is None else _edge(until, f"{where}.until"),
        expires=until is not None,
    )


def _document(content: object, where: str) -> Document:
    if isinstance(content, str):
        return Document(read_text(content, where), None)
    keyed = only_keys(content, where, _DOCUMENT_KEYS)
    dated_on = keyed.get("dated_on")
    if dated_on is not None:
        try:
            dated_on = date.fromisoformat(read_text(dated_on, f"{where}.dated_on")).isoformat()
        except ValueError:
            raise wrong(f"{where}.dated_on", dated_on, "YYYY-MM-DD") from None
    return Document(read_text(keyed.get("kind"), f"{where}.kind"), dated_on)


def _keys(names: Sequence[str]) -> str:
    return f"{{{', '.join(names)}}}"


PATHS: tuple[Path, ...] = (
    Path("at", "moment"),
    Path("channel", "choice", CHANNELS),
    Path("purpose", "choice", get_args(Purpose), null="collect", default="collect"),
    Path("direction", "choice", get_args(Direction)),
    Path("party.role", "choice", get_args(Role)),
    Path("party.age", "count", null=None),
    Path("party.refused", "boolean"),
    Path("party.legal_basis", "choice", get_args(LegalBasis), null=None),
    Path("borrower.reachable", "boolean"),
    Path("borrower.failed_attempts_in_row", "count", null=0),
    Path("borrower.deceased", "boolean"),
    Path("borrower.incapacitated", "boolean"),
    Path("freezes", "choices", get_args(Freeze), null=()),
    Path("consents", "records", (_keys(_CONSENT_KEYS),), null=(), read_record=_consent),
    Path("approvals", "records", (_keys(_APPROVAL_KEYS),), null=(), read_record=_approval),
    Path("counts.effective_conversations_today", "count", null=0),
    Path("counts.notification_calls_today", "count", null=0),
    Path("counts.unanswered_dials_number_today", "count", null=0),
    Path("counts.sms_today", "count", null=0),
    Path("counts.sms_7d", "count", null=0),
    Path("counts.visits_today_address", "count", null=0, default=0),
    Path("counts.visits_7d_address", "count", null=0),
    Path("counts.calls_7d", "count", null=0),
    Path("counts.days_since_conversation", "count", null=None),
    Path("last_unanswered_dial_at", "moment", null=None, default=None),
    Path("opted_out", "boolean", null=False, default=False),
    Path("ceased", "choices", CHANNELS, null=(), default=()),
    Path("evidence", "records", ("text", _keys(_DOCUMENT_KEYS)), (), (), _document),
    Path("promise_open_until", "day", null=None),
    Path("visit.collectors", "count", null=0),
    Path("text", "text", null=None),
    Path("case.time_barred", "boolean"),
    Path("case.legal_state", "text", null=None),
    Path("actor.certified", "boolean"),
    Path("actor.suspended", "boolean"),
    Path("actor.kind", "choice", get_args(ActorKind)),
    Path("actor.in_team", "boolean", null=True, default=True),
)
"""Every fact a question may give. `text` defaults to none where the channel has none."""

_read = reader(PATHS, Facts, empty=["visit"])
_put_beijing = Facts.__dict__["beijing"].__set__
_put_text = Facts.__dict__["text"].__set__
_put_wording = Facts.__dict__["wording"].__set__
_put_lexicon = Facts.__dict__["lexicon"].__set__


def read_request(
    content: object, *, wording: Sequence[WordingFinding] = (), lexicon: str = ""
) -> Facts:
    """Read one question; `wording` is what the checker with that lexicon found in its text.

    Refuses (BadRequest) unknown keys, wrong types and values that are not allowed. A
    moment without an offset is no error: it is unknown, and refuses where it is needed.
    """
    facts = _read(content)
    assert isinstance(content, Mapping)  # _read refuses anything else
    _put_wording(facts, tuple(wording))
    _put_lexicon(facts, lexicon)
    at = getattr(facts, "at", None)
    if at is not None:
        _put_beijing(facts, at.astimezone(BEIJING))
    if "text" not in content and (
        content.get("channel") not in WRITTEN or content.get("direction") == "inbound"
    ):
        _put_text(facts, None)
    return facts
