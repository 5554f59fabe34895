"""What a borrower agreed to, promises and plans together: settled, and told as facts.

Called wherever a case is decided: by the day run for all, by redeciding for some. A plan is
told as a promise of its next installment, so that what rests, ranks or asks after a promise
does so after a plan: going or late it is open or due, broken it is broken, kept it is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dunwell.core.features import PromiseFact
from dunwell.flows.follow_up.plan_standing import Going, plans_of, settle_plans
from dunwell.flows.follow_up.promise_standing import settle_promises, standing_of


@dataclass(slots=True)
class SettledAgreed:
    """How many promises and plans came to each state."""

    promises: dict[str, int] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)


def settle_agreed(*, cases: Collection[int] | None, day: date, at: datetime) -> SettledAgreed:
    """Bring promises and plans of these cases (None: of all) to `day`, from the payments.

    Runs in the caller's transaction; nothing is written where nothing changed.
    """
    promises = settle_promises(cases=cases, day=day, at=at)
    plans = settle_plans(cases=cases, day=day, at=at)
    return SettledAgreed(dict(promises.changed), dict(plans.changed))


def agreed_facts(
    *,
    cases: Collection[int],
    day: date,
    at: datetime,
    recordings: Mapping[int, int] | None = None,
) -> dict[int, list[PromiseFact]]:
    """How the promises and plans of each case stood on `day`, from payments known then."""
    facts: defaultdict[int, list[PromiseFact]] = defaultdict(list)
    known = {"cases": cases, "day": day, "at": at, "recordings": recordings}
    for case, settled in standing_of(**known).items():  # type: ignore[arg-type]
        facts[case] += [
            PromiseFact(
                promised_on=each.promise.made_on,
                due_on=each.promise.due_on,
                promised_fen=each.promise.amount_fen,
                state=each.state,
                settled_on=each.settled_on,
            )
            for each in settled
        ]
    for case, plans in plans_of(**known).items():  # type: ignore[arg-type]
        facts[case] += [_as_promise(each) for each in plans]
    return dict(facts)


def _as_promise(going: Going) -> PromiseFact:
    standing = going.standing
    states = {"broken": "broken", "watch": "kept", "done": "kept"}
    return PromiseFact(
        promised_on=going.plan.agreed_on,
        due_on=standing.next_due_on or going.lines[-1].due_on,
        promised_fen=sum(line.amount_fen for line in going.lines),
        state=states.get(standing.state, "open"),
        settled_on=standing.ended_on,
    )
