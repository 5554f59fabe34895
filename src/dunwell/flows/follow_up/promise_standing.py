"""How the promises of cases stand, from the payments on the book; kept beside where it changed.

Called by the day run, by every payment and reversal, when a promise is made or moved, and for
a past decision made again (`standing_of` with what was known then). Nobody types a state.
Amounts are fen, days dates of Beijing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from dunwell.core.permit import BEIJING
from dunwell.core.promise import UNSETTLED, Money, PromiseTerms, Settled, settle
from dunwell.core.promise import Promise as Promised
from dunwell.store.book.facts import known
from dunwell.store.book.models import Loan, Payment
from dunwell.store.cases.models import Case
from dunwell.store.promises.models import Promise, PromiseEvent, PromiseState

LOOK_BACK_DAYS = 120
"""A settled promise is looked at again for so long: a payment may be reversed after it."""
_CASES_AT_ONCE = 500


@dataclass(slots=True)
class SettledNow:
    """What settling did: the cases looked at, and how many promises came to each state."""

    cases: int = 0
    changed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def settle_promises(*, cases: Collection[int] | None, day: date, at: datetime) -> SettledNow:
    """Bring the states of these cases' promises to `day`; None: of every case with one.

    Runs in the caller's transaction. Only states that changed are written, each with an event;
    a second call with nothing new writes nothing.
    """
    done = SettledNow()
    wanted = sorted(_with_promises(cases, day))
    for start in range(0, len(wanted), _CASES_AT_ONCE):
        some = wanted[start : start + _CASES_AT_ONCE]
        found = standing_of(cases=some, day=day, at=at)
        done.cases += len(found)
        _keep([each for settled in found.values() for each in settled], day, done)
    return done


def standing_of(
    *,
    cases: Collection[int],
    day: date,
    at: datetime,
    recordings: Mapping[int, int] | None = None,
) -> dict[int, tuple[Settled, ...]]:
    """How every promise of these cases stands at the end of `day`, as known at `at`.

    `recordings` is the newest recording known of each lender's book; None reads what counts
    now. Cases without promises are not among the answers.
    """
    found: dict[int, tuple[Settled, ...]] = {}
    wanted = sorted(cases)
    for start in range(0, len(wanted), _CASES_AT_ONCE):
        found |= _standing_of(wanted[start : start + _CASES_AT_ONCE], day, at, recordings)
    return found


def _standing_of(
    cases: Sequence[int], day: date, at: datetime, recordings: Mapping[int, int] | None
) -> dict[int, tuple[Settled, ...]]:
    made, owners = _made(cases, at)
    if not made:
        return {}
    since = min(each.made_on for promises in made.values() for each in promises)
    money = money_of(set(owners.values()), recordings, since=since)
    return {
        case: settle(promises=promises, money=money[owners[case]], day=day)
        for case, promises in made.items()
    }


def _made(
    cases: Sequence[int], at: datetime
) -> tuple[dict[int, list[Promised]], dict[int, tuple[int, int]]]:
    """The promises of these cases as known at `at`, and party and lender of each case.

    Plain rows: the day run reads every promise of the book.
    """
    rows: list[tuple[Any, ...]] = list(
        Promise.objects.filter(case_id__in=cases, made_at__lte=at)
        .order_by("pk")
        .values_list(
            "pk", "case_id", "case__party_id", "case__lender_id", "made_on", "due_on",
            "amount_fen", "kept_share_ppm", "grace_days", "came_before_fen", "reschedules_id",
            "rescheduled_as__made_on", "rescheduled_as__made_at",
        )
    )  # fmt: skip
    loans: defaultdict[int, set[int]] = defaultdict(set)
    named = Promise.loans.through.objects.filter(promise__case_id__in=cases)
    for promise, loan in named.values_list("promise_id", "loan_id"):
        loans[promise].add(loan)
    made: defaultdict[int, list[Promised]] = defaultdict(list)
    owners: dict[int, tuple[int, int]] = {}
    for row in rows:
        (
            key,
            case,
            party,
            lender,
            made_on,
            due_on,
            fen,
            share,
            grace,
            before,
            moves,
            on,
            moved_at,
        ) = row
        owners[case] = (party, lender)
        made[case].append(
            Promised(
                key=key,
                made_on=made_on,
                due_on=due_on,
                amount_fen=fen,
                terms=PromiseTerms(kept_share_ppm=share, grace_days=grace),
                loans=frozenset(loans.get(key, ())),
                came_before_fen=before,
                rescheduled_on=on if moved_at is not None and moved_at <= at else None,
                reschedules=moves,
            )
        )
    return dict(made), owners


def note_call(*, case: int, day: date) -> None:
    """Somebody spoke with the borrower: promises that were not kept have been asked after."""
    rows = PromiseState.objects.filter(promise__case=case, called_on=None, settled_on__lte=day)
    rows.filter(state__in=("broken", "part_kept")).update(called_on=day)


def came_on(*, case: Case, loans: Iterable[int], day: date) -> int:
    """Money dated `day` that is on the book now, on these loans (none: on any of the case)."""
    wanted = frozenset(loans)
    owner = (case.party_id, case.lender_id)
    money = money_of({owner}, None, since=day)[owner]
    return sum(
        each.left_fen(day)
        for each in money
        if each.paid_on == day and (not wanted or each.loan in wanted)
    )


def _with_promises(cases: Collection[int] | None, day: date) -> set[int]:
    """The cases that have a promise whose answer may still change."""
    since = day - timedelta(days=LOOK_BACK_DAYS)
    rows = Promise.objects.filter(
        Q(state=None) | Q(state__state__in=UNSETTLED) | Q(due_on__gte=since)
    )
    if cases is not None:
        rows = rows.filter(case_id__in=cases)
    return set(rows.values_list("case_id", flat=True))


def money_of(
    owners: Collection[tuple[int, int]], recordings: Mapping[int, int] | None, *, since: date
) -> defaultdict[tuple[int, int], list[Money]]:
    """Every payment of these borrowers dated `since` or later, with what was taken back of it."""
    found: defaultdict[tuple[int, int], list[Money]] = defaultdict(list)
    for lender in sorted({lender for _, lender in owners}):
        parties = {party for party, of in owners if of == lender}
        loans = Loan.objects.filter(lender_id=lender, borrower__party_id__in=parties)
        party_of = dict(loans.values_list("pk", "borrower__party_id"))
        recording = None if recordings is None else recordings.get(lender, 0)
        rows = Payment.objects.filter(loan_id__in=list(party_of), paid_on__gte=since)
        told = known(rows.order_by("pk"), recording=recording).values_list(
            # The key too: rows of a past recording are a union, which is ordered by it.
            "pk", "loan_id", "payment_no", "paid_on", "amount_fen", "reverses"
        )  # fmt: skip
        for each in _payments(list(told)):
            found[party_of[each.loan], lender].append(each)
    return found


def _payments(rows: Sequence[tuple[int, int, str, date, int, str]]) -> list[Money]:
    undone: defaultdict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
    for _, loan, _, on, fen, reverses in rows:
        if reverses:
            undone[loan, reverses].append((on, fen))
    return [
        Money(f"{loan}:{number}", loan, on, fen, tuple(sorted(undone.get((loan, number), ()))))
        for _, loan, number, on, fen, reverses in rows
        if not reverses
    ]


def _keep(settled: Sequence[Settled], day: date, done: SettledNow) -> None:
    """Write what differs from what is kept; a new state is an event."""
    kept = PromiseState.objects.in_bulk([each.promise.key for each in settled])
    new: list[PromiseState] = []
    changed: list[PromiseState] = []
    events: list[PromiseEvent] = []
    for each in settled:
        row = kept.get(each.promise.key)
        figures = _figures(each)
        before = row.state if row else ""
        if row is not None and row.as_of > day:
            continue  # a day that is run late says nothing about what is known of a later one
        if row is None:
            new.append(PromiseState(promise_id=each.promise.key, as_of=day, **figures))
        elif any(getattr(row, name) != value for name, value in figures.items()):
            for name, value in {**figures, "as_of": day}.items():
                setattr(row, name, value)
            changed.append(row)
        if each.state != before:
            done.changed[each.state] += 1
            told = {"paid_fen": each.paid_fen, "before": before}
            events.append(
                PromiseEvent(promise_id=each.promise.key, day=day, kind=each.state, figures=told)
            )
    PromiseState.objects.bulk_create(new, batch_size=500)
    PromiseState.objects.bulk_update(changed, [*_STATED, "as_of"], batch_size=200)
    PromiseEvent.objects.bulk_create(events, batch_size=500)


_STATED = (
    "state",
    "strict",
    "paid_fen",
    "strict_paid_fen",
    "due_on",
    "last_on",
    "settled_on",
)


def _figures(each: Settled) -> dict[str, object]:
    return {
        "state": each.state,
        "strict": each.strict,
        "paid_fen": each.paid_fen,
        "strict_paid_fen": each.strict_paid_fen,
        "due_on": each.promise.due_on,
        "last_on": each.promise.last_on,
        "settled_on": each.settled_on,
    }


def day_of(moment: datetime) -> date:
    """The day of Beijing a moment falls on."""
    return moment.astimezone(BEIJING).date()
