"""Ask for a permit: the gate's answer from state, and the reservation, in one transaction.

Called by faces before anybody dials, writes or visits. The desk of the party is held
while the question is built and answered, so that two people never both get the last
contact. Every question is a row of the gate's log, allowed or refused; that row is
append-only, so that the journal does not repeat it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dunwell.core.permit import BEIJING, Decision, decide
from dunwell.flows.contact.clock import as_moment, clock_trouble, house_number
from dunwell.flows.contact.question import Known, Wish, canonical, inputs_of, question
from dunwell.flows.contact.reaching import WAY_OF, reach_of
from dunwell.flows.contact.read_question import read_question
from dunwell.flows.contact.refusals import NoSuchContact
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.counts import VOICE
from dunwell.store.permits.reading import Subject, stored, subject_of
from dunwell.store.permits.statements import rows
from dunwell.store.policy.packs import DEFAULT_PACKS, shipped_gate
from dunwell.store.policy.published import gate_at
from dunwell.store.promises.resting import resting_until

RESERVING = frozenset({"allow", "warn"})
LOCKED_BY_REACH = VOICE | {"visit"}
"""Channels with a limit per number or address, whoever it belongs to."""

_COLUMNS = (
    "party_id", "lender_id", "case_id", "contact_id", "reach_id", "actor_id", "actor_label",
    "actor_kind", "role", "channel", "purpose", "direction", "collectors", "asked_at",
    "clock_ok", "verdict", "reserved_until", "next_allowed_at", "codes", "reasons_json",
    "lifted_json", "inputs_json", "packs", "pack_hash", "content_hash", "lexicon_hash",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO permits_permit ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said. `reserved_until` None: no permit; `permit` is the row of the log."""

    permit: int
    decision: Decision
    reserved_until: datetime | None

    @property
    def granted(self) -> bool:
        """Whether this is a permit that can be used."""
        return self.reserved_until is not None


def ask_permit(
    *,
    actor: Actor,
    case: int,
    contact: int,
    channel: str,
    now: datetime,
    purpose: str = "collect",
    direction: str = "outbound",
    text: str | None = None,
    collectors: int = 0,
    packs: Sequence[str] = DEFAULT_PACKS,
    behalf: int | None = None,
) -> Answer:
    """Ask whether this contact may be made now, and keep it for the asker if it may.

    `behalf` is the colleague whose act a machine carries out: their state counts, and what
    they approved themselves does not.
    Refuses NotPermitted, NoSuchContact, NoWay, and what core.permit refuses of a question
    (BadRequest). A verdict, even "refuse", is an answer and is written down.
    """
    shipped_gate(packs)  # compiled at first use, which nobody waits for under a lock
    with transaction.atomic():
        subject = _subject(actor, case, contact, now)
        reach = _reach(subject, channel)
        wish = Wish(channel, purpose, direction, reach, collectors, text)
        held = reading.lock(
            parties=[subject.party], reaches=[reach] if channel in LOCKED_BY_REACH else []
        )
        seen = held.seen
        gate = gate_at(packs, version=seen.packs_version)
        at = as_moment(now)
        staff = behalf if actor.staff is None else actor.staff
        known = _known(subject, wish, staff, held.desks, at)
        asked = question(
            subject=subject, wish=wish, known=known, staff=staff,
            kind=kind_of(actor, subject), in_team=in_team(actor, subject, at), now=at,
        )  # fmt: skip
        facts = read_question(asked)
        trouble = clock_trouble(
            now=now, lender=subject.lender, seen=seen, pack_hash=gate.stack.hash
        )
        decision = trouble or decide(facts=facts, gate=gate)
        until = None
        if decision.verdict in RESERVING:
            day = at.astimezone(BEIJING).date()
            minutes = house_number(
                "permit.reserve_minutes", lender=subject.lender, day=day, seen=seen
            )
            until = at + timedelta(minutes=minutes)
        permit = _write(
            actor, subject, wish, decision, asked, at=at, until=until, packs=packs,
            clock_ok=trouble is None, lexicon="" if trouble else facts.lexicon,
        )  # fmt: skip
    return Answer(permit, decision, until)


def kind_of(actor: Actor, subject: Subject) -> str:
    """`agency` for who works the case in an agency's team, else `staff`."""
    own = subject.agency is not None and any(
        held.team == subject.team for held in actor.appointments
    )
    return "agency" if own else "staff"


def in_team(actor: Actor, subject: Subject, now: datetime) -> bool:
    """Whether the actor works for the lender as a whole or in the case's own team."""
    if actor.machine is not None:
        return True
    day = now.astimezone(BEIJING).date()
    return any(
        held.lender == subject.lender and held.team in {None, subject.team} and held.covers(day)
        for held in actor.appointments
    )


def hash_of(text: str | None) -> str:
    """The hash of a text as log and receipt carry it; empty where there is no text."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def _subject(actor: Actor, case: int, contact: int, now: datetime) -> Subject:
    day = as_moment(now).astimezone(BEIJING).date()
    subject = subject_of(case=case, contact=contact)
    if subject is None or not subject.current:
        require(actor, "permit.ask", day=day)
        raise NoSuchContact(case=case, contact=contact)
    require(
        actor, "permit.ask", day=day, lender=subject.lender, team=subject.team,
        holder=subject.holder,
    )  # fmt: skip
    return subject


def _reach(subject: Subject, channel: str) -> int | None:
    way = WAY_OF.get(channel)
    if way is None:
        return None  # read_request says which channels there are
    if way == "phone" and subject.phone_reach is not None:
        return subject.phone_reach
    return reach_of(contact=subject.contact, way=way, channel=channel)


def _known(
    subject: Subject, wish: Wish, staff: int | None, desks: dict[int, reading.DeskRow], at: datetime
) -> Known:
    return Known(
        desks=desks,
        made=reading.made(parties=[subject.party], reaches=[wish.reach], now=at),
        stands=reading.standing(
            parties=[subject.party],
            reaches=[wish.reach, subject.phone_reach],
            staff=[staff],
            now=at,
        ),
        resting=resting_until(cases=[subject.case], day=at.astimezone(BEIJING).date()),
    )


def _write(
    actor: Actor,
    subject: Subject,
    wish: Wish,
    decision: Decision,
    asked: dict[str, Any],
    *,
    at: datetime,
    until: datetime | None,
    packs: Sequence[str],
    clock_ok: bool,
    lexicon: str,
) -> int:
    values = (
        subject.party, subject.lender, subject.case, subject.contact, wish.reach, actor.staff,
        actor.label, asked["actor"]["kind"], asked["party"]["role"], wish.channel, wish.purpose,
        wish.direction, wish.collectors, stored(at), clock_ok, decision.verdict, stored(until),
        stored(decision.next_allowed_at), " ".join(decision.codes), reasons_json(decision),
        canonical([lifted._asdict() for lifted in decision.lifted]), inputs_of(asked),
        " ".join(sorted(packs)), decision.pack_hash, hash_of(wish.text), lexicon,
    )  # fmt: skip
    return int(rows(_INSERT, values)[0][0])


def reasons_json(decision: Decision) -> str:
    """The reasons as they are kept: code, figures, clause, and when time lifts them."""
    return canonical(
        [
            {
                **reason._asdict(),
                "figures": dict(reason.figures),
                "again_at": reason.again_at and reason.again_at.isoformat(),
            }
            for reason in decision.reasons
        ]
    )
