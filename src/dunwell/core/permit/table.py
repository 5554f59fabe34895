"""THE table: every rule with its channels, the facts and numbers it reads, and what lifts it.

Read from top to bottom it is the order in which codes of equal weight are listed.
tests/core/permit prove that a rule reads no fact and no number but those of its row.
A rule is on when one of the stacked packs names its code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from dunwell.core.permit.facts import Channel, Facts, Known
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import Limits
from dunwell.core.permit.request import CHANNELS
from dunwell.core.permit.rules import (
    closing,
    content,
    frequency,
    house,
    persons,
    regulation_f,
    visits,
)
from dunwell.core.permit.rules.closing import ClosingFacts
from dunwell.core.permit.windows import Window

Read = TypeVar("Read", bound=Known)
LiftedBy = Literal["consent", "approval"]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Read]):
    """One row. `needs` are read whenever the rule applies, `may_read` only as other facts say."""

    code: str
    check: Callable[[Read, Limits], Finding | None]
    channels: tuple[Channel, ...]
    needs: tuple[str, ...] = ()
    may_read: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    lift: LiftedBy | None = None
    lift_kinds: tuple[str, ...] = ()
    window: Callable[[Facts, Limits], Window] | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Every path the rule may read; what lifts it is read by the engine."""
        return (*self.needs, *self.may_read)


ALL = CHANNELS
VOICE: tuple[Channel, ...] = ("call", "ai_voice")
SMS: tuple[Channel, ...] = ("sms",)
VISIT: tuple[Channel, ...] = ("visit",)
WRITTEN: tuple[Channel, ...] = ("sms", "letter")
SPOKEN: tuple[Channel, ...] = (*VOICE, "visit")

_QUIET = ("contact.quiet_from", "contact.quiet_until")
_DEAD = ("borrower.deceased", "borrower.incapacitated")
_FREQUENCY: tuple[Rule[Facts], ...] = (
    Rule(
        "CN-T01",
        frequency.quiet_hours,
        (*VOICE, "sms", "visit"),
        ("direction", "at"),
        ("party.role",),
        _QUIET,
        "consent",
        ("quiet_hours",),
        frequency.calling_window,
    ),
    Rule(
        "CN-T02",
        frequency.conversations,
        VOICE,
        ("direction", "counts.effective_conversations_today"),
        ("party.role", "at"),
        ("contact.conversations_per_debtor_per_day",),
    ),
    Rule(
        "CN-T03",
        frequency.notification_calls,
        VOICE,
        ("channel",),
        ("purpose", "direction", "counts.notification_calls_today", "party.role", "at"),
        ("contact.notification_calls_per_debtor_per_day",),
    ),
    Rule(
        "CN-T04",
        frequency.unanswered_dials,
        VOICE,
        ("direction", "counts.unanswered_dials_number_today"),
        ("party.role", "at"),
        ("contact.unanswered_dials_per_number_per_day", "contact.unanswered_dials_warn_at"),
    ),
    Rule(
        "CN-T05",
        frequency.messages,
        SMS,
        ("direction", "counts.sms_today", "counts.sms_7d"),
        ("party.role", "at"),
        ("sms.messages_per_debtor_per_day", "sms.messages_per_debtor_per_week"),
    ),
    Rule(
        "CN-T06",
        frequency.visits,
        VISIT,
        ("direction", "counts.visits_today_address", "counts.visits_7d_address"),
        ("party.role", "at"),
        ("visit.visits_per_address_per_day", "visit.visits_per_address_per_week"),
        "approval",
        ("visit",),
    ),
    Rule(
        "CN-T07",
        frequency.bursts,
        VOICE,
        ("last_unanswered_dial_at",),
        ("direction", "party.role", "at"),
        ("contact.burst_minutes",),
    ),
    Rule(
        "CN-T08",
        frequency.carrier_limits,
        (*VOICE, "sms"),
        ("direction", "channel"),
        ("party.role", "last_unanswered_dial_at", "at", "counts.sms_today"),
        (
            "contact.carrier_seconds_between_dials",
            "sms.carrier_messages_per_number_per_day",
        ),
    ),
    Rule(
        "CN-T09",
        frequency.open_promise,
        ALL,
        ("promise_open_until",),
        ("purpose", "direction", "party.role"),
    ),
)

_PERSONS: tuple[Rule[Facts], ...] = (
    Rule("CN-W01", persons.obligors_only, ALL, ("party.role",), ("purpose",)),
    Rule(
        "CN-W02",
        persons.contact_persons,
        ALL,
        ("party.role",),
        (*_DEAD, "borrower.reachable", "borrower.failed_attempts_in_row"),
        ("contact.failed_attempts_in_row",),
        "approval",
        ("contact_person", "estate", "guardian"),
    ),
    Rule("CN-W03", content.worded("CN-W03"), ALL, (), ("text",)),
    Rule("CN-W04", persons.refused, ALL, ("party.role",), ("party.refused",)),
    Rule(
        "CN-W05",
        persons.joint_debt,
        ALL,
        ("party.role",),
        ("evidence",),
        (),
        "approval",
        ("spouse_obligor",),
    ),
    Rule("CN-W06", persons.contact_data, ALL, ("party.legal_basis",)),
    Rule("CN-W07", content.worded("CN-W07"), ALL, (), ("text",)),
    Rule(
        "CN-W08",
        persons.dead_or_incapable,
        ALL,
        _DEAD,
        ("party.role", "purpose"),
    ),
    Rule(
        "CN-W09",
        persons.minors,
        ALL,
        ("party.role",),
        ("party.age",),
        ("contact.least_age",),
    ),
)

_CONTENT: tuple[Rule[Facts], ...] = (
    Rule("CN-C01", content.worded("CN-C01"), ALL, (), ("text",)),
    Rule("CN-C04", content.worded("CN-C04"), ALL, (), ("text", "channel")),
    Rule("CN-C05", persons.ceased, ALL, ("ceased",), ("channel", "direction", "purpose")),
    Rule("CN-C06", content.no_false_claims, ALL, ("text",), ("case.legal_state",)),
    Rule("CN-C07", content.worded("CN-C07"), ALL, (), ("text",)),
    Rule("CN-C08", content.worded("CN-C08"), ALL, (), ("text",)),
    Rule("CN-C09", content.worded("CN-C09"), ALL, (), ("text",)),
    Rule("CN-C11", content.commissioned_by, ALL, ("text",), ("direction", "actor.kind")),
    Rule("CN-C13", content.a_human_instead, ("ai_voice",), ("opted_out",)),
    Rule(
        "CN-V01",
        visits.team_size,
        VISIT,
        ("visit.collectors",),
        (),
        ("visit.collectors_least",),
    ),
    Rule(
        "CN-V05",
        frequency.visiting_hours,
        VISIT,
        ("direction", "at"),
        ("party.role",),
        _QUIET,
        "consent",
        ("quiet_hours",),
        frequency.calling_window,
    ),
    Rule(
        "CN-S01",
        content.length,
        SMS,
        ("text",),
        ("direction", "party.role"),
        ("sms.characters_most", "sms.single_part_characters", "sms.part_characters"),
    ),
    Rule(
        "CN-S02",
        content.signature,
        SMS,
        ("direction", "text"),
        ("party.role",),
        ("sms.signature_least", "sms.signature_most"),
    ),
    Rule(
        "CN-S04",
        content.opted_out,
        SMS,
        ("opted_out",),
        ("text", "direction", "party.role"),
        (),
        "consent",
        ("commercial_sms",),
    ),
    Rule(
        "CN-S05",
        content.opt_out_syntax,
        SMS,
        ("opted_out",),
        ("text", "direction", "party.role"),
    ),
    Rule(
        "CN-S06",
        frequency.message_hours,
        SMS,
        ("direction", "at"),
        ("party.role",),
        ("sms.open_from", "sms.open_until"),
        window=frequency.message_window,
    ),
    Rule("CN-D02", persons.legal_basis, ALL, ("party.legal_basis",), ("party.role",)),
    Rule("CN-M08", content.credit_report, ALL, ("text",), ("purpose", "evidence", "at")),
    Rule("CN-L05", content.time_barred, ALL, ("case.time_barred",), ("text",)),
)

_HOUSE: tuple[Rule[Facts], ...] = (
    *(
        Rule(
            f"HOUSE-F-{freeze}",
            house.frozen(freeze),
            ALL,
            ("freezes",),
            ("direction", "purpose", "party.role"),
            (f"freezes.{freeze}",),
        )
        for freeze in house.FREEZES
    ),
    Rule("HOUSE-A-certified", house.certified, ALL, ("actor.certified",)),
    Rule("HOUSE-A-suspended", house.suspended, ALL, ("actor.suspended",)),
    Rule("HOUSE-A-team", house.own_team, ALL, ("actor.in_team",)),
)

_REGULATION_F: tuple[Rule[Facts], ...] = (
    Rule(
        "US-F06",
        regulation_f.local_hours,
        (*VOICE, "sms", "visit"),
        ("direction", "at"),
        ("party.role",),
        ("contact.local_open_from", "contact.local_open_until"),
        "consent",
        ("quiet_hours",),
        regulation_f.local_window,
    ),
    Rule(
        "US-F06E",
        regulation_f.opted_out,
        SMS,
        ("opted_out",),
        ("direction", "party.role"),
    ),
    Rule(
        "US-F14",
        regulation_f.frequency,
        VOICE,
        ("direction", "counts.calls_7d", "counts.days_since_conversation"),
        ("party.role", "at"),
        ("contact.calls_per_debt_per_week", "contact.days_after_conversation"),
    ),
    Rule("US-F26", regulation_f.time_barred, ALL, ("case.time_barred",), ("text",)),
)

TABLE: tuple[Rule[Facts], ...] = (*_FREQUENCY, *_PERSONS, *_CONTENT, *_HOUSE, *_REGULATION_F)
"""What asking answers, in the order in which codes are listed."""

CLOSING: tuple[Rule[ClosingFacts], ...] = (
    Rule("CN-W07", closing.said_who, VOICE, ("answered",), ("identity_stated",)),
    Rule(
        "CN-C11",
        closing.said_for_whom,
        SPOKEN,
        ("actor.kind",),
        ("channel", "answered", "commissioner_named"),
    ),
    Rule("CN-C13", closing.offered_a_human, ("ai_voice",), ("answered",), ("human_offered",)),
    Rule(
        "CN-V02",
        closing.credentials,
        VISIT,
        ("visit.credentials_shown", "visit.loan_information_shown", "visit.photo_hash"),
    ),
    Rule("CN-V03", closing.recorded_visit, VISIT, ("visit.media_hash",)),
    Rule(
        "CN-V04",
        closing.entry,
        VISIT,
        ("visit.entered", "visit.at_workplace"),
        ("visit.entry_consent",),
    ),
    Rule(
        "CN-S03",
        closing.rejected_message,
        SMS,
        ("message.rejected",),
        ("message.rejection_reason",),
    ),
    Rule(
        "CN-S07",
        closing.proof_value,
        WRITTEN,
        ("message.content_hash", "message.number_provenance", "message.delivery_receipt"),
    ),
    Rule(
        "CN-R01",
        closing.recorded_call,
        VOICE,
        (),
        ("answered", "recording.id"),
        ("contact.recording_required",),
    ),
)
"""What only a finished contact answers, in the order in which codes are listed."""

ROWS: tuple[Rule[Any], ...] = (*TABLE, *CLOSING)
"""Every row, asking first."""

CODES: frozenset[str] = frozenset(row.code for row in ROWS)
"""Every rule a pack may name."""
