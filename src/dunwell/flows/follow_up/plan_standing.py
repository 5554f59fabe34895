"""How the plans of cases go, from the payments on the book; kept beside where it changed.

Called by the day run, by every payment and reversal, and for a past decision made again. A
plan counts the money that came onto the book after it was agreed, on any loan of the case,
whatever day it is dated (not before the plan's own). A plan another one has followed is over.
Nobody types a state. Amounts are fen, days dates of Beijing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Min

from dunwell.core.plan import Line, PlanStanding, plan_standing
from dunwell.store.book.facts import known
from dunwell.store.book.models import Loan, Payment
from dunwell.store.promises.models import Plan, PlanEvent, PlanState

_CASES_AT_ONCE = 500
GOING = frozenset({"going", "late"})
OVER = frozenset({"broken", "done"})


@dataclass(frozen=True, slots=True)
class Going:
    """A plan with its lines, and how it stands."""

    plan: Plan
    lines: tuple[Line, ...]
    standing: PlanStanding


@dataclass(slots=True)
class PlansNow:
    """What settling did: how many plans came to each state, and whose relief is to be booked."""

    changed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def settle_plans(*, cases: Collection[int] | None, day: date, at: datetime) -> PlansNow:
    """Bring the states of these cases' plans to `day`; None: of every case with one.

    Runs in the caller's transaction. Only states that changed are written, each with an event.
    """
    done = PlansNow()
    rows = PlanState.objects.all() if cases is None else PlanState.objects.filter(case__in=cases)
    wanted = sorted(set(rows.values_list("case_id", flat=True)))
    for start in range(0, len(wanted), _CASES_AT_ONCE):
        found = plans_of(cases=wanted[start : start + _CASES_AT_ONCE], day=day, at=at)
        _keep([each for plans in found.values() for each in plans], day, done)
    return done


def plans_of(
    *,
    cases: Collection[int],
    day: date,
    at: datetime,
    recordings: Mapping[int, int] | None = None,
) -> dict[int, tuple[Going, ...]]:
    """How every plan of these cases stands at the end of `day`, as known at `at`, oldest first.

    `recordings` is the newest recording known of each lender's book; None reads what counts
    now. Cases without plans are not among the answers.
    """
    found: dict[int, tuple[Going, ...]] = {}
    made: defaultdict[int, list[Plan]] = defaultdict(list)
    rows = Plan.objects.filter(case__in=cases, agreed_at__lte=at, agreed_on__lte=day)
    for row in rows.select_related("case").prefetch_related("lines").order_by("pk"):
        made[row.case_id].append(row)
    paid = _paid([plans[0] for plans in made.values()], recordings)
    for case, plans in made.items():
        followers: list[Plan | None] = [*plans[1:], None]
        found[case] = tuple(
            _going(plan, follower, paid[case], day)
            for plan, follower in zip(plans, followers, strict=True)
        )
    return found


def lines_of(plan: Plan) -> tuple[Line, ...]:
    """The installments of a plan in order."""
    ordered = sorted(plan.lines.all(), key=lambda line: line.seq)
    return tuple(Line(line.seq, line.due_on, line.amount_fen) for line in ordered)


@dataclass(frozen=True, slots=True)
class _Came:
    """Money with its sign, its day, and the moment its number was first on the book."""

    at: datetime
    on: date
    fen: int


def _paid(
    firsts: Iterable[Plan], recordings: Mapping[int, int] | None
) -> defaultdict[int, list[_Came]]:
    """Money on the loans of each case that came onto the book since its first plan."""
    owners = {(plan.case.party_id, plan.case.lender_id): plan for plan in firsts}
    found: defaultdict[int, list[_Came]] = defaultdict(list)
    for lender in sorted({lender for _, lender in owners}):
        parties = [party for party, of in owners if of == lender]
        loans = Loan.objects.filter(lender=lender, borrower__party__in=parties)
        party_of = dict(loans.values_list("pk", "borrower__party_id"))
        rows = Payment.objects.filter(loan__in=list(party_of))
        # The first version says when the money came: a corrected row is no new money.
        first_at = {
            (loan, number): moment
            for loan, number, moment in rows.order_by()
            .values_list("loan_id", "payment_no")
            .annotate(first_at=Min("entered__recorded_at"))
        }
        recording = None if recordings is None else recordings.get(lender, 0)
        for row in known(rows.order_by("pk"), recording=recording):
            plan = owners[party_of[row.loan_id], lender]
            moment = first_at[row.loan_id, row.payment_no]
            undone = first_at.get((row.loan_id, row.reverses)) if row.reverses else None
            if moment <= plan.agreed_at:
                continue
            fen = -row.amount_fen if row.reverses else row.amount_fen
            # What is taken back of money from before the plan was never on it.
            came_at = moment if undone is None else undone
            found[plan.case_id].append(_Came(came_at, row.paid_on, fen))
    return found


def _going(plan: Plan, follower: Plan | None, came: Sequence[_Came], day: date) -> Going:
    counted = [
        (max(each.on, plan.agreed_on), each.fen) for each in came if each.at > plan.agreed_at
    ]
    lines = lines_of(plan)
    standing = plan_standing(
        lines=lines,
        paid=counted,
        breaks_after_days=plan.breaks_after_days,
        watch_days=plan.watch_days,
        day=day,
    )
    if follower is not None and standing.state in GOING:
        standing = replace(standing, state="broken", next_due_on=None, ended_on=follower.agreed_on)
    return Going(plan, lines, standing)


def _keep(found: Sequence[Going], day: date, done: PlansNow) -> None:
    """Write what differs from what is kept; a new state is an event."""
    kept = PlanState.objects.in_bulk([each.plan.pk for each in found])
    changed: list[PlanState] = []
    events: list[PlanEvent] = []
    for each in found:
        row = kept[each.plan.pk]
        if row.as_of > day:
            continue  # a day that is run late says nothing about what is known of a later one
        figures = figures_of(each.standing)
        if all(getattr(row, name) == value for name, value in figures.items()):
            continue
        before = row.state
        for name, value in {**figures, "as_of": day}.items():
            setattr(row, name, value)
        changed.append(row)
        if row.state != before:
            done.changed[row.state] += 1
            told = {"paid_fen": row.paid_fen, "left_fen": row.left_fen, "before": before}
            events.append(PlanEvent(plan_id=row.pk, day=day, kind=row.state, figures=told))
    # Those that end first: only one plan of a case goes at a time.
    changed.sort(key=lambda row: row.state in GOING)
    PlanState.objects.bulk_update(changed, [*STATED, "as_of"], batch_size=200)
    PlanEvent.objects.bulk_create(events, batch_size=500)


STATED = ("state", "paid_fen", "left_fen", "past_due_days", "next_due_on", "ended_on")
"""What a kept state says of a plan, by the names of core.plan.PlanStanding."""


def figures_of(standing: PlanStanding) -> dict[str, object]:
    """A standing as it is kept."""
    return {name: getattr(standing, name) for name in STATED}
