"""Locating a lost borrower 失联查找: from allowed sources only, each look-up with its purpose.

Called by the desk's panel, which is there only while the borrower is lost by rule: the gate's
own number of failed attempts in a row (CN-W02), no number left that works, or the category of
the decision. A look-up is written down and journalled before anything is shown; its result is
recorded before the desk gives another case. Sources are data (packs/house/locate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.desk import Desk, desk_of
from dunwell.flows.contact.found_number import NumberTold, enter_found
from dunwell.flows.contact.notes import Said, write_note
from dunwell.store.book.models import Contact
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.desk.models import LookUp, LookUpResult
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Note, Reply
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Outcome
from dunwell.store.policy.locate_sources import locate_sources
from dunwell.store.vault import open_sealed
from dunwell.store.vault.masks import mask_address, mask_phone

LOST = "lost"
LEAST_WORDS = 2
MOST_ROWS = 20
TOLD_BY_BORROWER = ("ADDR", "CBK", "INB")
"""Codes of notes in which a borrower tells how to be reached."""


class NotLost(Refusal):
    """The borrower is not lost by any rule. Figures: case."""

    code = "LOCATE-NOT-LOST"


class SourceForbidden(Refusal):
    """A source that may never be used. Figures: source."""

    code = "LOCATE-FORBIDDEN"


class NoSuchLocate(Refusal):
    """A source, purpose or result the house does not have. Figures: given, allowed."""

    code = "LOCATE-NO-SUCH"


class ResultFirst(Refusal):
    """An earlier look-up of the actor has no result yet. Figures: case, look_up."""

    code = "LOCATE-RESULT-FIRST"


class ResultNeedsWords(Refusal):
    """What was found has to be written down. Figures: least."""

    code = "LOCATE-NEEDS-WORDS"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on file: what kind, the masked value or the borrower's words, since when."""

    kind: str
    text: str
    on: date
    source: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The look-up as it was written down, and what the source holds."""

    look_up: LookUp
    lines: Sequence[Line]


def lost_by(desk: Desk) -> str:
    """Which rule says the borrower is lost: attempts, numbers or category; empty: none.

    Who is protected by a freeze is not looked for.
    """
    if any(each.what == "freeze" for each in desk.answers.stands) or desk.case.held:
        return ""
    if desk.answers.failed_in_row >= desk.answers.limits.failed_attempts:
        return "attempts"
    own = [number for number in desk.numbers if number.contact.role == "self"]
    if all(number.dead for number in own):
        return "numbers"
    if desk.decided is not None and desk.decided.facts.get("reachability") == LOST:
        return "category"
    return ""


def look_up(
    *, actor: Actor, scope: Scope, now: datetime, case: int, source: str, purpose: str
) -> Found:
    """Write the look-up down, then say what the source holds.

    Refuses what desk_of refuses, NotLost, SourceForbidden, NoSuchLocate and ResultFirst.
    """
    desk = desk_of(actor=actor, scope=scope, now=now, case=case)
    known = locate_sources()
    if source in known.forbidden:
        raise SourceForbidden(source=source)
    for given, allowed in ((source, known.allowed), (purpose, known.purposes)):
        if given not in allowed:
            raise NoSuchLocate(given=given, allowed=", ".join(allowed))
    why = lost_by(desk)
    if not why:
        raise NotLost(case=case)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case)
        waiting = without_result(actor=actor)
        if waiting is not None:
            raise ResultFirst(case=waiting.case_id, look_up=waiting.pk)
        row = LookUp.objects.create(
            case=desk.case, source=source, purpose=purpose, lost_by=why, at=now,
            by_id=actor.staff, by_label=actor.label,
        )  # fmt: skip
        append(
            stream=stream_of(desk.case.lender_id), verb="locate.look_up", subject=f"case:{case}",
            actor=actor, at=now, lender=desk.case.lender_id, day=desk.day,
            figures={"look_up": row.pk, "source": source, "purpose": purpose, "lost_by": why},
        )  # fmt: skip
    return Found(row, _held(desk, known.allowed[source].shows))


def record_result(
    *,
    actor: Actor,
    now: datetime,
    look_up: int,
    result: str,
    words: str = "",
    number: NumberTold | None = None,
) -> LookUpResult:
    """What the look-up came to, and the number it found; said twice, it is kept once.

    Refuses NotPermitted, NoSuchLocate, ResultNeedsWords, NoteWording for the words, and what
    enter_found refuses.
    """
    day = now.astimezone(BEIJING).date()
    results = locate_sources().results
    with transaction.atomic():
        row = (
            LookUp.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(pk=look_up, by=actor.staff)
            .first()
        )
        if row is None:
            require(actor, "note.write", day=day)
            raise NoSuchLocate(given=look_up, allowed="—")
        case = row.case
        require(
            actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
            holder=case.holder_id,
        )  # fmt: skip
        if result not in results:
            raise NoSuchLocate(given=result, allowed=", ".join(results))
        kept = LookUpResult.objects.filter(look_up=row).first()
        if kept is not None:
            return kept
        if results[result].needs_words and len(words.strip()) < LEAST_WORDS:
            raise ResultNeedsWords(least=LEAST_WORDS)
        note: Note | None = None
        if words.strip():
            said = Said(channel="none", summary=words)
            note = write_note(actor=actor, now=now, case=case.pk, said=said)
        kept = LookUpResult.objects.create(look_up=row, result=result, note=note, at=now)
        if number is not None and results[result].enters == "phone":
            enter_found(actor=actor, now=now, look_up=row, told=number)
        append(
            stream=stream_of(case.lender_id), verb="locate.result", subject=f"case:{case.pk}",
            actor=actor, at=now, lender=case.lender_id, day=day,
            figures={"look_up": row.pk, "result": result},
        )  # fmt: skip
    return kept


def without_result(*, actor: Actor) -> LookUp | None:
    """The actor's look-up whose result is not recorded yet."""
    return LookUp.objects.filter(by=actor.staff, result=None).order_by("pk").first()


def _held(desk: Desk, shows: str) -> list[Line]:
    if shows == "contacts":
        return _contacts(desk)
    if shows == "history":
        return _history(desk)
    return _replies(desk) if shows == "replies" else []


def _contacts(desk: Desk) -> list[Line]:
    """The borrower's own numbers and addresses, those that were replaced too; masked."""
    rows = Contact.objects.filter(
        borrower__party=desk.case.party_id, borrower__lender=desk.case.lender_id, role="self"
    ).select_related("entered")
    lines = []
    for row in rows.order_by("-entered", "-pk")[:MOST_ROWS]:
        on = row.entered.recorded_at.astimezone(BEIJING).date()
        old = "old_" if row.replaced_id else ""
        for kind, sealed, mask in (
            ("phone", row.phone_sealed, mask_phone),
            ("address", row.address_sealed, mask_address),
        ):
            if sealed is not None:
                column = f"{kind}_sealed"
                text = open_sealed(sealed, table="book_contact", column=column, row=row.pk)
                lines.append(Line(old + kind, mask(text), on, row.source, row.legal_basis))
    return lines


def _history(desk: Desk) -> list[Line]:
    """When the borrower was last spoken with, and by which channel."""
    rows = Outcome.objects.filter(permit__party=desk.case.party_id, answered=True)
    found = rows.select_related("permit").order_by("-at")[:MOST_ROWS]
    return [
        Line(f"answered_{row.permit.channel}", f"{at:%H:%M}", at.date())
        for row in found
        for at in (row.at.astimezone(BEIJING),)
    ]


def _replies(desk: Desk) -> list[Line]:
    """What the borrower wrote back or told of how to be reached."""
    lines = [
        Line(
            "reply",
            open_sealed(row.text_sealed, table="outreach_reply", column="text_sealed", row=row.pk),
            row.at.astimezone(BEIJING).date(),
        )
        for row in Reply.objects.filter(case=desk.case).order_by("-pk")[:MOST_ROWS]
        if row.text_sealed is not None
    ]
    lines += [
        Line("told", told.text["words"], told.note.at.astimezone(BEIJING).date())
        for told in desk.past.notes
        if told.note.case_code in TOLD_BY_BORROWER and told.text.get("words")
    ]
    return sorted(lines, key=lambda line: line.on, reverse=True)
