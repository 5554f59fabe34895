"""What the gate would say now of every number of a case, read at once for the desk.

The same question and the same rules as flows.conduct.why_not_now (a test holds the two
equal), in a number of queries that does not grow with the numbers of the case. Calls,
messages and visits only. Nothing is held and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from dunwell.core.permit import BEIJING, Decision, Gate, decide, read_request
from dunwell.flows.conduct.replay import gates_of
from dunwell.flows.conduct.why_not_now import VISITORS, Now
from dunwell.flows.contact.ask_permit import in_team, kind_of
from dunwell.flows.contact.clock import clock_trouble
from dunwell.flows.contact.question import Known, Wish, question
from dunwell.flows.contact.reaching import WAY_OF
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.counts import Counts, count
from dunwell.store.permits.models import Reach
from dunwell.store.permits.reading import DeskRow, Stands, Subject
from dunwell.store.policy.packs import DEFAULT_PACKS
from dunwell.store.policy.published import pack_at
from dunwell.store.promises.resting import resting_until
from dunwell.store.vault import index_candidates, open_sealed

AT_THE_DESK = ("call", "sms", "visit")


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of the gate a desk counts against; minutes of the day, half-open."""

    conversations: int
    open_from: int
    open_until: int
    recording: bool
    failed_attempts: int
    """So many in a row and the borrower counts as lost (CN-W02)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers, and what the chips count by."""

    now: Sequence[Now]
    counts: Counts
    limits: Limits
    stands: Sequence[Stands]
    reaches: Mapping[int, int | None]
    """The number's row by contact, where anybody ever asked for it."""
    failed_in_row: int

    @property
    def closed_ways(self) -> frozenset[str]:
        """The channels the borrower asked us not to use; "" is all of them."""
        return frozenset(
            each.channel for each in self.stands if each.what == "opt_out" and each.reach is None
        )


def answers_now(*, actor: Actor, now: datetime, case: Case, contacts: Sequence[Contact]) -> Answers:
    """What the gate would answer for each contact and channel. Refuses NotPermitted."""
    day = now.astimezone(BEIJING).date()
    require(
        actor, "permit.see", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    desks, seen = reading.look(party=case.party_id)
    gate = _gate(seen.packs_version)
    subjects = reading.subjects_at(case=case.pk)
    addresses = _addresses(contacts)
    phones = {contact: subject.phone_reach for contact, subject in subjects.items()}
    known = _known(actor, case, desks, {*phones.values(), *addresses.values()}, now)
    trouble = clock_trouble(now=now, lender=case.lender_id, seen=seen, pack_hash=gate.stack.hash)
    found = [
        Now(contact.pk, wish.channel, trouble or _answer(actor, subject, wish, gate, known, now))
        for contact in contacts
        if (subject := subjects.get(contact.pk)) is not None and subject.current
        for wish in _wishes(contact, subject, addresses.get(contact.pk))
    ]
    numbers = gate.stack.on(day).limits
    return Answers(
        now=found,
        counts=count(known.made, party=case.party_id, reach=None, now=now),
        limits=Limits(
            conversations=numbers.contact_conversations_per_debtor_per_day,
            open_from=numbers.contact_quiet_until,
            open_until=numbers.contact_quiet_from,
            recording=bool(numbers.contact_recording_required),
            failed_attempts=numbers.contact_failed_attempts_in_row,
        ),
        stands=[each for each in known.stands if each.staff is None],
        reaches=phones,
        failed_in_row=known.desks[case.party_id].failed_in_row,
    )


def _addresses(contacts: Sequence[Contact]) -> dict[int, int | None]:
    """The row of each contact's address, in one query."""
    wanted: dict[int, list[bytes]] = {
        contact.pk: index_candidates(
            open_sealed(
                contact.address_sealed, table="book_contact", column="address_sealed",
                row=contact.pk,
            ),
            kind="address",
        )
        for contact in contacts
        if contact.address_sealed
    }  # fmt: skip
    if not wanted:
        return {}
    marks = {mark for each in wanted.values() for mark in each}
    rows = Reach.objects.filter(address_index__in=marks).values_list("address_index", "pk")
    found = {bytes(index): pk for index, pk in rows if index is not None}
    return {
        contact: next((found[mark] for mark in marks if mark in found), None)
        for contact, marks in wanted.items()
    }


def _known(
    actor: Actor,
    case: Case,
    desks: dict[int, DeskRow],
    reaches: set[int | None],
    now: datetime,
) -> Known:
    return Known(
        desks=desks,
        made=reading.made(parties=[case.party_id], reaches=reaches, now=now),
        stands=reading.standing(
            parties=[case.party_id], reaches=reaches, staff=[actor.staff], now=now
        ),
        resting=resting_until(cases=[case.pk], day=now.astimezone(BEIJING).date()),
    )


def _wishes(contact: Contact, subject: Subject, address: int | None) -> list[Wish]:
    purpose = "notify" if subject.role == "contact" else "collect"
    found: dict[str, int | None] = {}
    if contact.phone_sealed:
        found["phone"] = subject.phone_reach
    if contact.address_sealed:
        found["address"] = address
    return [
        Wish(channel, purpose, "outbound", found[WAY_OF[channel]], VISITORS)
        for channel in AT_THE_DESK
        if WAY_OF[channel] in found
    ]


def _answer(
    actor: Actor, subject: Subject, wish: Wish, gate: Gate, known: Known, now: datetime
) -> Decision:
    asked = question(
        subject=subject, wish=wish, known=known, staff=actor.staff,
        kind=kind_of(actor, subject), in_team=in_team(actor, subject, now), now=now,
    )  # fmt: skip
    return decide(facts=read_request(asked), gate=gate)


@lru_cache(maxsize=8)
def _gate(version: str) -> Gate:
    return gates_of([pack_at(name, version=version) for name in DEFAULT_PACKS]).unworded
