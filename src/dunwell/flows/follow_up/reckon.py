"""The calculator asked again and again: with what the borrower just said, and terms of one's own.

Called by the page of the calculator, which keeps nothing. The days of every card follow the
payday; so do those of a wish, so that what was shown is what is proposed. Amounts are fen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dunwell.core.plan import Means, Relief, offer_of, offers, payday_aligned
from dunwell.core.plan.offers import Shape
from dunwell.core.refusal import Refusal
from dunwell.flows.follow_up.plan_calculator import (
    Card,
    Situation,
    card_of,
    case_for_plan,
    situation_of,
)
from dunwell.flows.follow_up.plans import Wish
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.store.people.permissions import Actor


@dataclass(frozen=True, slots=True)
class Told:
    """What the borrower said of a month; None: what the lender's book says counts."""

    means: Means | None = None
    payday: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of one's own: how, in how many installments, with which relief."""

    shape: Shape
    installments: int
    relief: Relief


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The case, its cards gentlest first, and the card of one's own terms or why there is none."""

    situation: Situation
    cards: tuple[Card, ...]
    own: Card | None
    own_refused: Refusal | None


def reckon(
    *, actor: Actor, now: datetime, case: int, told: Told, terms: Terms | None = None
) -> Reckoned:
    """The cards for a case with what the borrower said. Nothing is kept.

    Own terms that cannot be are told beside the cards. Refuses NotPermitted, PlanCaseClosed and
    NothingToPlan.
    """
    day = day_of(now)
    situation = situation_of(case=case_for_plan(actor, case, day), day=day)
    situation = replace(
        situation,
        means=told.means or situation.means,
        payday=told.payday or situation.payday,
    )
    about = {
        "debt": situation.debt,
        "means": situation.means,
        "terms": situation.house.terms,
        "borrowed_days": situation.borrowed_days,
    }
    made = offers(today=day, payday=situation.payday, **about)  # type: ignore[arg-type]
    own, refused = None, None
    if terms is not None:
        wish = wish_of(situation, terms)
        try:
            offer = offer_of(shape=terms.shape, relief=terms.relief, days=wish.days, **about)  # type: ignore[arg-type]
            own = card_of(situation, offer)
        except Refusal as refusal:
            refused = refusal
    cards = tuple(card_of(situation, each) for each in made)
    return Reckoned(situation, cards, own, refused)


def wish_of(situation: Situation, terms: Terms) -> Wish:
    """The terms with their days, as plans are proposed: at once is one installment."""
    count = 1 if terms.shape == "at_once" else terms.installments
    days = payday_aligned(
        first_after=situation.day, payday=situation.payday or situation.day.day, count=count
    )
    return Wish(
        shape=terms.shape,
        days=tuple(days),
        relief_penalty_fen=terms.relief.penalty_fen,
        relief_interest_fen=terms.relief.interest_fen,
    )
