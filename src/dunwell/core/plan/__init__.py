"""Plans and relief: what a borrower could pay, when, what is let go, and who may agree to it.

`offers` makes the calculator's cards: relief of penalty, then of interest, comes before a
longer term (write-downs help, stretching alone does not: science page). `schedule` splits a
sum over days to the fen, `authority` says whose signature it takes, `standing` how a plan
stands and what breaking it brings back. A plan lies beside the contract's own schedule and
never changes it. Amounts are whole fen, rates parts per million, days dates.
"""

from dunwell.core.plan.authority import Band, approver_of
from dunwell.core.plan.debt import Debt, PlanTerms, Relief
from dunwell.core.plan.means import Means, Strain, strain_of
from dunwell.core.plan.offers import Offer, break_even_ppm, cost_rate_ppm, offer_of, offers
from dunwell.core.plan.refusals import NothingToPlan, ReliefTooLarge, TermTooLong
from dunwell.core.plan.schedule import Line, equal, payday_aligned, split_evenly, step_up
from dunwell.core.plan.standing import PlanStanding, plan_standing, waived_when_done

__all__ = [
    "Band",
    "Debt",
    "Line",
    "Means",
    "NothingToPlan",
    "Offer",
    "PlanStanding",
    "PlanTerms",
    "Relief",
    "ReliefTooLarge",
    "Strain",
    "TermTooLong",
    "approver_of",
    "break_even_ppm",
    "cost_rate_ppm",
    "equal",
    "offer_of",
    "offers",
    "payday_aligned",
    "plan_standing",
    "split_evenly",
    "step_up",
    "strain_of",
    "waived_when_done",
]
