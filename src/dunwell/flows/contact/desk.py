"""The desk: everything one screen of a call shows, read in a fixed number of queries.

Called by the desk's page. `desk_of` claims the case (next_case.open_case) and reads who it
is, why now, what happened, which numbers there are and what the gate would say of each, the
draft and the call that is under way. Personal values stay sealed but for the notes' text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dunwell.core.ageing import AgeingTerms
from dunwell.core.decision import Policy
from dunwell.core.disposition import Code
from dunwell.core.permit import BEIJING
from dunwell.flows.contact.desk_answers import Answers, answers_now
from dunwell.flows.contact.desk_past import Past, best_hours, past_of
from dunwell.flows.contact.drafts import drafts_here
from dunwell.flows.contact.next_best import NextBest, next_best
from dunwell.flows.contact.next_case import CallMade, calls_without_note, open_case
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.flows.prepare.show_decision import DecisionShown, shown
from dunwell.store.book.facts import known
from dunwell.store.book.models import BorrowerTerms, Contact
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import current_decisions
from dunwell.store.desk.found import unverified
from dunwell.store.outreach.models import Draft, Recording
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.statements import planned_once
from dunwell.store.policy.dispositions import result_codes
from dunwell.store.policy.locate_sources import locate_sources
from dunwell.store.work.models import WorkItem

REMOTE = ("call", "sms")
NEAREST = ("self", "guarantor", "spouse_obligor")
"""Who owes comes before who only knows the borrower."""


@dataclass(frozen=True, slots=True)
class Number:
    """One way to ring somebody: whose it is, when it is answered best, and whether it is dead."""

    contact: Contact
    tier: int
    best: tuple[int, int] | None
    dead: str
    """The code that retired it, or an empty text."""
    rests_until: datetime | None = None
    """The house leaves it alone until then, after what it came to last."""
    unverified: bool = False
    """It was found by looking for the borrower, and no call has reached them on it yet."""
    own_rest: bool = False
    """It is this number that rests, not the borrower after a conversation."""


@dataclass(frozen=True, slots=True)
class CallUnderWay:
    """The actor's own call whose record is not written yet."""

    permit: int
    contact: int
    began_at: datetime
    recording: Recording | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the screen shows of one case."""

    case: Case
    reader: int
    """Whose desk it is."""
    day: date
    terms: BorrowerTerms | None
    contacts: Sequence[Contact]
    numbers: Sequence[Number]
    answers: Answers
    past: Past
    decided: DecisionShown | None
    best: NextBest | None
    item: WorkItem | None
    left_today: int
    """Items of the actor still to be done today, this one included."""
    draft: Draft | None
    body: Mapping[str, Any]
    call: CallUnderWay | None
    saved: Draft | None
    """The actor's newest saved note, of whatever case, that may still be undone."""

    @property
    def closed(self) -> bool:
        """Nobody may be called or written to about the case now."""
        alive = {number.contact.pk for number in self.numbers if not number.dead}
        return not any(
            each.decision.verdict in ("allow", "warn")
            for each in self.answers.now
            if each.channel in REMOTE and each.contact in alive
        )


@planned_once()
def desk_of(*, actor: Actor, scope: Scope, now: datetime, case: int) -> Desk:
    """The screen of one case, which lies on this desk from now on.

    Refuses what open_case refuses.
    """
    row, calls = open_case(actor=actor, scope=scope, now=now, case=case)
    day = now.astimezone(BEIJING).date()
    whose = {"borrower__party": row.party_id, "borrower__lender": row.lender_id}
    contacts = sorted(known(Contact.objects.filter(**whose), recording=None), key=_nearness)
    terms = known(BorrowerTerms.objects.filter(**whose), recording=None)
    answers = answers_now(actor=actor, now=now, case=row, contacts=contacts)
    past = past_of(row)
    kept, saved = drafts_here(actor=actor, case=case, now=now)
    items = list(
        WorkItem.objects.filter(staff=actor.staff, day=day, lender=row.lender_id)
        .filter(state__in=("open", "held"))
        .only("pk", "case", "action", "why", "state", "gain_fen", "minutes", "place")
    )
    item = next((item for item in items if item.case_id == case), None)
    decided = _decided(row, day)
    assert actor.staff is not None  # open_case gives machines no desk
    return Desk(
        case=row,
        reader=actor.staff,
        day=day,
        terms=terms.order_by("pk").first(),
        contacts=contacts,
        numbers=_numbers(row, contacts, answers, past, now),
        answers=answers,
        past=past,
        decided=decided,
        best=next_best(case=row, day=day, decided=decided, item=item, closed=answers.closed_ways),
        item=item,
        left_today=len(items),
        draft=kept.draft if kept else None,
        body=kept.body if kept else {},
        call=_under_way(calls, case),
        saved=saved,
    )


def call_under_way(*, actor: Actor, case: int, now: datetime) -> CallUnderWay | None:
    """The actor's newest call of the case that has no note yet."""
    return _under_way(calls_without_note(actor=actor, now=now), case)


def _under_way(calls: Sequence[CallMade], case: int) -> CallUnderWay | None:
    call = next((each for each in reversed(calls) if each.case == case), None)
    if call is None:
        return None
    recording = Recording.objects.filter(permit=call.permit).order_by("-pk").first()
    return CallUnderWay(call.permit, call.contact, call.began_at, recording)


def _nearness(contact: Contact) -> tuple[int, int]:
    return (_tier(contact), contact.pk)


def _tier(contact: Contact) -> int:
    return NEAREST.index(contact.role) if contact.role in NEAREST else len(NEAREST)


def _numbers(
    case: Case, contacts: Sequence[Contact], answers: Answers, past: Past, now: datetime
) -> list[Number]:
    codes = result_codes().codes
    best = best_hours(case, now=now)
    dead = {
        told.note.contact_id: told.note.number_code
        for told in reversed(past.notes)
        if _ends(codes.get(told.note.number_code)) and told.note.contact_id
    }
    rests = {
        note.contact_id: note for note in reversed(past.rests(now=now)) if note.channel == "call"
    }
    revived = now - timedelta(days=BACK_FROM_STOP)
    stopped = {
        told.note.contact_id: told.note.number_code
        for told in past.notes
        if told.note.number_code == "STOP" and told.note.at > revived and told.note.contact_id
    }
    looked_for = [each.pk for each in contacts if each.source in locate_sources().allowed]
    waiting = unverified(looked_for) if looked_for else set()
    found: dict[bytes, Number] = {}
    for contact in contacts:
        if contact.phone_sealed is None:
            continue
        reach = answers.reaches.get(contact.pk)
        number = Number(
            contact=contact,
            tier=_tier(contact) + 1,
            best=best.get(reach) if reach is not None else None,
            dead=dead.get(contact.pk) or stopped.get(contact.pk, ""),
            rests_until=rests[contact.pk].rest_until if contact.pk in rests else None,
            unverified=contact.pk in waiting,
            own_rest=contact.pk in rests and not rests[contact.pk].case_code,
        )
        # Told twice, by whoever: one number, under whoever is nearest.
        found.setdefault(bytes(contact.phone_index or str(contact.pk).encode()), number)
    return list(found.values())


BACK_FROM_STOP = 7
"""A suspended number is looked at again after so many days (trade: recheck 7 d)."""


def _ends(code: Code | None) -> bool:
    return code is not None and (code.retires or code.refusal)


def _decided(case: Case, day: date) -> DecisionShown | None:
    row = current_decisions([case.pk]).get(case.pk)
    if row is None:
        return None
    policy, _terms = _policy(row.policy)
    return shown(row, policy, day=day)


@lru_cache(maxsize=16)
def _policy(number: str) -> tuple[Policy, AgeingTerms]:
    """A set of policy is named by the hash of its texts: it never changes."""
    return policy_again(number)
