"""Notes (催记): what a contact came to, written once and never changed; a correction is a new row.

`write_note` checks everything a note must hold, tells the gate how the contact went, takes
the promise down, sets what the codes bring about (a freeze, an opt-out, a refusal), and
decides the case anew, in one transaction. `check_draft` is the same without writing, for the
moment a draft is saved. Called by drafts, the desk, the API and the worker for messages.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from dunwell.core.disposition import Code, check_note, effects_of
from dunwell.core.permit import BEIJING
from dunwell.core.wording import CaseState
from dunwell.flows.contact.note_closing import check_closing
from dunwell.flows.contact.note_effects import bring_about
from dunwell.flows.contact.note_refusals import (
    CorrectedAlready,
    NoSuchCase,
    NoSuchNote,
    NoteEmpty,
    NoteFiled,
    NoteNeedsContact,
    NoteWording,
    UnknownReason,
)
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.work_done import mark_done
from dunwell.flows.follow_up.promise_standing import note_call
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.flows.prepare.reage import business_day
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Note, NoteText
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Outcome, Permit
from dunwell.store.policy.dispositions import result_codes
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.vault import open_sealed, seal

CONTACTS = frozenset({"call", "visit"})
"""Channels whose note closes a permit."""
LEAST_REMARK = 2
TEXT_PLACE = {"table": "outreach_notetext", "column": "text_sealed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a note tells. `summary` is the officer's, `words` are the customer's own."""

    channel: str
    number_code: str = ""
    case_code: str = ""
    reason: str = ""
    summary: str = ""
    words: str = ""
    identity_checked: bool = False
    next_step: str = ""
    next_on: date | None = None
    next_at: datetime | None = None
    promise: Wanted | None = None
    closing: Mapping[str, object] = field(default_factory=dict)
    """What only the finished contact can tell (core.permit.CLOSING_PATHS), beside what is known."""
    began_at: datetime | None = None


def write_note(
    *, actor: Actor, now: datetime, case: int, said: Said, permit: int | None = None
) -> Note:
    """File what a contact came to; everything that follows from it happens here or not at all.

    Refuses NotPermitted, NoSuchCase, NoteNeedsContact, NoteFiled, NoteEmpty, NoteWording,
    UnknownReason, NotClosable, and what core.disposition, take_promise and record_outcome refuse.
    """
    with transaction.atomic():
        note = _file(actor, now, case, said, permit)
        decided_for = business_day()
        if decided_for is not None:
            redecide(cases=[case], day=decided_for, at=now, why="note")
    return note


def check_draft(
    *, actor: Actor, now: datetime, case: int, said: Said, permit: int | None = None
) -> None:
    """Pass what `write_note` would file now; refuses what it refuses, and writes nothing."""
    try:
        with transaction.atomic():
            _file(actor, now, case, said, permit)
            raise _Undone
    except _Undone:
        return


def correct_note(*, actor: Actor, now: datetime, note: int, said: Said, why: str) -> Note:
    """Add a correction to a note: a row of its own, linked; nothing else follows from it.

    The first note stays as it was, and so does what it brought about. Refuses NoSuchNote,
    NotPermitted, CorrectedAlready, NoteEmpty, NoteWording and UnknownReason.
    """
    day = now.astimezone(BEIJING).date()
    with transaction.atomic():
        old = Note.objects.filter(pk=note).select_related("case").first()
        if old is None:
            require(actor, "note.write", day=day)
            raise NoSuchNote(note=note)
        _require(actor, day, old.case)
        Case.objects.select_for_update().get(pk=old.case_id)
        later = Note.objects.filter(corrects=old).first()
        if later is not None:
            raise CorrectedAlready(note=note, correction=later.pk)
        if len(why.strip()) < LEAST_REMARK:
            raise NoteEmpty(least=LEAST_REMARK)
        _check_words(said)
        _check_reason(said)
        codes = result_codes()
        number = codes.codes.get(said.number_code)
        concluded = codes.codes.get(said.case_code)
        row = _write(actor, now, old.case, None, said, number, concluded, corrects=old, why=why)
        _journal(actor, now, old.case, row)
    return row


def text_of(note: Note) -> Mapping[str, str]:
    """The text of a note, opened: summary, words, and why where it corrects another."""
    found: NoteText | None = getattr(note, "text", None)
    if found is None:
        return {}
    opened: dict[str, str] = json.loads(open_sealed(found.text_sealed, row=note.pk, **TEXT_PLACE))
    return opened


class _Undone(Exception):
    """Takes back what checking a draft wrote."""


def _file(actor: Actor, now: datetime, case: int, said: Said, permit: int | None) -> Note:
    """Everything `write_note` does but deciding anew, which never refuses a note."""
    row, given = _case_and_permit(actor, now, case, said, permit)
    number, concluded = _checked(row, given, said, now)
    note = _write(actor, now, row, given, said, number, concluded, corrects=None)
    if given is not None and number is not None:
        effects = effects_of(
            number=number, case=concluded, at=now, inbound=given.direction == "inbound"
        )
        _tell_the_gate(actor, now, given, effects.answered, effects.effective)
        bring_about(actor=actor, now=now, case=row, permit=given, effects=effects)
        day = now.astimezone(BEIJING).date()
        mark_done(case=case, day=day, channel=said.channel)
        if effects.effective:
            note_call(case=case, day=day)
    if said.promise is not None:
        take_promise(actor=actor, now=now, case=case, wanted=said.promise, note=note)
    _journal(actor, now, row, note)
    return note


def _case_and_permit(
    actor: Actor, now: datetime, case: int, said: Said, permit: int | None
) -> tuple[Case, Permit | None]:
    day = now.astimezone(BEIJING).date()
    row = Case.objects.select_for_update().filter(pk=case).first()
    if row is None:
        require(actor, "note.write", day=day)
        raise NoSuchCase(case=case)
    _require(actor, day, row)
    given = Permit.objects.filter(pk=permit).first() if permit is not None else None
    needs = said.channel in CONTACTS
    fits = given is not None and given.case_id == case and given.channel == said.channel
    if needs != (given is not None) or (given is not None and not fits):
        raise NoteNeedsContact(channel=said.channel, permit=permit)
    filed = Note.objects.filter(permit=given).first() if given is not None else None
    if filed is not None:
        raise NoteFiled(permit=permit, note=filed.pk)
    return row, given


def _require(actor: Actor, day: date, case: Case) -> None:
    require(
        actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip


def _checked(
    case: Case, permit: Permit | None, said: Said, now: datetime
) -> tuple[Code | None, Code | None]:
    """The codes of the note, once everything it says fits together."""
    _check_words(said)
    _check_reason(said)
    if permit is None:
        if not (said.summary.strip() or said.words.strip()):
            raise NoteEmpty(least=LEAST_REMARK)
        return None, None
    codes = result_codes()
    number = codes.find(said.number_code, layer="number", channel=said.channel)
    concluded = (
        codes.find(said.case_code, layer="case", channel=said.channel) if said.case_code else None
    )
    inbound = permit.direction == "inbound"
    told = {
        "reason": bool(said.reason),
        "promise": said.promise is not None,
        "words": bool(said.words.strip()),
        "next_at": said.next_at is not None,
    }
    check_note(
        number=number,
        case=concluded,
        said={name for name, is_there in told.items() if is_there},
        channel=said.channel,
        inbound=inbound,
    )
    check_closing(permit=permit, number=number, told=said.closing, now=now)
    return number, concluded


def _check_words(said: Said) -> None:
    """The officer's own words pass the checker; what the customer said is reported, not said.

    A guess of the second reader is shown at the desk and stops no note: what happened must be
    written down.
    """
    checker = wording_checker()
    told = checker(said.summary, facts=CaseState(), audience="note") if said.summary else ()
    found = [each for each in told if not each.guessed]
    if found:
        places = [f"{each.class_} {each.start}-{each.end}" for each in found]
        raise NoteWording(field="summary", places=places)


def _check_reason(said: Said) -> None:
    reasons = result_codes().reasons
    if said.reason and said.reason not in reasons:
        raise UnknownReason(reason=said.reason, allowed=list(reasons))


def _write(
    actor: Actor,
    now: datetime,
    case: Case,
    permit: Permit | None,
    said: Said,
    number: Code | None,
    concluded: Code | None,
    *,
    corrects: Note | None,
    why: str = "",
) -> Note:
    effects, rest_until = None, None
    if number is not None:
        inbound = permit is not None and permit.direction == "inbound"
        effects = effects_of(number=number, case=concluded, at=now, inbound=inbound)
        # What is put right later rests from the contact on, not from the correction.
        contact_at = corrects.at if corrects else now
        rest_until = effects_of(
            number=number, case=concluded, at=contact_at, inbound=inbound
        ).rest_until
    text = {"summary": said.summary.strip(), "words": said.words.strip(), "why": why.strip()}
    spoken = json.dumps({k: v for k, v in text.items() if v}, ensure_ascii=False, sort_keys=True)
    salt = os.urandom(16)
    has_text = spoken != "{}"
    note = Note.objects.create(
        case=case,
        permit=permit,
        contact_id=permit.contact_id if permit else None,
        corrects=corrects,
        channel=said.channel,
        direction=permit.direction if permit else "outbound",
        number_code=said.number_code,
        case_code=said.case_code,
        reason=said.reason,
        effective=bool(effects and effects.effective and corrects is None),
        rest_until=rest_until,
        next_step=said.next_step or (effects.next_step if effects else ""),
        next_on=said.next_on or (effects.next_on if effects else None),
        next_at=said.next_at,
        identity_checked=said.identity_checked,
        at=now,
        began_at=said.began_at,
        by_id=actor.staff,
        by_label=actor.label,
        text_hash=hashlib.sha256(salt + spoken.encode()).hexdigest() if has_text else "",
    )
    if has_text:
        NoteText.objects.create(
            note=note, salt=salt, text_sealed=seal(spoken, row=note.pk, **TEXT_PLACE)
        )
    return note


def _tell_the_gate(
    actor: Actor, now: datetime, permit: Permit, answered: bool, conversation: bool
) -> None:
    """How the contact went, unless the dialler has told it (nobody answered)."""
    if not Outcome.objects.filter(pk=permit.pk).exists():
        record_outcome(
            actor=actor, permit=permit.pk, now=now, answered=answered, conversation=conversation
        )


def _journal(actor: Actor, now: datetime, case: Case, note: Note) -> None:
    append(
        stream=stream_of(case.lender_id),
        verb="note.correct" if note.corrects_id else "note.write",
        subject=f"case:{case.pk}",
        actor=actor,
        at=now,
        lender=case.lender_id,
        figures={
            "note": note.pk,
            "permit": note.permit_id,
            "number_code": note.number_code,
            "case_code": note.case_code,
            "corrects": note.corrects_id,
        },
    )
