"""Payers: the ten kinds of payer and what is hidden behind each borrower.

A kind is a habit; the truth of a borrower is the habit with numbers of their own. Only the
truth file ever shows it: a grade or a strategy that reads it would be cheating. The shares
are judged so that a book of any size shows 12 to 15 % of its loans overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from dunwell.world.days import days_of_month
from dunwell.world.draws import Bools, Draws, Ints
from dunwell.world.lending import Loans


class Kind(IntEnum):
    """The ten kinds, in the order of KINDS."""

    PUNCTUAL = 0
    EARLY = 1
    PAYDAY = 2
    FORGETFUL = 3
    SLOW_PART = 4
    SEASONAL = 5
    SHOCK = 6
    SPIRAL = 7
    REFUSER = 8
    VANISHED = 9


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind's share of borrowers and the middle of its hidden numbers, all per thousand.

    `reach` is the chance to answer a call, `reminder` the chance that a reminder is acted on,
    `ability` and `willingness` are what a grade tries to guess.
    """

    code: str
    share: int
    reach: int
    reminder: int
    ability: int
    willingness: int


KINDS = (
    Habit("punctual", share=225, reach=700, reminder=950, ability=850, willingness=950),
    Habit("early", share=150, reach=650, reminder=950, ability=900, willingness=950),
    Habit("payday", share=130, reach=700, reminder=800, ability=750, willingness=900),
    Habit("forgetful", share=130, reach=650, reminder=850, ability=800, willingness=800),
    Habit("slow_part", share=100, reach=600, reminder=450, ability=450, willingness=700),
    Habit("seasonal", share=85, reach=600, reminder=350, ability=450, willingness=800),
    Habit("shock", share=85, reach=550, reminder=250, ability=250, willingness=750),
    Habit("spiral", share=54, reach=350, reminder=150, ability=200, willingness=450),
    Habit("refuser", share=25, reach=450, reminder=50, ability=700, willingness=100),
    Habit("vanished", share=16, reach=50, reminder=20, ability=300, willingness=50),
)

SPREAD_PER_MILLE = 120
"""A borrower's own numbers lie this far around the middle of the kind, at most."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is hidden behind the borrowers of one chunk; one place per borrower, 0 = not so."""

    kind: Ints
    payday: Ints
    miss_per_mille: Ints
    pace_days: Ints
    stop_after: Ints
    shock_on: Ints
    shock_days: Ints
    recovers: Ints
    season_from: Ints
    season_months: Ints
    reach: Ints
    reminder: Ints
    ability: Ints
    willingness: Ints


def make_truth(*, loans: Loans, self_employed: Bools, draws: Draws) -> Truth:
    """Give each borrower a kind and hidden numbers that suit the kind and the first loan."""
    count = loans.borrowers
    first_loan = np.searchsorted(loans.borrower, np.arange(count))
    kind = _kinds(loans, count, draws)
    disbursed = loans.disbursed_on[first_loan]
    months = np.minimum(loans.installments[first_loan], 12)
    shock_after = draws.between(10, 40, count) + draws.below(months * 30, count)
    around = {
        name: _around([getattr(habit, name) for habit in KINDS], kind, draws)
        for name in ("reach", "reminder", "ability", "willingness")
    }
    return Truth(
        kind=kind,
        payday=_paydays(kind, days_of_month(disbursed), self_employed, draws),
        miss_per_mille=_only(kind, Kind.FORGETFUL, draws.between(150, 450, count)),
        pace_days=_only(kind, Kind.SPIRAL, draws.between(5, 14, count)),
        stop_after=_stops(kind, draws),
        shock_on=_only(kind, Kind.SHOCK, disbursed + shock_after),
        shock_days=_only(kind, Kind.SHOCK, draws.between(40, 170, count)),
        recovers=_only(kind, Kind.SHOCK, draws.chance(880, count).astype(np.int64)),
        season_from=_only(kind, Kind.SEASONAL, draws.between(1, 12, count)),
        season_months=_only(kind, Kind.SEASONAL, draws.between(2, 4, count)),
        **around,
    )


def _kinds(loans: Loans, count: int, draws: Draws) -> Ints:
    """Whoever vanished from the start got no second loan: with several, it is a spiral."""
    kind = draws.pick([habit.share for habit in KINDS], count)
    several = np.bincount(loans.borrower, minlength=count) > 1
    kind[several & (kind == Kind.VANISHED)] = Kind.SPIRAL
    return kind


def _paydays(kind: Ints, due_dom: Ints, self_employed: Bools, draws: Draws) -> Ints:
    """Day of the month wages come; the self-employed have none unless paydays are their habit."""
    count = len(kind)
    usual = np.array([5, 8, 10, 12, 15, 20, 25, 28], dtype=np.int64)
    payday = np.where(self_employed, 0, usual[draws.below(len(usual), count)])
    shifted = (due_dom + draws.between(2, 8, count) - 1) % 28 + 1
    return np.where(kind == Kind.PAYDAY, shifted, payday)


def _stops(kind: Ints, draws: Draws) -> Ints:
    """Installments paid before a refuser stops or a spiral starts."""
    refuser = _only(kind, Kind.REFUSER, draws.between(1, 9, len(kind)))
    return refuser + _only(kind, Kind.SPIRAL, draws.between(1, 5, len(kind)))


def _around(middles: list[int], kind: Ints, draws: Draws) -> Ints:
    moved = np.array(middles)[kind] + draws.between(-SPREAD_PER_MILLE, SPREAD_PER_MILLE, len(kind))
    return np.clip(moved, 0, 1000)


def _only(kind: Ints, wanted: Kind, values: Ints) -> Ints:
    return np.where(kind == wanted, values, 0)
