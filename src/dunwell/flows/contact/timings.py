"""How long the acts of the desk take: seconds and keystrokes of the process, not of persons.

The desk sends what an act took; it is added to the count of its band of that day at once, and
who did it on which case is never written. `act_times` tells the table of a period. Times are
whole tenths of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from dunwell.core.refusal import Refusal
from dunwell.store.desk.models import ActTime
from dunwell.store.people.permissions import Actor, require

ACTS = ("open_to_dial", "dial_to_result", "result_to_save", "save_to_next", "whole", "pause")
"""Open case → dial → result chosen → saved → next case; whole: open to saved without the talk;
pause: a rest after a hard call, which is work."""
BANDS = (5, 10, 20, 30, 50, 80, 100, 150, 200, 300, 600, 1200, 3000, 6000, 30_000)
"""Upper ends of the bands; what took longer is a pause, not work, and is not counted."""
MOST_KEYS = 5_000


class NoSuchAct(Refusal):
    """Not an act whose time is kept. Figures: act, allowed."""

    code = "DESK-NO-SUCH-ACT"


@dataclass(frozen=True, slots=True)
class Took:
    """What one act took."""

    act: str
    tenths: int
    keys: int


@dataclass(frozen=True, slots=True)
class ActTimes:
    """One act over a period: how many, the average, and the bands its middle and tail lie in."""

    act: str
    acts: int
    average_tenths: int
    median_tenths: int
    """Upper end of the band that holds the median; so is p95."""
    p95_tenths: int
    average_keys_tenths: int
    """Tenths of a keystroke."""


def add_times(*, actor: Actor, lender: int, day: date, took: Sequence[Took]) -> int:
    """Count what acts took; answers how many were counted. Refuses NotPermitted and NoSuchAct."""
    require(actor, "permit.ask", day=day)
    counted = 0
    for each in took:
        if each.act not in ACTS:
            raise NoSuchAct(act=each.act, allowed=list(ACTS))
        band = next((end for end in BANDS if 0 <= each.tenths <= end), None)
        if band is None or not 0 <= each.keys <= MOST_KEYS:
            continue
        row, _new = ActTime.objects.get_or_create(
            lender_id=lender, day=day, act=each.act, band=band
        )
        ActTime.objects.filter(pk=row.pk).update(
            acts=F("acts") + 1, tenths=F("tenths") + each.tenths, keys=F("keys") + each.keys
        )
        counted += 1
    return counted


def act_times(*, actor: Actor, lender: int, since: date, until: date) -> list[ActTimes]:
    """The table of the days [since, until), acts in their order. Refuses NotPermitted."""
    require(actor, "day.see", day=until, lender=lender)
    rows = ActTime.objects.filter(lender=lender, day__gte=since, day__lt=until)
    bands: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    tenths: dict[str, int] = defaultdict(int)
    keys: dict[str, int] = defaultdict(int)
    for row in rows:
        bands[row.act][row.band] += row.acts
        tenths[row.act] += row.tenths
        keys[row.act] += row.keys
    return [
        ActTimes(
            act=act,
            acts=(acts := sum(bands[act].values())),
            average_tenths=round(tenths[act] / acts),
            median_tenths=_reached(bands[act], acts, 50),
            p95_tenths=_reached(bands[act], acts, 95),
            average_keys_tenths=round(keys[act] * 10 / acts),
        )
        for act in ACTS
        if bands.get(act)
    ]


def _reached(bands: dict[int, int], acts: int, percent: int) -> int:
    """The band in which so many percent of the acts are done."""
    seen = 0
    for band in sorted(bands):
        seen += bands[band]
        if seen * 100 >= acts * percent:
            return band
    return BANDS[-1]
