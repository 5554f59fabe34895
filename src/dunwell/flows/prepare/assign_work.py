"""Sharing the work of a day: who gets which act from whom, shown first, then written.

Called by `dunwell work assign`, the supervisor's board and the day run (assign_in_run, in
its own transaction). A case without a decision gets no work. Doing a day again changes
nothing; what a person placed, works on or has done stays. One transaction, one journal row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from dunwell.core.assign.day import plan_day
from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.work_changes import (
    Changes,
    Move,
    PersonWork,
    by_action,
    changes_of,
    moves_of,
    people_of,
)
from dunwell.flows.prepare.work_facts import due_facts, hands_on, messages_taken
from dunwell.store.book.recording import lock_book
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.documents import in_force
from dunwell.store.policy.house import parameter
from dunwell.store.runs.models import Run
from dunwell.store.work.due import undecided
from dunwell.store.work.models import HandOver, WorkDay
from dunwell.store.work.standing import open_items
from dunwell.store.work.writing import change_items, drop_items, hand_over, put_items


class DayNotCome(Refusal):
    """Work of a day to come would change hands now. Figures: day, today."""

    code = "WORK-DAY-NOT-COME"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What sharing the day does, or would do: counts, prices, value and bound, by person."""

    lender: int
    day: date
    preview: bool
    counts: dict[str, int]
    acts: dict[str, int]
    waiting: dict[str, int]
    """Due, but no room was worth it: by the act of the step."""
    limits: dict[str, tuple[int, int, int]]
    """Room, used, and fen that one more is worth."""
    value_fen: int
    bound_fen: int
    spread: dict[str, Any]
    left_out: dict[str, int]
    people: list[PersonWork]


def assign_work(
    *, actor: Actor, lender: Lender, day: date, now: datetime, preview: bool, ahead: bool = False
) -> Assigned:
    """Share the lender's work of `day`; with `preview` only tell what it would change.

    Sharing moves cases from hand to hand at once: the work of a day to come is shared only
    where `ahead` says that this is meant. Refuses NotPermitted, DayNotCome, and what reading
    the policy refuses.
    """
    require(actor, "case.assign", day=day, lender=lender.pk)
    if preview:
        return _share(actor, lender, day, now, run=None, write=False)
    today = now.astimezone(BEIJING).date()
    if day > today and not ahead:
        raise DayNotCome(day=day, today=today)
    with transaction.atomic():
        return _share(actor, lender, day, now, run=None, write=True)


def assign_in_run(*, actor: Actor, run: Run, day: date, now: datetime) -> list[Assigned]:
    """Share the work of every lender inside the day run's own transaction, after deciding."""
    return [
        _share(actor, lender, day, now, run=run, write=True)
        for lender in Lender.objects.order_by("pk")
    ]


def _share(
    actor: Actor, lender: Lender, day: date, now: datetime, *, run: Run | None, write: bool
) -> Assigned:
    if write:
        lock_book(lender=lender)
    document = in_force(kind="gains", lender=lender.pk, day=day)
    table = parse_document("gains", document.text, file=f"gains/{document.name}.yaml")
    facts = due_facts(lender=lender.pk, day=day, at=now, table=table)
    hands, left_out = hands_on(lender=lender.pk, day=day, at=now)
    most = parameter("work.sms_most_per_day", lender=lender.pk, day=day)
    sms_most = max(0, most - messages_taken(lender=lender.pk, day=day))
    plan = plan_day(due=facts.due, hands=hands, table=table, sms_most=sms_most)
    changes = changes_of(facts.due, plan, open_items(lender=lender.pk, day=day))
    moves = moves_of(facts.due, plan, {hand.staff for hand in hands})
    told = Assigned(
        lender=lender.pk,
        day=day,
        preview=not write,
        counts={
            "due": len(facts.due.case),
            "undecided": undecided(lender=lender.pk),
            "blocked": facts.blocked,
            "without_hand": plan.without_hand,
            "hands": len(hands),
            "new": len(changes.new),
            "changed": len(changes.changed),
            "gone": len(changes.gone),
            "unchanged": changes.unchanged,
            "hand_overs": len(moves),
        },
        acts=by_action(plan.action, plan.action > 0),
        waiting=by_action(facts.due.action, (plan.action == 0) & ~facts.due.blocked),
        limits=dict(plan.limits),
        value_fen=plan.value_fen,
        bound_fen=plan.bound_fen,
        spread={
            name: {"before": asdict(plan.before[name]), "after": asdict(after)}
            for name, after in plan.after.items()
        },
        left_out=left_out,
        people=people_of(plan, changes.before, moves),
    )
    if write:
        teams = {hand.staff: min(hand.teams) for hand in hands if len(hand.teams) == 1}
        _write(actor, lender, now, run, told, changes, moves, teams, document.hash)
    return told


def _write(
    actor: Actor,
    lender: Lender,
    now: datetime,
    run: Run | None,
    told: Assigned,
    changes: Changes,
    moves: list[Move],
    teams: Mapping[int, int],
    gains_hash: str,
) -> None:
    day = told.day
    drop_items(numbers=changes.gone)
    change_items(day=day.isoformat(), rows=changes.changed)
    put_items(lender=lender.pk, day=day.isoformat(), rows=changes.new)
    at = str(connection.ops.adapt_datetimefield_value(now))
    kind = HandOver.Kind.ASSIGNED.value
    hand_over(
        rows=[
            (case, day.isoformat(), kind, giver, taker, why, at, actor.staff, actor.label,
             teams.get(taker))
            for case, giver, taker, why in moves
        ]
    )  # fmt: skip
    WorkDay.objects.update_or_create(
        lender=lender,
        day=day,
        defaults={
            "at": now,
            "by_label": actor.label,
            "run": run,
            "gains_hash": gains_hash,
            "limits": {name: list(each) for name, each in told.limits.items()},
            "value_fen": told.value_fen,
            "bound_fen": told.bound_fen,
            "counts": {**told.counts, "acts": told.acts, "waiting": told.waiting},
            "spread": told.spread,
        },
    )
    append(
        stream=stream_of(lender.pk),
        verb="work.assign",
        subject=f"work-day:{day.isoformat()}",
        actor=actor,
        at=now,
        lender=lender.pk,
        day=day,
        figures={**told.counts, "value_fen": told.value_fen, "bound_fen": told.bound_fen},
    )
