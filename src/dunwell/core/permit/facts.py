"""The facts of one question to the gate, as the rules read them.

Built by request.read_request only, read by the rules. An attribute is a path of
the request with its dots as underscores. What the request did not say has no
value: reading it raises UnknownFact, so that no rule can take silence for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

Channel = Literal["call", "ai_voice", "sms", "visit", "letter"]
Purpose = Literal["collect", "remind", "notify", "service"]
Direction = Literal["outbound", "inbound"]
Role = Literal["borrower", "guarantor", "contact", "spouse_obligor", "other"]
LegalBasis = Literal["contract", "consent", "public_source"]
Freeze = Literal[
    "complaint", "dispute", "hardship", "vulnerable", "deceased", "represented", "estate"
]
ActorKind = Literal["staff", "agency"]

OBLIGORS: Final = frozenset({"borrower", "guarantor", "spouse_obligor"})
"""Roles that are bound by law or contract to pay (CN-W01)."""

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time; fixed, because mainland China has had no summer time since 1991."""


class WordingFinding(NamedTuple):
    """What the wording checker found in [start, end) of the text.

    `code` is the rule that answers for it (one of rules.content.WORDING), `class_` the
    lexicon's kind of breach. A code that no rule claims counts as CN-C01: nothing is lost.
    """

    class_: str
    start: int
    end: int
    code: str


class Consent(NamedTuple):
    """A permission of the person contacted; it holds in [from_at, until_at)."""

    kind: str
    channel: str | None
    from_at: datetime | None
    until_at: datetime | None
    by: str


class Approval(NamedTuple):
    """A second person's yes, by name; without an end it holds."""

    kind: str
    by: str
    until_at: datetime | None
    expires: bool


class Document(NamedTuple):
    """A paper on file: its kind and, where the paper is dated, its day (YYYY-MM-DD)."""

    kind: str
    dated_on: str | None


class UnknownFact(AttributeError):
    """A rule read what the question did not say. Never leaves core.permit.

    An AttributeError, so that getattr with a default asks whether a fact is known.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Known:
    """Base of a record of facts: set once by its reader, and silent about nothing."""

    __slots__ = ()

    PATH_OF: Mapping[str, str] = {}
    """Attribute → path, where it is not the path with underscores."""

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError(f"{name}: facts do not change while rules read them")

    if not TYPE_CHECKING:  # so that a mistyped attribute is still seen by mypy

        def __getattr__(self, name: str) -> object:
            for attribute in self.__slots__:
                if attribute == name:
                    raise UnknownFact(self.PATH_OF.get(name, name.replace("_", ".", 1)))
            raise AttributeError(name)


class Facts(Known):
    """One question: who wants to reach whom, how, when, and what is known about both."""

    __slots__ = (
        "actor_certified",
        "actor_in_team",
        "actor_kind",
        "actor_suspended",
        "approvals",
        "at",
        "beijing",
        "borrower_deceased",
        "borrower_failed_attempts_in_row",
        "borrower_incapacitated",
        "borrower_reachable",
        "case_legal_state",
        "case_time_barred",
        "ceased",
        "channel",
        "consents",
        "counts_calls_7d",
        "counts_days_since_conversation",
        "counts_effective_conversations_today",
        "counts_notification_calls_today",
        "counts_sms_7d",
        "counts_sms_today",
        "counts_unanswered_dials_number_today",
        "counts_visits_7d_address",
        "counts_visits_today_address",
        "direction",
        "evidence",
        "freezes",
        "last_unanswered_dial_at",
        "lexicon",
        "opted_out",
        "party_age",
        "party_legal_basis",
        "party_refused",
        "party_role",
        "promise_open_until",
        "purpose",
        "text",
        "visit_collectors",
        "wording",
    )

    at: datetime
    beijing: datetime
    channel: Channel
    purpose: Purpose
    direction: Direction
    party_role: Role
    party_age: int | None
    party_refused: bool
    party_legal_basis: LegalBasis | None
    borrower_reachable: bool
    borrower_failed_attempts_in_row: int
    borrower_deceased: bool
    borrower_incapacitated: bool
    freezes: tuple[Freeze, ...]
    consents: tuple[Consent, ...]
    approvals: tuple[Approval, ...]
    counts_effective_conversations_today: int
    counts_notification_calls_today: int
    counts_unanswered_dials_number_today: int
    counts_sms_today: int
    counts_sms_7d: int
    counts_visits_today_address: int
    counts_visits_7d_address: int
    counts_calls_7d: int
    counts_days_since_conversation: int | None
    last_unanswered_dial_at: datetime | None
    lexicon: str
    """The hash of the lexicon its text was checked with; empty where no text was checked."""
    opted_out: bool
    ceased: tuple[Channel, ...]
    """Channels the person asked us to stop using (CN-C05)."""
    evidence: tuple[Document, ...]
    promise_open_until: str | None
    visit_collectors: int | None
    text: str | None
    case_time_barred: bool
    case_legal_state: str | None
    actor_certified: bool
    actor_suspended: bool
    actor_kind: ActorKind
    actor_in_team: bool
    wording: tuple[WordingFinding, ...]

    PATH_OF = {
        "beijing": "at",
        "last_unanswered_dial_at": "last_unanswered_dial_at",
        "opted_out": "opted_out",
        "promise_open_until": "promise_open_until",
        "wording": "text",
    }
