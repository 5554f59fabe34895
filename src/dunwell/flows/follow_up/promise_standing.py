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
    made = defaultdict(list)
    rows = Promise.objects.filter(case_id__in=cases, made_at__lte=at).order_by("pk")
    for row in rows.select_related("rescheduled_as").prefetch_related("loans"):
        made[row.case_id].append(promised(row, at=at))
    owners = {
        case.pk: (case.party_id, case.lender_id)
        for case in Case.objects.filter(pk__in=list(made)).only("party_id", "lender_id")
    }
    money = money_of(set(owners.values()), recordings)
    return {
        case: settle(promises=promises, money=money[owners[case]], day=day)
        for case, promises in made.items()
    }


def promised(row: Promise, *, at: datetime) -> Promised:
    """The core's record of a promise as known at `at`; `loans` are expected prefetched."""
    moved = getattr(row, "rescheduled_as", None)
    return Promised(
        key=row.pk,
        made_on=row.made_on,
        due_on=row.due_on,
        amount_fen=row.amount_fen,
        terms=PromiseTerms(kept_share_ppm=row.kept_share_ppm, grace_days=row.grace_days),
        loans=frozenset(loan.pk for loan in row.loans.all()),
        came_before_fen=row.came_before_fen,
        rescheduled_on=moved.made_on if moved is not None and moved.made_at <= at else None,
        reschedules=row.reschedules_id,
    )


def came_on(*, case: Case, loans: Iterable[int], day: date) -> int:
    """Money dated `day` that is on the book now, on these loans (none: on any of the case)."""
    wanted = frozenset(loans)
    money = money_of({(case.party_id, case.lender_id)}, None)[case.party_id, case.lender_id]
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
    owners: Collection[tuple[int, int]], recordings: Mapping[int, int] | None
) -> defaultdict[tuple[int, int], list[Money]]:
    """Every payment of these borrowers with what was taken back of it."""
    found: defaultdict[tuple[int, int], list[Money]] = defaultdict(list)
    for lender in sorted({lender for _, lender in owners}):
        parties = {party for party, of in owners if of == lender}
        loans = Loan.objects.filter(lender_id=lender, borrower__party_id__in=parties)
        party_of = dict(loans.values_list("pk", "borrower__party_id"))
        recording = None if recordings is None else recordings.get(lender, 0)
        rows = Payment.objects.filter(loan_id__in=list(party_of)).order_by("pk")
        for each in _payments(list(known(rows, recording=recording))):
            found[party_of[each.loan], lender].append(each)
    return found


def _payments(rows: Sequence[Payment]) -> list[Money]:
    undone: defaultdict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
    for row in rows:
        if row.reverses:
            undone[row.loan_id, row.reverses].append((row.paid_on, row.amount_fen))
    return [
        Money(
            key=f"{row.loan_id}:{row.payment_no}",
            loan=row.loan_id,
            paid_on=row.paid_on,
            amount_fen=row.amount_fen,
            undone=tuple(sorted(undone[row.loan_id, row.payment_no])),
        )
        for row in rows
        if not row.reverses
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
