"""Offers: the calculator's cards, gentlest first: relief before a longer term.

An offer is a relief and a schedule that together are the debt, to the fen. Each carries its
cost to the borrower, the all-in rate beside the cap of the contract (CN-M04), how hard it
presses, and how likely it must be kept to be worth more than what else would come in.
Called by the desk, the portal and the approval flow. Amounts are fen, rates ppm a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.core.plan.debt import Debt, PlanTerms, Relief, check_relief
from dunwell.core.plan.means import Means, Strain, strain_of
from dunwell.core.plan.refusals import NothingToPlan, TermTooLong
from dunwell.core.plan.schedule import Line, equal, payday_aligned, step_up

Shape = Literal["at_once", "equal", "step_up"]
STEP_UP_PPM = 200_000
"""Each installment of a step-up is a fifth above the one before."""
COUNTS = (3, 6, 9, 12)
_NO_RELIEF = Relief()


@dataclass(frozen=True, slots=True)
class Offer:
    """One card. lines + relief = the debt. `within_cap` of False may not be agreed."""

    shape: Shape
    relief: Relief
    lines: tuple[Line, ...]
    debt: Debt
    all_in_ppm: int
    within_cap: bool
    strain: Strain

    @property
    def pays_fen(self) -> int:
        """What the borrower pays in all."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def largest_fen(self) -> int:
        """The largest installment."""
        return max(line.amount_fen for line in self.lines)


def offers(
    *,
    debt: Debt,
    means: Means,
    terms: PlanTerms,
    today: date,
    payday: int | None,
    borrowed_days: int,
) -> tuple[Offer, ...]:
    """The cards for a debt, in order of how little they ask of the term.

    All of it at once; at once with relief; then installments, each with relief first. Longer
    ones only while a shorter one does not fit, never above the house's most installments, never
    with installments below its least. Refuses NothingToPlan for a debt of nothing.
    """
    if debt.total_fen <= 0:
        raise NothingToPlan(owed_fen=debt.total_fen, installments=0)
    full = _most_relief(debt, terms)
    reliefs = [_NO_RELIEF, Relief(full.penalty_fen, 0), full]
    days = payday_aligned(
        first_after=today, payday=payday or today.day, count=terms.most_installments
    )
    wanted: list[tuple[Shape, Relief, Sequence[date]]] = [
        ("at_once", relief, [days[0]]) for relief in _different(reliefs)
    ]
    for count in COUNTS:
        if count > terms.most_installments:
            break
        if debt.total_fen // count < terms.least_installment_fen:
            break
        for relief in _different([Relief(full.penalty_fen, 0), full]):
            wanted.append(("equal", relief, days[:count]))
        if count > COUNTS[0]:
            wanted.append(("step_up", full, days[:count]))
    made = [
        offer_of(
            shape=shape,
            relief=relief,
            days=on,
            debt=debt,
            means=means,
            terms=terms,
            borrowed_days=borrowed_days,
        )
        for shape, relief, on in wanted
    ]
    return _no_longer_than_needed(made)


def offer_of(
    *,
    shape: Shape,
    relief: Relief,
    days: Sequence[date],
    debt: Debt,
    means: Means,
    terms: PlanTerms,
    borrowed_days: int,
) -> Offer:
    """One card as wished: this relief, these days.

    Refuses NothingToPlan, ReliefTooLarge and TermTooLong. `borrowed_days` is for how long the
    debt's charges are, for the all-in rate: from the pay-out to the contract's last due or today.
    """
    if debt.total_fen <= 0 or not days:
        raise NothingToPlan(owed_fen=debt.total_fen, installments=len(days))
    if len(days) > terms.most_installments:
        raise TermTooLong(installments=len(days), most=terms.most_installments)
    check_relief(relief, debt=debt, terms=terms)
    left = debt.total_fen - relief.total_fen
    lines = step_up(left, days, growth_ppm=STEP_UP_PPM) if shape == "step_up" else equal(left, days)
    all_in = cost_rate_ppm(
        principal_fen=debt.principal_fen,
        charges_fen=debt.charges_fen - relief.total_fen,
        days=borrowed_days,
    )
    spare = means.spare_fen(living_floor_fen=terms.living_floor_fen)
    largest = max(line.amount_fen for line in lines)
    return Offer(
        shape=shape,
        relief=relief,
        lines=lines,
        debt=debt,
        all_in_ppm=all_in,
        within_cap=all_in <= terms.cap_ppm,
        strain=strain_of(installment_fen=largest, spare_fen=spare),
    )


def cost_rate_ppm(*, principal_fen: int, charges_fen: int, days: int) -> int:
    """Charges on the principal as a simple rate a year (365 days), rounded up.

    A plan adds no charge of its own, so a longer term only lowers the rate: its own days do not
    count, the stricter reading. A debt without principal has no rate: 0.
    """
    if principal_fen <= 0 or charges_fen <= 0:
        return 0
    return -(-charges_fen * 365 * 1_000_000 // (principal_fen * max(1, days)))


def break_even_ppm(*, offer: Offer, otherwise_fen: int) -> int:
    """How likely the offer must be kept so that it brings no less than `otherwise_fen`, rounded up.

    Above a million: it brings less even when it is kept.
    """
    return -(-max(0, otherwise_fen) * 1_000_000 // max(1, offer.pays_fen))


def _most_relief(debt: Debt, terms: PlanTerms) -> Relief:
    return Relief(
        debt.penalty_fen * terms.most_penalty_relief_ppm // 1_000_000,
        debt.interest_fen * terms.most_interest_relief_ppm // 1_000_000,
    )


def _different(reliefs: Iterable[Relief]) -> list[Relief]:
    return list(dict.fromkeys(reliefs))


def _no_longer_than_needed(made: Sequence[Offer]) -> tuple[Offer, ...]:
    """Cards up to the first term that fits; without known means, all of them."""
    fitting = [len(each.lines) for each in made if each.strain == "fits"]
    if not fitting:
        return tuple(made)
    longest = min(fitting)
    return tuple(each for each in made if len(each.lines) <= longest)
