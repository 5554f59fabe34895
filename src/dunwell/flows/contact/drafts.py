"""Drafts: a note being written is never lost, and becomes a note ten seconds after it is saved.

One draft per person and case, sealed like every personal text. Writing keeps it
(`keep_draft`), saving sets the clock (`save_draft`: everything a note must hold is checked
then), undoing stops it, `seal_due` files what is due: called by the worker and by the desk
before it shows anything. A draft that cannot be filed any more stays, and says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.note_refusals import DraftMoved, DraftSealed, NoSuchCase
from dunwell.flows.contact.notes import Said, check_draft, write_note
from dunwell.flows.follow_up.promises import Wanted
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Draft, Note
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, actor_of, require
from dunwell.store.vault import open_sealed, seal

UNDO_SECONDS = 10
"""How long a saved note may be taken back before it seals."""
_PLACE = {"table": "outreach_draft", "column": "body_sealed"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is now; `body` is what the desk wrote, by its own field names."""

    draft: Draft
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of one due draft: the note, or why it could not be filed."""

    case: int
    note: Note | None
    refusal: Refusal | None


def draft_of(*, actor: Actor, case: int) -> Kept | None:
    """The actor's own draft of the case, if there is one. Refuses nothing: it is one's own."""
    row = _mine(actor, case).first()
    return None if row is None else Kept(row, body_of(row))


def drafts_here(*, actor: Actor, case: int, now: datetime) -> tuple[Kept | None, Draft | None]:
    """The actor's own draft of the case, and the newest saved one that may still be undone."""
    assert actor.staff is not None  # machines write no drafts
    own = Draft.objects.filter(Q(case_id=case) | Q(seals_at__gt=now), staff_id=actor.staff)
    rows = list(own.order_by("pk"))
    here = next((Kept(row, body_of(row)) for row in rows if row.case_id == case), None)
    saved = [row for row in rows if row.seals_at is not None and row.seals_at > now]
    return here, max(saved, key=lambda row: (row.seals_at, row.pk), default=None)


def keep_draft(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    body: Mapping[str, Any],
    permit: int | None = None,
    version: int | None = None,
) -> Kept:
    """Keep what is written so far; the newest words win, unless `version` says they are older.

    Writing on stops the clock of a saved draft. Refuses NotPermitted, NoSuchCase, and
    DraftMoved where the draft has gone on elsewhere since `version`.
    """
    with transaction.atomic():
        _require(actor, now, case)
        row = _mine(actor, case).select_for_update().first()
        if row is None:
            assert actor.staff is not None
            row = Draft.objects.create(
                staff_id=actor.staff, case_id=case, permit_id=permit, updated_at=now, began_at=now
            )
        elif version is not None and version < row.version:
            raise DraftMoved(version=row.version)
        else:
            row.version += 1
        row.permit_id = permit if permit is not None else row.permit_id
        row.updated_at, row.seals_at = now, None
        row.body_sealed = seal(json.dumps(body, ensure_ascii=False), row=row.pk, **_PLACE)
        row.save()
    return Kept(row, dict(body))


def save_draft(*, actor: Actor, now: datetime, case: int, said: Said, permit: int | None) -> Kept:
    """Check the note whole and set its clock: it seals in ten seconds unless undone.

    Refuses what write_note refuses; then the draft stays as it was, unsaved.
    """
    with transaction.atomic():  # what the check undoes is a savepoint: see store.permits.statements
        check_draft(actor=actor, now=now, case=case, said=said, permit=permit)
        kept = keep_draft(actor=actor, now=now, case=case, body=_written(said), permit=permit)
        kept.draft.seals_at = now + timedelta(seconds=UNDO_SECONDS)
        kept.draft.save(update_fields=["seals_at"])
    return kept


def undo_save(*, actor: Actor, now: datetime, case: int) -> Kept:
    """Take a saved draft back into writing. Refuses DraftSealed once it is a note."""
    with transaction.atomic():
        row = _mine(actor, case).select_for_update().first()
        if row is None or row.seals_at is None or row.seals_at <= now:
            newest = Note.objects.filter(case_id=case, by_id=actor.staff).order_by("-pk").first()
            raise DraftSealed(note=newest.pk if newest else None)
        row.seals_at = None
        row.save(update_fields=["seals_at"])
    return Kept(row, body_of(row))


def drop_draft(*, actor: Actor, case: int) -> None:
    """Throw one's own draft away."""
    _mine(actor, case).delete()


def seal_due(*, now: datetime, staff: int | None = None) -> list[Sealed]:
    """File every draft whose ten seconds are over; of one person only where `staff` is given.

    Each in a transaction of its own, as of the moment it was saved: two who seal at once file
    it once. One that is refused by now stays as a draft, with its clock stopped.
    """
    due = Draft.objects.filter(seals_at__lte=now)
    if staff is not None:
        due = due.filter(staff_id=staff)
    return [
        done for pk in due.order_by("pk").values_list("pk", flat=True) if (done := _seal(pk, now))
    ]


def _seal(pk: int, now: datetime) -> Sealed | None:
    try:
        with transaction.atomic():
            row = Draft.objects.select_for_update().filter(pk=pk, seals_at__lte=now).first()
            if row is None or row.seals_at is None:
                return None
            writer = actor_of(Staff.objects.get(pk=row.staff_id))
            note = write_note(
                actor=writer,
                now=row.seals_at - timedelta(seconds=UNDO_SECONDS),
                case=row.case_id,
                said=_said(body_of(row)),
                permit=row.permit_id,
            )
            row.delete()
            return Sealed(note.case_id, note, None)
    except Refusal as refusal:
        Draft.objects.filter(pk=pk).update(seals_at=None)
        case = Draft.objects.filter(pk=pk).values_list("case_id", flat=True).first()
        return Sealed(case or 0, None, refusal)


def _mine(actor: Actor, case: int) -> QuerySet[Draft]:
    assert actor.staff is not None  # machines write no drafts
    return Draft.objects.filter(staff_id=actor.staff, case_id=case)


def _require(actor: Actor, now: datetime, case: int) -> None:
    day = now.astimezone(BEIJING).date()
    row = Case.objects.filter(pk=case).first()
    if row is None:
        require(actor, "note.write", day=day)
        raise NoSuchCase(case=case)
    require(
        actor, "note.write", day=day, lender=row.lender_id, team=row.team_id,
        holder=row.holder_id,
    )  # fmt: skip


def body_of(row: Draft) -> dict[str, Any]:
    """What stands in a draft, by the desk's own field names."""
    if row.body_sealed is None:
        return {}
    body: dict[str, Any] = json.loads(open_sealed(row.body_sealed, row=row.pk, **_PLACE))
    return body


def _written(said: Said) -> dict[str, Any]:
    """The note as plain data, days and moments as ISO text."""
    body = asdict(said) | {"closing": dict(said.closing)}
    if said.promise is not None:
        body["promise"] = asdict(said.promise) | {
            "loans": list(said.promise.loans),
            "due_on": said.promise.due_on.isoformat(),
        }
    for name in ("next_on", "next_at", "began_at"):
        body[name] = body[name].isoformat() if body[name] else None
    return body


def _said(body: Mapping[str, Any]) -> Said:
    promise = body.get("promise")
    told = dict(body)
    told["promise"] = (
        Wanted(**{**promise, "due_on": date.fromisoformat(promise["due_on"])}) if promise else None
    )
    told["next_on"] = date.fromisoformat(body["next_on"]) if body.get("next_on") else None
    for name in ("next_at", "began_at"):
        told[name] = datetime.fromisoformat(body[name]) if body.get(name) else None
    return Said(**told)
