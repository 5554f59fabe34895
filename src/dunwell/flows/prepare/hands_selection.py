"""One act on a selection of cases: moved to somebody, kept with the holder, taken back; and undone.

Called by the supervisor's page of hands. All of the selection or nothing; who is there
already is passed over. An undo is a further act, refused where a case changed hands since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from dunwell.core.assign.gain import MESSAGES
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.case_hands import (
    AlreadyThere,
    Moved,
    NoHolder,
    hold_case,
    move_case,
    recall_case,
)
from dunwell.flows.prepare.work_board import board_scope
from dunwell.store.cases.lists import CaseFilter, Page, page_of, visible_cases
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require
from dunwell.store.work.models import HandOver, Retention, WorkItem
from dunwell.store.work.standing import standing_retentions
from dunwell.store.work.writing import drop_items

MOST_AT_ONCE = 200

Act = Literal["move", "hold", "recall"]


class NothingChosen(Refusal):
    """A selection without cases, or with more than may be handed on at once. Figures: most."""

    code = "WORK-NOTHING-CHOSEN"


class ChangedSince(Refusal):
    """What is to be undone is not the last that happened to the case. Figures: case."""

    code = "WORK-CHANGED-SINCE"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a selection: to whom, or until when, and why."""

    act: Act
    why: str
    staff: int | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What was done, so that it can be undone, and how many cases were there already."""

    hand_overs: tuple[int, ...]
    retentions: tuple[int, ...]
    passed_over: int

    @property
    def count(self) -> int:
        """Cases on which something changed."""
        return len(self.hand_overs) + len(self.retentions)


@dataclass(frozen=True, slots=True)
class HandsPage:
    """A page of cases with today's item and the retention that stands, by case."""

    page: Page
    items: dict[int, WorkItem]
    retentions: dict[int, Retention]


def hands_page(
    *,
    actor: Actor,
    lender: Lender,
    day: date,
    wanted: CaseFilter,
    size: int,
    after: tuple[int, int] | None,
) -> HandsPage:
    """A page of the open cases the actor gives out, the largest first. Refuses NotPermitted."""
    scope = board_scope(actor=actor, lender=lender.pk, day=day)
    page = page_of(scope, wanted, order="amount", size=size, after=after)
    cases = [case.pk for case in page.cases]
    items = WorkItem.objects.filter(case__in=cases, day=day)
    retained = standing_retentions(day=day).filter(case__in=cases)
    return HandsPage(
        page=page,
        items={item.case_id: item for item in items},
        retentions={row.case_id: row for row in retained},
    )


def hand_on(
    *, actor: Actor, lender: Lender, day: date, now: datetime, cases: Collection[int], wish: Wish
) -> Handed:
    """Do one act with every case of a selection, or with none.

    Refuses NothingChosen, a case the actor does not give out (NotPermitted or NoSuchCase),
    and what move_case, hold_case and recall_case refuse of any of them. Cases that are
    there already are passed over; where all are, that refusal is told.
    """
    scope = board_scope(actor=actor, lender=lender.pk, day=day)
    seen = visible_cases(scope).filter(pk__in=cases).values_list("pk", flat=True)
    chosen = sorted(seen)
    if not chosen or len(cases) > MOST_AT_ONCE:
        raise NothingChosen(most=MOST_AT_ONCE)
    hand_overs, retentions, last = [], [], None
    with transaction.atomic():
        for case in chosen:
            try:
                done = _one(actor, day, now, case, wish)
            except (AlreadyThere, NoHolder) as there:
                last = there
                continue
            if isinstance(done, Retention):
                retentions.append(done.pk)
            else:
                hand_overs.append(done.hand_over.pk)
        if last is not None and not hand_overs and not retentions:
            raise last
    passed_over = len(chosen) - len(hand_overs) - len(retentions)
    return Handed(tuple(hand_overs), tuple(retentions), passed_over)


def undo_hands(*, actor: Actor, day: date, now: datetime, done: Handed, why: str) -> int:
    """Give every case back to where it was before; answers how many.

    Refuses NotPermitted, and ChangedSince where a case has changed hands again.
    """
    with transaction.atomic():
        for row in HandOver.objects.filter(pk__in=done.hand_overs).order_by("pk"):
            if HandOver.objects.filter(case=row.case_id, pk__gt=row.pk).exists():
                raise ChangedSince(case=row.case_id)
            _give_back(actor, day, now, row, why)
        kept = Retention.objects.filter(pk__in=done.retentions).select_related("case")
        for retention in kept.order_by("pk"):
            _end(actor, day, now, retention, why)
    return done.count


def _one(actor: Actor, day: date, now: datetime, case: int, wish: Wish) -> Moved | Retention:
    if wish.act == "recall":
        return recall_case(actor=actor, day=day, now=now, case=case, why=wish.why)
    if wish.act == "hold":
        return hold_case(
            actor=actor, day=day, now=now, case=case, until_on=wish.until_on or day, why=wish.why
        )
    return move_case(actor=actor, day=day, now=now, case=case, staff=wish.staff or 0, why=wish.why)


def _give_back(actor: Actor, day: date, now: datetime, row: HandOver, why: str) -> None:
    if row.from_staff_id is not None:
        move_case(actor=actor, day=day, now=now, case=row.case_id, staff=row.from_staff_id, why=why)
        return
    item = recall_case(actor=actor, day=day, now=now, case=row.case_id, why=why).item
    if item is None:
        return
    # It was in nobody's hands: a message is the system's again, other acts wait for sharing.
    if item.action in MESSAGES:
        item.staff, item.state, item.kept = None, WorkItem.State.OPEN, False
        item.save(update_fields=["staff", "state", "kept"])
    else:
        drop_items(numbers=[item.pk])


def _end(actor: Actor, day: date, now: datetime, row: Retention, why: str) -> None:
    case = row.case
    require(actor, "case.assign", day=day, lender=case.lender_id, team=case.team_id)
    if Retention.objects.filter(ends=row).exists():
        raise ChangedSince(case=case.pk)
    made = Retention.objects.create(
        case=case, staff_id=row.staff_id, from_on=row.from_on, until_on=row.until_on,
        why=why.strip(), at=now, by_id=actor.staff, by_label=actor.label, ends=row,
    )  # fmt: skip
    append(
        stream=stream_of(case.lender_id), verb="case.retain_ended", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, day=day, why=why.strip(),
        figures={"retention": row.pk, "ended_by": made.pk},
    )  # fmt: skip
