"""For each way to reach somebody about a case: may it be used now, and if not, why and when.

Called by the case page. It asks what ask_permit would ask and answers the same, but
holds nothing and writes nothing: between looking and asking a colleague may be faster.
No text is looked at yet; the rules on texts answer when there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from dunwell.core.permit import BEIJING, Decision, Gate, decide, read_request
from dunwell.flows.conduct.replay import gates_of
from dunwell.flows.contact.ask_permit import in_team, kind_of
from dunwell.flows.contact.clock import clock_trouble
from dunwell.flows.contact.question import Known, Wish, question
from dunwell.flows.contact.reaching import WAY_OF, reach_if_any
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.models import Desk
from dunwell.store.permits.reading import DeskRow, Seen, Subject
from dunwell.store.policy.house import newest_value
from dunwell.store.policy.packs import DEFAULT_PACKS
from dunwell.store.policy.published import newest_version, pack_at
from dunwell.store.promises.resting import resting_until

VISITORS = 2
"""Nobody visits alone: a visit is asked for as if two went."""


@dataclass(frozen=True, slots=True)
class Now:
    """One channel of one contact, and what the gate would say this moment."""

    contact: int
    channel: str
    decision: Decision


def why_not_now(
    *, actor: Actor, now: datetime, case: Case, contacts: Sequence[Contact]
) -> list[Now]:
    """What the gate would answer for each contact and channel. Refuses NotPermitted."""
    day = now.astimezone(BEIJING).date()
    require(
        actor, "permit.see", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    seen = Seen(None, newest_value() or None, newest_version())
    gate = _gate(seen.packs_version)
    resting = resting_until(cases=[case.pk], day=day)
    answers = []
    for contact in contacts:
        subject = reading.subject_of(case=case.pk, contact=contact.pk)
        if subject is None or not subject.current:
            continue
        trouble = clock_trouble(
            now=now, lender=subject.lender, seen=seen, pack_hash=gate.stack.hash
        )
        answers += [
            Now(
                contact.pk,
                wish.channel,
                trouble or _answer(actor, subject, wish, gate, now, resting),
            )
            for wish in _wishes(contact, subject)
        ]
    return answers


def _wishes(contact: Contact, subject: Subject) -> list[Wish]:
    """Every channel for which the contact has a number or address."""
    found: dict[str, int | None] = {}
    if contact.phone_sealed:
        found["phone"] = subject.phone_reach
    if contact.address_sealed:
        found["address"] = reach_if_any(contact=contact, way="address")
    return [
        Wish(channel, _purpose(subject), "outbound", found[way], VISITORS)
        for channel, way in WAY_OF.items()
        if way in found
    ]


def _purpose(subject: Subject) -> str:
    """Who owes nothing is only ever asked to pass a message on."""
    return "notify" if subject.role == "contact" else "collect"


def _answer(
    actor: Actor,
    subject: Subject,
    wish: Wish,
    gate: Gate,
    now: datetime,
    resting: Mapping[int, date],
) -> Decision:
    desk = Desk.objects.filter(pk=subject.party).first()
    held = DeskRow(
        subject.party,
        desk.failed_in_row if desk else 0,
        desk.last_conversation_at if desk else None,
    )
    known = Known(
        desks={subject.party: held},
        made=reading.made(parties=[subject.party], reaches=[wish.reach], now=now),
        stands=reading.standing(
            parties=[subject.party],
            reaches=[wish.reach, subject.phone_reach],
            staff=[actor.staff],
            now=now,
        ),
        resting=resting,
    )
    asked = question(
        subject=subject, wish=wish, known=known, staff=actor.staff,
        kind=kind_of(actor, subject), in_team=in_team(actor, subject, now), now=now,
    )  # fmt: skip
    return decide(facts=read_request(asked), gate=gate)


@lru_cache(maxsize=8)
def _gate(version: str) -> Gate:
    return gates_of([pack_at(name, version=version) for name in DEFAULT_PACKS]).unworded
