"""A past decision made again from what was known then, and compared with what was stored.

Called by `dunwell decision recompute` and the case page. Facts of the book are read as of
the recordings the act of deciding knew, what stood about people as of its moment, and the
policy from the texts that were kept. The answer has to equal the stored row to the letter;
where it does not, something that is never changed was changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from dunwell.core.decision import DECIDED, Decided
from dunwell.flows.prepare.borrower_facts import pasts_of
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.flows.prepare.redecide import decide_one
from dunwell.flows.prepare.show_decision import NotDecided, case_seen
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case, CaseSpell
from dunwell.store.decisions.keeping import (
    act_of,
    before_of,
    decision_after,
    decisions_before,
    overruled_on,
)
from dunwell.store.decisions.models import Deciding, Decision
from dunwell.store.people.permissions import Actor


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A decision made again: by which act's knowledge, what came out, and what was stored.

    `different` names the figures that do not agree; of the inputs only where the stored row
    was entered by that very act, for a row stays while nothing but its facts move.
    """

    act: Deciding
    decided: Decided
    inputs_json: str
    stored: Decision
    different: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether the stored decision came out again."""
        return not self.different


def recompute_decision(
    *,
    actor: Actor,
    scope: Scope,
    case: int,
    day: date,
    known_at: datetime | None = None,
) -> Recomputed:
    """Make the decision of a case for `day` again, from what was known.

    It takes the knowledge of the last act that decided for the case up to `day` (and up to
    the moment `known_at`). Refuses NoSuchCase, NotPermitted, NotDecided where no act did, and
    NoSuchPolicy.
    """
    found = case_seen(actor=actor, scope=scope, case=case, day=day)
    act = act_of(found.pk, day=day, known_at=known_at)
    stored = decision_after(found.pk, act=act) if act is not None else None
    if act is None or stored is None:
        raise NotDecided(case=case, day=day.isoformat())
    if not _going(found, act.day):
        # Nothing was decided once the case was closed: the last row stands until it reopens.
        act = stored.entered
    lender = found.lender_id
    key = (found.party_id, lender)
    policy, terms = policy_again(act.policies[str(lender)])
    pasts = pasts_of(
        keys={key}, day=act.day, at=act.at,
        recordings={int(of): number for of, number in act.known.items()},
    )  # fmt: skip
    inputs, decided = decide_one(
        past=pasts[key],
        policy=policy,
        terms=terms,
        before=before_of(decisions_before([found.pk], day=act.day).get(found.pk)),
        overruled=overruled_on([found.pk], day=act.day, at=act.at)[found.pk],
        key=key,
        day=act.day,
    )
    different = [name for name in DECIDED if getattr(decided, name) != getattr(stored, name)]
    if stored.entered_id == act.pk and inputs != stored.inputs_json:
        different.append("inputs_json")
    return Recomputed(act, decided, inputs, stored, tuple(different))


def _going(case: Case, day: date) -> bool:
    """Whether the case was open on the day, or closed on it."""
    ends = Q(closed_on=None) | Q(closed_on__gte=day)
    return CaseSpell.objects.filter(ends, case=case, opened_on__lte=day).exists()
