"""The sharing of a day shown before it is written: beside it what each person has now.

Called by the page of assignment. What is written is what was shown: the mark of a preview
names all its figures, and a commit whose figures differ is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.assign_work import Assigned, assign_work
from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import Actor
from dunwell.store.work.standing import open_items


class PreviewIsOld(Refusal):
    """Something changed since the preview was shown. Figures: day."""

    code = "WORK-PREVIEW-OLD"


@dataclass(frozen=True, slots=True)
class Preview:
    """What sharing the day would do, what stands now, and the mark by which it is written."""

    told: Assigned
    mark: str
    people: dict[int, Staff]
    now_fen: dict[int | None, int]
    """Expected gain of the items that may still change, by person; None: the system's."""


def assign_preview(*, actor: Actor, lender: Lender, day: date, now: datetime) -> Preview:
    """What sharing the lender's `day` would change. Refuses what assign_work refuses."""
    told = assign_work(actor=actor, lender=lender, day=day, now=now, preview=True)
    now_fen: dict[int | None, int] = {}
    for item in open_items(lender=lender.pk, day=day).values():
        now_fen[item.staff] = now_fen.get(item.staff, 0) + item.gain_fen
    staff = [person.staff for person in told.people]
    return Preview(told, mark_of(told), Staff.objects.in_bulk(staff), now_fen)


def assign_as_shown(
    *, actor: Actor, lender: Lender, day: date, now: datetime, mark: str
) -> Assigned:
    """Share the day if it comes out as the preview of `mark` said.

    Refuses PreviewIsOld, with nothing written, and what assign_work refuses.
    """
    with transaction.atomic():
        told = assign_work(actor=actor, lender=lender, day=day, now=now, preview=False)
        if mark_of(told) != mark:
            raise PreviewIsOld(day=day.isoformat())
    return told


def mark_of(told: Assigned) -> str:
    """A name for everything that a preview showed."""
    figures = {**asdict(told), "preview": False}
    text = json.dumps(figures, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
