"""The question to the gate, filled from state: one permit, one moment, everything the rules need.

Called by ask_permit and use_permit with what store.permits.reading found and how long
promises rest the cases. What the state cannot say is left out and refuses. A claim older than
three years counts as time-barred (Civil Code 188),
whatever interrupted it: that only narrows what may be written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dunwell.core.permit import BEIJING
from dunwell.core.permit.request import CHANNELS
from dunwell.store.permits.counts import Counts, Made, count
from dunwell.store.permits.reading import DeskRow, Stands, Subject

ROLES: Mapping[str, str] = {"self": "borrower"}
"""Roles of the book the gate calls otherwise."""
BASES = frozenset({"contract", "consent", "public_source"})
TIME_BARRED_DAYS = 3 * 365
INCAPACITATED = "incapacitated"
"""Recorded like a freeze; for the gate it is a fact about the borrower."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: how, what for, and with which words."""

    channel: str
    purpose: str
    direction: str
    reach: int | None
    collectors: int = 0
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the state says; the rows may be of many parties."""

    desks: Mapping[int, DeskRow]
    made: Sequence[Made]
    stands: Sequence[Stands]
    resting: Mapping[int, date] = field(default_factory=dict)
    """Until when an open promise or a plan that is kept lets a case alone."""


def question(
    *,
    subject: Subject,
    wish: Wish,
    known: Known,
    staff: int | None,
    kind: str,
    in_team: bool,
    now: datetime,
    without: Collection[int] = (),
) -> dict[str, Any]:
    """The mapping core.permit reads; permits in `without` (one's own) do not count."""
    desk = known.desks[subject.party]
    reaches = {wish.reach, subject.phone_reach} - {None}
    about = [
        s
        for s in known.stands
        if s.party == subject.party or s.reach in reaches or (staff and s.staff == staff)
    ]
    counts = count(known.made, party=subject.party, reach=wish.reach, now=now, without=without)
    resting = known.resting.get(subject.case)
    freezes = [s.kind for s in about if s.what == "freeze" and s.kind != INCAPACITATED]
    asked: dict[str, Any] = {
        "at": now.astimezone(BEIJING).isoformat(),
        "channel": wish.channel,
        "purpose": wish.purpose,
        "direction": wish.direction,
        "party": _party(subject, about, reaches, now),
        "borrower": {
            "reachable": desk.failed_in_row == 0,
            "failed_attempts_in_row": desk.failed_in_row,
            "deceased": "deceased" in freezes,
            "incapacitated": any(s.kind == INCAPACITATED for s in about),
        },
        "freezes": sorted(set(freezes)),
        "consents": [
            _consent(s) for s in about if s.what == "consent" and _by_them(s, subject, reaches)
        ],
        "approvals": _approvals(about, staff, wish, counts),
        "counts": _counts(counts, desk, now),
        "last_unanswered_dial_at": _said(counts.last_unanswered_dial_at),
        "opted_out": any(
            s.what == "opt_out" and s.channel in ("", wish.channel)
            for s in about
            if s.reach is None or s.reach in reaches
        ),
        "ceased": _ceased(about, subject, reaches),
        "evidence": [_document(s) for s in about if s.what == "evidence"],
        "promise_open_until": resting and resting.isoformat(),
        "visit": {"collectors": wish.collectors},
        "case": {
            "time_barred": subject.past_due_days >= TIME_BARRED_DAYS,
            "legal_state": None,
        },
        "actor": {
            "certified": staff is None or _staff_is("certified", about, staff),
            "suspended": staff is not None and _staff_is("suspended", about, staff),
            "kind": kind,
            "in_team": in_team,
        },
    }
    if wish.text is not None:
        asked["text"] = wish.text
    return asked


def inputs_of(asked: Mapping[str, Any]) -> str:
    """The question as it is kept, as canonical JSON."""
    return canonical(kept_of(asked))


def kept_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The question without its text and without names."""
    kept = {key: value for key, value in asked.items() if key != "text"}
    kept["approvals"] = [{**each, "by": "staff"} for each in asked["approvals"]]
    return kept


def canonical(content: object) -> str:
    """One spelling for one content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _party(
    subject: Subject, about: Iterable[Stands], reaches: Collection[int | None], now: datetime
) -> dict[str, Any]:
    refused = any(s.what == "refusal" and s.reach in reaches for s in about)
    party: dict[str, Any] = {
        # A number whose owner asked to be left alone is a third person's, whoever it was
        # given for: nobody is called there as the borrower again.
        "role": "other" if refused else ROLES.get(subject.role, subject.role),
        # The youngest the year of birth allows: nobody is taken for older than they are.
        "age": subject.birth_year and max(0, now.year - subject.birth_year - 1),
        "refused": refused,
    }
    if subject.legal_basis in BASES:
        party["legal_basis"] = subject.legal_basis
    elif not subject.legal_basis:
        party["legal_basis"] = None
    return party


def _by_them(stands: Stands, subject: Subject, reaches: Collection[int | None]) -> bool:
    """Whether whoever is reached said it: the borrower's consent opens no guarantor's night."""
    return subject.role == "self" if stands.reach is None else stands.reach in reaches


def _ceased(
    about: Iterable[Stands], subject: Subject, reaches: Collection[int | None]
) -> list[str]:
    """The channels whoever is reached asked us to stop using; one that names none means all."""
    said = {s.channel for s in about if s.what == "opt_out" and _by_them(s, subject, reaches)}
    return [channel for channel in CHANNELS if channel in said or "" in said]


def _consent(stands: Stands) -> dict[str, Any]:
    return {
        "kind": stands.kind,
        "channel": stands.channel or None,
        "from": _said(stands.from_at),
        "until": _said(stands.until_at),
    }


def _approvals(
    about: Iterable[Stands], staff: int | None, wish: Wish, counts: Counts
) -> list[dict[str, Any]]:
    """Approvals by others; a visit that was asked for after its approval has spent it."""
    return [
        {"kind": s.kind, "by": s.by_label, "until": _said(s.until_at)}
        for s in about
        if s.what == "approval" and (s.by is None or s.by != staff)
        if s.reach is None or s.reach == wish.reach
        if s.kind != "visit" or not _spent(s, counts)
    ]


def _spent(approval: Stands, counts: Counts) -> bool:
    """One approval, one visit: named for no address, a visit to any address has spent it."""
    there, anywhere = counts.last_visit_asked_at, counts.last_visit_of_party_asked_at
    last_at = anywhere if approval.reach is None else there
    return last_at is not None and last_at >= approval.from_at


def _counts(counts: Counts, desk: DeskRow, now: datetime) -> dict[str, Any]:
    last_at = desk.last_conversation_at
    days = last_at and (now.astimezone(BEIJING).date() - last_at.astimezone(BEIJING).date()).days
    return {
        "effective_conversations_today": counts.effective_conversations_today,
        "notification_calls_today": counts.notification_calls_today,
        "unanswered_dials_number_today": counts.unanswered_dials_number_today,
        "sms_today": counts.sms_today,
        "sms_7d": counts.sms_7d,
        "visits_today_address": counts.visits_today_address,
        "visits_7d_address": counts.visits_7d_address,
        "calls_7d": counts.calls_7d,
        "days_since_conversation": None if days is None else max(0, days),
    }


def _document(stands: Stands) -> dict[str, Any]:
    return {
        "kind": stands.kind,
        "dated_on": None if stands.dated_on is None else str(stands.dated_on),
    }


def _staff_is(kind: str, about: Iterable[Stands], staff: int) -> bool:
    return any(s.what == "staff" and s.kind == kind and s.staff == staff for s in about)


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(BEIJING).isoformat()
