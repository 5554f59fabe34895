"""Deciding some cases at once, one by one: what happens during the day steers the same day.

Called inside the transaction of a payment, a hold, a freeze, an overruling or a small import,
after re-ageing, and by the day run for borrowers whose facts changed while it computed.
Uses core.decision; the day run's SQL gives the same, proved by tests. The caller holds the
lock of the lenders' books.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from dunwell.core.ageing import AgeingTerms
from dunwell.core.decision import (
    Before,
    Decided,
    Overruled,
    Policy,
    decide,
    facts_of,
    written_facts,
)
from dunwell.core.features import features_of
from dunwell.flows.follow_up.agreed import settle_agreed
from dunwell.flows.prepare.borrower_facts import BorrowerPast, Key, beijing_day, pasts_of
from dunwell.flows.prepare.day_policy import policies_of
from dunwell.flows.prepare.reage import Reaged, reage_loans
from dunwell.store.book.recording import newest_recording
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import (
    NewDecision,
    before_of,
    decisions_before,
    keep_decisions,
    note_considered,
    overruled_on,
)
from dunwell.store.decisions.models import Deciding, Decision
from dunwell.store.people.models import Lender
from dunwell.store.runs.models import Run

_CASES_AT_ONCE = 300


@dataclass(slots=True)
class Redecided:
    """What was decided anew: how many cases were looked at, and the decisions that changed."""

    day: date
    cases: int = 0
    decisions: dict[int, Decision] = field(default_factory=dict)
    """The new decisions by case id."""


def reage_and_redecide(
    *, loans: Collection[int], day: date, at: datetime, why: str, run: Run | None = None
) -> tuple[Reaged, Redecided]:
    """Age these loans as reage_loans does, then decide for the cases of their borrowers."""
    reaged = reage_loans(loans=loans, day=day, run=run)
    parties = {party for party, _ in reaged.borrowers}
    rows = Case.objects.filter(party_id__in=parties).values_list("pk", "party_id", "lender_id")
    cases = [pk for pk, party, lender in rows if (party, lender) in reaged.borrowers]
    return reaged, redecide(cases=cases, day=day, at=at, why=why, run=run)


def redecide(
    *, cases: Collection[int], day: date, at: datetime, why: str, run: Run | None = None
) -> Redecided:
    """Decide these cases as of `day` with what is known now; keep what changed.

    Their promises are settled first, to the day of `at` or, in a day run, to its day. A case
    that was closed before `day` is left alone. Runs in the caller's transaction.
    Refuses NoDocument where a document of policy is missing.
    """
    done = Redecided(day)
    settle_agreed(cases=cases, day=day if run else max(day, beijing_day(at)), at=at)
    going = Q(status=Case.Status.OPEN) | Q(closed_on=day)
    found = list(Case.objects.filter(going, pk__in=cases).order_by("pk"))
    if not found:
        return done
    lenders = Lender.objects.filter(pk__in={case.lender_id for case in found})
    policies = policies_of(lenders=[lender.pk for lender in lenders], day=day)
    deciding = Deciding.objects.create(
        day=day,
        at=at,
        why=why,
        run=run,
        known={str(lender.pk): newest_recording(lender=lender) for lender in lenders},
        policies={str(lender): policy.keep() for lender, policy in policies.items()},
        whole_book=False,
    )
    note_considered(deciding=deciding, cases=[case.pk for case in found])
    for start in range(0, len(found), _CASES_AT_ONCE):
        some = found[start : start + _CASES_AT_ONCE]
        ids = [case.pk for case in some]
        pasts = pasts_of(keys={(case.party_id, case.lender_id) for case in some}, day=day, at=at)
        befores = decisions_before(ids, day=day)
        overruled = overruled_on(ids, day=day, at=at)
        new: dict[int, NewDecision] = {}
        for case in some:
            key = (case.party_id, case.lender_id)
            policy = policies[case.lender_id]
            inputs, decided = decide_one(
                past=pasts[key],
                policy=policy.policy,
                terms=policy.terms,
                before=before_of(befores.get(case.pk)),
                overruled=overruled[case.pk],
                key=key,
                day=day,
            )
            new[case.pk] = NewDecision(decided, policy.hash, inputs)
        done.decisions |= keep_decisions(deciding=deciding, new=new)
    done.cases = len(found)
    return done


def decide_one(
    *,
    past: BorrowerPast,
    policy: Policy,
    terms: AgeingTerms,
    before: Before | None,
    overruled: Overruled,
    key: Key,
    day: date,
) -> tuple[str, Decided]:
    """The facts of one borrower as they are written down, and the decision they lead to."""
    features = features_of(loans=past.loans, asides=past.asides, as_of=day, ageing_terms=terms)
    facts = facts_of(features=features, freezes=past.freezes)
    decided = decide(
        facts=facts,
        policy=policy,
        before=before,
        overruled=overruled,
        key=key_of(key),
        day=day,
    )
    return written_facts(facts), decided


def key_of(key: Key) -> str:
    """A borrower's own key, by which arms of experiments are drawn."""
    party, lender = key
    return f"{party}:{lender}"
