"""How much was said about people and decisions: freezes, contacts, overrulings, promises, policy.

Called by the day run: to see that nothing is new since the last run, and to find whom a
freeze, a contact, an overruling, a promise or a plan concerns that came while the run
computed. Rows of these tables are only added, so their newest keys and numbers say whether
there are more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection

from dunwell.store.decisions.models import Overrule
from dunwell.store.permits.models import Outcome, Standing, Withdrawal
from dunwell.store.policy.models import DocumentRuling, ExperimentStop
from dunwell.store.promises.models import Plan, Promise


class PeopleMark(NamedTuple):
    """The newest of each, and how many outcomes: their keys are those of older permits."""

    standing: int
    withdrawal: int
    overrule: int
    outcomes: int
    ruling: int
    promise: int
    plan: int
    stop: int

    def with_policy_of(self, earlier: PeopleMark) -> PeopleMark:
        """This mark where the policy was read at `earlier`: what came between is still new."""
        return self._replace(ruling=earlier.ruling, stop=earlier.stop)


def people_mark(ask: Callable[[str], list[Any]]) -> PeopleMark:
    """What `ask` finds in its database: the live one, or a snapshot of it."""
    newest = [
        ask(f"SELECT coalesce(max(id), 0) FROM {model._meta.db_table}")[0][0]
        for model in (Standing, Withdrawal, Overrule)
    ]
    outcomes = ask(f"SELECT count(*) FROM {Outcome._meta.db_table}")[0][0]
    later = [
        ask(f"SELECT coalesce(max(id), 0) FROM {model._meta.db_table}")[0][0]
        for model in (DocumentRuling, Promise, Plan, ExperimentStop)
    ]
    return PeopleMark(*(int(each) for each in (*newest, outcomes, *later)))


def people_mark_now() -> PeopleMark:
    """As it stands in the state database."""

    def ask(sql: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    return people_mark(ask)


def parties_touched_since(mark: PeopleMark) -> set[int]:
    """Parties about whom anything was said since: freezes, overrulings, promises, plans."""
    standings = Standing.objects.filter(party__isnull=False)
    parties = set(standings.filter(pk__gt=mark.standing).values_list("party_id", flat=True))
    lifted = standings.filter(replaced_id__gt=mark.withdrawal)
    parties.update(lifted.values_list("party_id", flat=True))
    said = Overrule.objects.filter(pk__gt=mark.overrule)
    parties.update(said.values_list("case__party_id", flat=True))
    agreed: tuple[tuple[Any, int], ...] = ((Promise, mark.promise), (Plan, mark.plan))
    for model, newest in agreed:
        rows = model.objects.filter(pk__gt=newest)
        parties.update(rows.values_list("case__party_id", flat=True))
    return parties
