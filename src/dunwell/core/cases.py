"""Cases: when a borrower's overdue loans are one case, what moved it, and why.

`roll_up` makes one standing of all loans of a party with a lender (归户), `move_of`
decides what that does to the case. Called by the flows that re-age a loan at
once; the day run does the same for the whole book in SQL (bulk.rollup), proved
equal. Amounts are whole fen. Rule text: docs, day-run page.

A case opens when the worst loan has enough delinquent days and the sum is large
enough; it stays open until nothing is overdue, whatever its days, so that it does
not flap at the entry line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.core.ageing import CURRENT, Buckets, LoanAge, LoanFacts

Kind = Literal["opened", "reopened", "rolled", "eased", "closed"]
Why = Literal[
    "entry_met",  # late enough and large enough
    "days_passed",  # nothing happened but time
    "paid",
    "waived",
    "written_off",
    "left_tape",  # the lender's tape no longer names the loan
    "money_taken_back",  # a payment was reversed or refunded
    "paused",  # more days are excluded: a hold or grace
    "unpaused",  # fewer days are excluded
    "book_changed",  # another schedule, another loan, a correction
]
KINDS: tuple[Kind, ...] = ("opened", "reopened", "rolled", "eased", "closed")


@dataclass(frozen=True, slots=True)
class EntryTerms:
    """From when a borrower is a case: days of the worst loan, fen of all loans together."""

    least_days: int = 1
    least_overdue_fen: int = 1


@dataclass(frozen=True, slots=True)
class Marks:
    """What has counted so far: money received less taken back, lowered sums, loans that left."""

    paid_fen: int = 0
    waived_fen: int = 0
    written_off_fen: int = 0
    loans_left: int = 0

    def since(self, earlier: Marks) -> Marks:
        """What was added after `earlier`; negative where it was taken back."""
        return Marks(
            paid_fen=self.paid_fen - earlier.paid_fen,
            waived_fen=self.waived_fen - earlier.waived_fen,
            written_off_fen=self.written_off_fen - earlier.written_off_fen,
            loans_left=self.loans_left - earlier.loans_left,
        )


@dataclass(frozen=True, slots=True)
class LoanStanding:
    """One loan on a day: its age, what has counted on it, whether it left the lender's tape."""

    age: LoanAge
    marks: Marks


@dataclass(frozen=True, slots=True)
class Standing:
    """All loans of one party with one lender on a day. Loans that left count in loans_total only.

    `held`: every overdue loan is held.
    """

    bucket: str
    days_past_due: int
    delinquent_days: int
    oldest_unpaid_due_date: date | None
    overdue_principal_fen: int
    overdue_interest_fen: int
    overdue_fee_fen: int
    overdue_penalty_fen: int
    overdue_fen: int
    outstanding_fen: int
    loans_total: int
    loans_overdue: int
    held: bool
    marks: Marks


@dataclass(frozen=True, slots=True)
class CaseBefore:
    """What a case was when it last changed, and the marks of its last move."""

    is_open: bool
    as_of: date
    bucket: str
    days_past_due: int
    delinquent_days: int
    overdue_fen: int
    marks: Marks


@dataclass(frozen=True, slots=True)
class Move:
    """What a day did to a case, why, and what counted since its last move."""

    kind: Kind
    why: Why
    from_bucket: str
    to_bucket: str
    since: Marks


def marks_of(facts: LoanFacts, *, as_of: date, left: bool) -> Marks:
    """What has counted on one loan up to and with `as_of`."""
    received = sum(
        row.amount_fen if row.reverses is None else -row.amount_fen
        for row in facts.payments
        if row.paid_on <= as_of
    )
    counted = {"refund": 0, "waiver": 0, "write_off": 0}
    for row in facts.adjustments:
        if row.effective_on <= as_of and row.kind in counted:
            counted[row.kind] += row.amount_fen
    return Marks(
        paid_fen=received - counted["refund"],
        waived_fen=counted["waiver"],
        written_off_fen=counted["write_off"],
        loans_left=int(left),
    )


def roll_up(loans: Sequence[LoanStanding], *, buckets: Buckets) -> Standing:
    """The standing of a borrower: worst days, worst bucket, sums of all loans still with us."""
    ages = [loan.age for loan in loans if not loan.marks.loans_left]
    overdue = [age for age in ages if age.overdue_fen]
    unpaid_since = [age.oldest_unpaid_due_date for age in ages if age.oldest_unpaid_due_date]
    return Standing(
        bucket=max((age.bucket for age in ages), key=_rank_in(buckets), default=CURRENT),
        days_past_due=max((age.days_past_due for age in ages), default=0),
        delinquent_days=max((age.delinquent_days for age in ages), default=0),
        oldest_unpaid_due_date=min(unpaid_since, default=None),
        overdue_principal_fen=sum(age.overdue_principal_fen for age in ages),
        overdue_interest_fen=sum(age.overdue_interest_fen for age in ages),
        overdue_fee_fen=sum(age.overdue_fee_fen for age in ages),
        overdue_penalty_fen=sum(age.overdue_penalty_fen for age in ages),
        overdue_fen=sum(age.overdue_fen for age in ages),
        outstanding_fen=sum(age.outstanding_fen for age in ages),
        loans_total=len(loans),
        loans_overdue=len(overdue),
        held=bool(overdue) and all(age.held for age in overdue),
        marks=Marks(
            paid_fen=sum(loan.marks.paid_fen for loan in loans),
            waived_fen=sum(loan.marks.waived_fen for loan in loans),
            written_off_fen=sum(loan.marks.written_off_fen for loan in loans),
            loans_left=sum(loan.marks.loans_left for loan in loans),
        ),
    )


def move_of(
    *,
    before: CaseBefore | None,
    now: Standing,
    day: date,
    entry: EntryTerms,
    buckets: Buckets,
) -> Move | None:
    """What `day` does to the case of a borrower who stands as `now`; None when nothing moves.

    An open case closes when nothing is overdue, whatever its days; else it rolls or
    eases with its bucket. No case, or a closed one, opens when the entry terms are met.
    """
    since = now.marks.since(before.marks) if before else Marks()
    if before is None or not before.is_open:
        late_enough = now.delinquent_days >= entry.least_days
        if not (late_enough and now.overdue_fen >= max(1, entry.least_overdue_fen)):
            return None
        if before is None:
            return Move("opened", "entry_met", "", now.bucket, since)
        taken_back = since.paid_fen < 0
        why: Why = "money_taken_back" if taken_back else "entry_met"
        return Move("reopened", why, "", now.bucket, since)
    if now.overdue_fen == 0:
        return Move("closed", _why_better(before, now, since), before.bucket, CURRENT, since)
    rank = _rank_in(buckets)
    if rank(now.bucket) > rank(before.bucket):
        why = _why_worse(before, now, since, day)
        return Move("rolled", why, before.bucket, now.bucket, since)
    if rank(now.bucket) < rank(before.bucket):
        why = _why_better(before, now, since)
        return Move("eased", why, before.bucket, now.bucket, since)
    return None


def _why_better(before: CaseBefore, now: Standing, since: Marks) -> Why:
    if since.loans_left > 0:
        return "left_tape"
    largest = max(since.paid_fen, since.written_off_fen, since.waived_fen)
    if largest > 0:
        if since.paid_fen == largest:
            return "paid"
        return "written_off" if since.written_off_fen == largest else "waived"
    if now.overdue_fen and _pause(now) > _pause(before):
        return "paused"
    return "book_changed"


def _why_worse(before: CaseBefore, now: Standing, since: Marks, day: date) -> Why:
    if since.paid_fen < 0:
        return "money_taken_back"
    elapsed = (day - before.as_of).days
    past_due_more = now.days_past_due - before.days_past_due
    delinquent_more = now.delinquent_days - before.delinquent_days
    if past_due_more <= elapsed and delinquent_more <= elapsed:
        return "days_passed"
    return "unpaused" if _pause(now) < _pause(before) else "book_changed"


def _pause(standing: Standing | CaseBefore) -> int:
    return standing.days_past_due - standing.delinquent_days


def _rank_in(buckets: Buckets) -> Callable[[str], int]:
    """Buckets by how bad they are; `current` and names that are not known come first."""
    places = {bucket.name: place for place, bucket in enumerate(buckets.ranges, 1)}
    return lambda name: places.get(name, 0)
