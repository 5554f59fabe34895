"""All features of one borrower on a day: the meaning, which the kernel in bulk is proved equal to.

Called by the case page, decisions about one case, and tests. A borrower is one party with
one lender. Loans disbursed after the day do not exist yet; loans that left the lender's
tape count in loans_total only. Amounts are whole fen, shares parts per million cut down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dunwell.core.ageing import AgeingTerms, LoanAge, age_loan
from dunwell.core.cases import LoanStanding, Marks, roll_up
from dunwell.core.features.asides import assets_on, contacts_on, promises_on, reason_on
from dunwell.core.features.catalogue import FIRST_DEFAULT_DAYS, LATE_DEPTHS
from dunwell.core.features.past import (
    Lateness,
    first_late_days,
    installments_fallen,
    last_dues,
    last_paid_on,
    late_times,
    lateness_of,
    most_late_days,
    part_payment_days,
)
from dunwell.core.features.records import Asides, BorrowerFeatures, LoanPast
from dunwell.core.features.windows import months_back


def features_of(
    *, loans: Sequence[LoanPast], asides: Asides, as_of: date, ageing_terms: AgeingTerms
) -> BorrowerFeatures:
    """The features of the borrower of `loans` on `as_of`, from facts dated up to and with it.

    Refuses what core.ageing refuses.
    """
    begun = [loan for loan in loans if loan.disbursed_on is None or loan.disbursed_on <= as_of]
    ours = [loan for loan in begun if loan.left_on is None or as_of < loan.left_on]
    ages = [age_loan(facts=loan.facts, as_of=as_of, terms=ageing_terms) for loan in ours]
    pasts = [lateness_of(loan.facts, as_of=as_of, terms=ageing_terms) for loan in ours]
    standing = roll_up([LoanStanding(age, Marks()) for age in ages], buckets=ageing_terms.buckets)
    past = [due for one in pasts for due in one]
    year = months_back(as_of, 12)
    promises = promises_on(asides.promises, as_of=as_of, window=year)
    contacts = contacts_on(asides.contacts, as_of=as_of)
    assets, asset_value_fen = assets_on(asides.assets, as_of=as_of)
    reason, days_since_reason = reason_on(asides.reasons, as_of=as_of)
    times = [late_times(past, year, least_days=depth) for depth in LATE_DEPTHS]
    return BorrowerFeatures(
        days_past_due=standing.days_past_due,
        delinquent_days=standing.delinquent_days,
        bucket=standing.bucket,
        held=standing.held,
        overdue_fen=standing.overdue_fen,
        outstanding_fen=standing.outstanding_fen,
        overdue_share_ppm=_share_ppm(standing.overdue_fen, standing.outstanding_fen) or 0,
        loans_total=len(begun),
        loans_overdue=standing.loans_overdue,
        max_past_due_days_6m=most_late_days(past, months_back(as_of, 6)),
        max_past_due_days_12m=most_late_days(past, year),
        max_past_due_days_24m=most_late_days(past, months_back(as_of, 24)),
        late_times_1d_12m=times[0],
        late_times_8d_12m=times[1],
        late_times_31d_12m=times[2],
        first_payment_default=_defaulted_first(ours, pasts),
        part_payments_12m=sum(
            len(part_payment_days(loan.facts, year, ageing_terms)) for loan in ours
        ),
        days_since_payment=_days_since_payment(ours, as_of),
        paid_share_last_3_dues_ppm=_paid_share_ppm(ages, ageing_terms),
        loan_age_days=_loan_age_days(ours, ages, as_of, ageing_terms),
        installments_due=sum(len(installments_fallen(age, terms=ageing_terms)) for age in ages),
        promises_kept_12m=promises.kept,
        promises_broken_12m=promises.broken,
        promise_state=promises.state,
        promise_due_in_days=promises.due_in_days,
        attempts_30d=contacts.attempts,
        answered_30d=contacts.answered,
        conversations_30d=contacts.conversations,
        failed_in_row=contacts.failed_in_row,
        days_since_conversation=contacts.days_since_conversation,
        reachability=contacts.reachability,
        asset_value_fen=asset_value_fen,
        assets=assets,
        monthly_income_fen=asides.monthly_income_fen,
        reason=reason,
        days_since_reason=days_since_reason,
    )


def _defaulted_first(loans: Sequence[LoanPast], pasts: Sequence[tuple[Lateness, ...]]) -> bool:
    return any(
        first_late_days(loan.facts, past) >= FIRST_DEFAULT_DAYS
        for loan, past in zip(loans, pasts, strict=True)
    )


def _days_since_payment(loans: Sequence[LoanPast], as_of: date) -> int | None:
    paid = [last_paid_on(loan.facts, as_of=as_of) for loan in loans]
    return min(((as_of - day).days for day in paid if day is not None), default=None)


def _paid_share_ppm(ages: Sequence[LoanAge], terms: AgeingTerms) -> int | None:
    dues = [last_dues(age, terms=terms) for age in ages]
    return _share_ppm(sum(one.paid_fen for one in dues), sum(one.owed_fen for one in dues))


def _loan_age_days(
    loans: Sequence[LoanPast], ages: Sequence[LoanAge], as_of: date, terms: AgeingTerms
) -> int | None:
    starts: list[date] = []
    for loan, age in zip(loans, ages, strict=True):
        fallen = [due.owed.due_date for due in installments_fallen(age, terms=terms)]
        starts += [loan.disbursed_on] if loan.disbursed_on else fallen[:1]
    return max(((as_of - start).days for start in starts), default=None)


def _share_ppm(part_fen: int, whole_fen: int) -> int | None:
    return part_fen * 1_000_000 // whole_fen if whole_fen else None
