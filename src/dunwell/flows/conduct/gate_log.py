"""Who may read the gate's log, and one question of it whole.

Called by the gate pages and the API. What lies outside the reader's lender and teams is
refused as if it did not exist. Nothing here is changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dunwell.core.permit import BEIJING, Reason
from dunwell.flows.conduct.replay import reasons_of
from dunwell.flows.contact.refusals import NoSuchPermit
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.counts import State, state_of
from dunwell.store.permits.log import LogFilter, narrowed, page_of, visible
from dunwell.store.permits.models import Permit

LATELY = 1_000
"""Questions in which people to filter by are looked for."""
OFFERED = 12


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, the newest first, and how many rows the filter holds."""

    rows: Sequence[Permit]
    next_before: int | None
    total: int
    refused: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its row, where its permit stands now, why, and what was known then."""

    row: Permit
    state: State
    reasons: tuple[Reason, ...]
    lifted: tuple[dict[str, str], ...]
    inputs: dict[str, Any]


def gate_log(
    *,
    actor: Actor,
    day: date,
    lender: int,
    teams: frozenset[int] | None,
    wanted: LogFilter,
    size: int,
    before: int | None = None,
) -> LogPage:
    """A page of the log of this lender. Refuses NotPermitted."""
    team = min(teams) if teams else None
    require(actor, "permit.see", day=day, lender=lender, team=team)
    rows = narrowed(visible(lender=lender, teams=teams), wanted)
    found = page_of(rows, size=size, before=before)
    more = len(found) > size
    return LogPage(
        rows=found[:size],
        next_before=found[size - 1].pk if more else None,
        total=rows.count(),
        refused=rows.filter(verdict="refuse").count(),
    )


def asked_question(*, actor: Actor, now: datetime, permit: int) -> Asked:
    """One row of the log with its proof. Refuses NotPermitted, and NoSuchPermit for none."""
    day = now.astimezone(BEIJING).date()
    row = (
        Permit.objects.filter(pk=permit)
        .select_related("case", "step", "actor", "lender", "receipt", "unsent")
        .first()
    )
    if row is None:
        require(actor, "permit.see", day=day)
        raise NoSuchPermit(permit=permit)
    require(
        actor, "permit.see", day=day, lender=row.lender_id, team=row.case.team_id,
        holder=row.case.holder_id,
    )  # fmt: skip
    step = getattr(row, "step", None)
    return Asked(
        row=row,
        state=state_of(
            reserved_until=row.reserved_until, step=step.kind if step else None, now=now
        ),
        reasons=reasons_of(row.reasons_json),
        lifted=tuple(json.loads(row.lifted_json)),
        inputs=json.loads(row.inputs_json),
    )


def people_who_asked(*, lender: int, teams: frozenset[int] | None) -> list[tuple[int, str]]:
    """Who asked lately, by name: what the filter by person offers."""
    rows = visible(lender=lender, teams=teams).exclude(actor=None).order_by("-pk")
    lately = set(rows.values_list("actor_id", flat=True)[:LATELY])
    people = Staff.objects.filter(pk__in=lately).order_by("display_name")[:OFFERED]
    return [(person.pk, person.display_name) for person in people]
