"""Use permits: re-checked at the moment of sending, used once, each with a signed receipt.

Called by whoever is about to dial, send or visit: one permit, or a sender's hundred in
one transaction. What the re-check refuses is written down as the permit's end, and no
token comes of it. Only here is a UsedPermit made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from dunwell.core.permit import BEIJING, Decision, Reason, decide
from dunwell.flows.contact.ask_permit import LOCKED_BY_REACH, RESERVING, hash_of, in_team
from dunwell.flows.contact.clock import as_moment, clock_trouble
from dunwell.flows.contact.minting import mint
from dunwell.flows.contact.ports import UsedPermit
from dunwell.flows.contact.question import Known, Wish, question
from dunwell.flows.contact.read_question import read_question
from dunwell.flows.contact.receipt import Use, write_receipts
from dunwell.flows.contact.refusals import NoSuchPermit, NotYours, PermitOver, TextChanged
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.counts import State, state_of
from dunwell.store.permits.models import Step
from dunwell.store.permits.reading import GivenRow, Subject, stored
from dunwell.store.permits.statements import insert
from dunwell.store.policy.packs import shipped_gate
from dunwell.store.policy.published import gate_at
from dunwell.store.promises.resting import resting_until

_STEP = {
    "permit_id": "bigint", "kind": "text", "at": "timestamptz", "actor_id": "bigint",
    "actor_label": "text", "codes": "text",
}  # fmt: skip


class Sending(NamedTuple):
    """A permit about to be used, with the text it was asked for, if any."""

    permit: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What became of one permit: a token where it was used.

    `state` is that before; `decision` None: the permit was over and nothing was asked.
    """

    permit: int
    token: UsedPermit | None
    state: State
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class _Judged:
    row: GivenRow
    subject: Subject
    state: State
    decision: Decision | None
    asked: Mapping[str, Any]
    version: str
    lexicon: str
    believed: bool
    """False: the clock was not; nothing is written down then."""


def use_permit(*, actor: Actor, permit: int, now: datetime, text: str | None = None) -> Used:
    """Use one permit now. The token is None where the re-check refused.

    Refuses NoSuchPermit, NotPermitted, NotYours, TextChanged, and PermitOver for a permit
    that was used, given back, or has lapsed.
    """
    used = use_permits(actor=actor, sendings=[Sending(permit, text)], now=now)[0]
    if used.decision is None:
        raise PermitOver(permit=permit, state=used.state)
    return used


def use_permits(*, actor: Actor, sendings: Sequence[Sending], now: datetime) -> list[Used]:
    """Re-check and use many permits in one transaction, in the order given.

    A permit that is over, or that the re-check refuses, is answered without token and
    stops no other. Refuses NoSuchPermit, NotPermitted, NotYours and TextChanged before
    anything is used.
    """
    if not sendings:
        return []
    shipped_gate()  # compiled at first use, which nobody waits for under a lock
    with transaction.atomic():
        judged = _judge(actor, sendings, now)
        steps, uses, answers = [], [], []
        for each in judged:
            token = None
            decision = each.decision
            if decision is not None and decision.verdict in RESERVING:
                token = _token(each.row, now)
                uses.append(_use(each, decision))
            if decision is not None and each.believed:
                kind = Step.Kind.REFUSED if token is None else Step.Kind.USED
                steps.append((each.row.permit, kind.value, decision))
            answers.append(Used(each.row.permit, token, each.state, decision))
        _write_steps(steps, actor, now)
        if uses:
            write_receipts(uses, now=now)
    return answers


def recheck(*, actor: Actor, sendings: Sequence[Sending], now: datetime) -> list[Used]:
    """What use_permits would answer now, without using anything."""
    if not sendings:
        return []
    with transaction.atomic():
        return [
            Used(each.row.permit, None, each.state, each.decision)
            for each in _judge(actor, sendings, now)
        ]


def _judge(actor: Actor, sendings: Sequence[Sending], now: datetime) -> list[_Judged]:
    numbers = [sending.permit for sending in sendings]
    at = as_moment(now)
    rows = reading.given(numbers)
    subjects = reading.subjects_of(numbers)
    for sending in sendings:
        _refuse_unfit(actor, sending, rows, subjects, at)
    held = reading.lock(
        parties=[row.party for row in rows.values()],
        reaches=[row.reach for row in rows.values() if row.channel in LOCKED_BY_REACH],
    )
    steps = reading.steps_of(numbers)
    known = Known(
        desks=held.desks,
        made=reading.made(
            parties=[row.party for row in rows.values()],
            reaches=[row.reach for row in rows.values()],
            now=at,
        ),
        stands=reading.standing(
            parties=[row.party for row in rows.values()],
            reaches=[
                reach
                for number, row in rows.items()
                for reach in (row.reach, subjects[number].phone_reach)
            ],
            staff=[row.staff for row in rows.values()],
            now=at,
        ),
        resting=resting_until(
            cases=[subject.case for subject in subjects.values()],
            day=at.astimezone(BEIJING).date(),
        ),
    )
    judged: list[_Judged] = []
    for sending in dict.fromkeys(sendings):
        row, subject = rows[sending.permit], subjects[sending.permit]
        state = state_of(reserved_until=row.reserved_until, step=steps.get(row.permit), now=at)
        if state != "reserved":
            judged.append(_Judged(row, subject, state, None, {}, "", "", believed=False))
            continue
        version = held.seen.packs_version
        gate = gate_at(row.packs, version=version)
        trouble = clock_trouble(
            now=now, lender=subject.lender, seen=held.seen, pack_hash=gate.stack.hash
        )
        asked = _asked(actor, sending, row, subject, known, at)
        decision = trouble or _replaced(subject, gate.stack.hash)
        lexicon = ""
        if decision is None:
            facts = read_question(asked)
            decision, lexicon = decide(facts=facts, gate=gate), facts.lexicon
        judged.append(
            _Judged(
                row, subject, state, decision, asked, version, lexicon, believed=trouble is None
            )
        )
    return judged


def _refuse_unfit(
    actor: Actor,
    sending: Sending,
    rows: Mapping[int, GivenRow],
    subjects: Mapping[int, Subject],
    at: datetime,
) -> None:
    day = at.astimezone(BEIJING).date()
    row = rows.get(sending.permit)
    if row is None:
        require(actor, "permit.ask", day=day)
        raise NoSuchPermit(permit=sending.permit)
    subject = subjects[sending.permit]
    require(
        actor, "permit.ask", day=day, lender=subject.lender, team=subject.team,
        holder=subject.holder,
    )  # fmt: skip
    if actor.machine is None and row.staff != actor.staff:
        raise NotYours(permit=sending.permit)
    if hash_of(sending.text) != row.content_hash:
        raise TextChanged(permit=sending.permit)


def _asked(
    actor: Actor, sending: Sending, row: GivenRow, subject: Subject, known: Known, at: datetime
) -> dict[str, Any]:
    return question(
        subject=subject,
        wish=Wish(row.channel, row.purpose, row.direction, row.reach, row.collectors, sending.text),
        known=known,
        staff=row.staff,
        kind=row.kind,
        in_team=in_team(actor, subject, at),
        now=at,
        without=(row.permit,),
    )


def _replaced(subject: Subject, pack_hash: str) -> Decision | None:
    """The refusal of a number or address that was corrected since the permit was asked for."""
    if subject.current:
        return None
    reason = Reason("GATE-CONTACT", "refuse", "GATE-CONTACT", {}, "", None)
    return Decision("refuse", (reason,), (), None, pack_hash)


def _token(row: GivenRow, now: datetime) -> UsedPermit:
    return mint(
        permit=row.permit,
        channel=row.channel,
        reach=row.reach,
        content_hash=row.content_hash,
        used_at=now,
    )


def _use(each: _Judged, decision: Decision) -> Use:
    row = each.row
    return Use(
        row.permit, row.party, row.lender_code, row.role, row.channel, row.purpose,
        row.direction, row.asked_at, row.packs, each.version, row.content_hash, each.lexicon,
        decision, each.asked,
    )  # fmt: skip


def _write_steps(steps: Sequence[tuple[int, str, Decision]], actor: Actor, now: datetime) -> None:
    if not steps:
        return
    at = stored(now)
    values = [
        (permit, kind, at, actor.staff, actor.label, " ".join(decision.codes))
        for permit, kind, decision in steps
    ]
    insert(Step._meta.db_table, _STEP, values)
