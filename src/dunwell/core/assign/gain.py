"""Gain of acting: how many fen an act brings in beyond leaving the borrower alone today.

Gain = overdue x (paid share with the act - paid share without) x what reachability leaves
- cost. The shares are data (packs/house/gains, judged until a hold-out replaces them) by
action, days band, grade and reachability. Called by core.assign.day for a day's work, and by
flows.contact.next_best for the case on a desk. Ranking is by this gain, never by risk: those
who pay anyway and those who cannot gain little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from dunwell.core.assign.problem import Ints

NONE = "none"
ACTIONS = (NONE, "remind", "sms", "phone", "relief", "visit", "legal")
"""What a worklist may hold, in the order of the columns of values; the strategy's words."""
MESSAGES = ("remind", "sms")
"""Acts of the system that count as messages."""
SKILLS = ("phone", "visit", "legal")
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act: its cost and minutes, and the skill it asks for ("": the system does it)."""

    name: str
    cost_fen: int
    minutes: int
    skill: str


@dataclass(frozen=True, slots=True)
class GainTable:
    """The table as arrays: uplift [action, band, grade] and reach [action, reachability] in ppm."""

    id: str
    title: str
    title_en: str
    judged: bool
    from_on: date
    horizon_days: int
    grades: tuple[str, ...]
    band_from_days: tuple[int, ...]
    reachability: tuple[str, ...]
    acts: Mapping[str, Act]
    uplift_ppm: Ints
    reach_ppm: Ints
    without_ppm: Ints
    """Paid share when nothing is done, [band, grade]."""


@dataclass(frozen=True, slots=True)
class GainTold:
    """One gain and what it is made of; the shares are of the overdue amount, in ppm."""

    overdue_fen: int
    with_ppm: int
    without_ppm: int
    reach_ppm: int
    cost_fen: int
    gain_fen: int


def gains_fen(
    *,
    table: GainTable,
    action: str,
    overdue_fen: Ints,
    delinquent_days: Ints,
    grade: Ints,
    reachability: Ints,
) -> Ints:
    """The gain of one action for many borrowers, in fen, rounded towards nothing.

    `grade` and `reachability` are places in the table's own lists; -1 is not known and
    takes the least of the row.
    """
    at = ACTIONS.index(action)
    band = np.searchsorted(np.array(table.band_from_days), delinquent_days, side="right") - 1
    uplift = np.concatenate([table.uplift_ppm[at], table.uplift_ppm[at].min(1, keepdims=True)], 1)
    reach = np.append(table.reach_ppm[at], table.reach_ppm[at].min())
    ppm = uplift[np.maximum(band, 0), grade] * reach[reachability] // PPM
    return np.asarray(overdue_fen * ppm // PPM - table.acts[action].cost_fen, dtype=np.int64)


def gain_told(
    *,
    table: GainTable,
    action: str,
    overdue_fen: int,
    delinquent_days: int,
    grade: str,
    reachability: str,
) -> GainTold:
    """The gain of one action for one borrower, as `gains_fen` has it, with its parts.

    A grade or reachability the table does not name takes the least of its row.
    """
    at = ACTIONS.index(action)
    place = table.grades.index(grade) if grade in table.grades else -1
    reach = table.reachability.index(reachability) if reachability in table.reachability else -1
    days = np.array(table.band_from_days)
    band = max(int(np.searchsorted(days, delinquent_days, side="right")) - 1, 0)
    column = place if place >= 0 else int(table.uplift_ppm[at, band].argmin())
    without = int(table.without_ppm[band, column])
    (gain,) = gains_fen(
        table=table, action=action,
        overdue_fen=np.array([overdue_fen]), delinquent_days=np.array([delinquent_days]),
        grade=np.array([place]), reachability=np.array([reach]),
    )  # fmt: skip
    row = table.reach_ppm[at]
    return GainTold(
        overdue_fen=overdue_fen,
        with_ppm=without + int(table.uplift_ppm[at, band, column]),
        without_ppm=without,
        reach_ppm=int(row[reach] if reach >= 0 else row.min()),
        cost_fen=table.acts[action].cost_fen,
        gain_fen=int(gain),
    )
