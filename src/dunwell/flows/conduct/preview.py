"""What a change of a pack would have done to the questions of the last 30 days.

Called by publish_pack before a change is proposed and before it is approved. Half a
second for 20,000 questions; where there are many more, an even sample is read and the
answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from dunwell.core.permit import Pack
from dunwell.flows.conduct.replay import Gates, Kept, gates_of, replay
from dunwell.store.permits.models import Permit
from dunwell.store.policy.published import Change, all_changed, newest_version, pack_at

PREVIEW_DAYS = 30
PREVIEW_MOST = 50_000
"""Questions a preview reads at most: of more, it reads every second, third … one and says so."""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What the change would have done to the questions of the last 30 days."""

    looked_at: int
    otherwise: int
    stricter: int
    """Of `otherwise`: allowed then, and not under the change."""
    every: int = 1
    """Every how many-th question was looked at; 1: all of them."""


def preview_of(*, pack: Pack, changes: Sequence[Change], now: datetime) -> Preview:
    """Questions of the last 30 days whose packs hold this one, as if the changes had counted."""
    version = newest_version()
    new = all_changed(pack, changes, since=date.min)
    compiled: dict[str, Gates] = {}
    looked_at = otherwise = stricter = 0
    rows = Permit.objects.filter(asked_at__gte=now - timedelta(days=PREVIEW_DAYS), clock_ok=True)
    every = -(-rows.count() // PREVIEW_MOST) or 1
    if every > 1:
        rows = rows.annotate(turn=F("pk") % every).filter(turn=0)
    columns = ("packs", "verdict", *Kept._fields)
    for names, verdict, *kept in rows.values_list(*columns).iterator(chunk_size=_AT_ONCE):
        if pack.id not in names.split():
            continue
        if names not in compiled:
            laid = [new if n == pack.id else pack_at(n, version=version) for n in names.split()]
            compiled[names] = gates_of(laid)
        again = replay(Kept(*kept), gates=compiled[names])
        if again is None:
            continue
        looked_at += 1
        if again.decision.verdict != verdict:
            otherwise += 1
            stricter += verdict in {"allow", "warn"}
    return Preview(looked_at, otherwise, stricter, every)
