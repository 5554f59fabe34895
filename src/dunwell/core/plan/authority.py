"""Authority: who may agree to a relief or a term, by bands the house publishes.

The first band that holds both the share let go and the number of installments names the
role; beyond the last nobody may. Called by the approval flow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Up to this share of the debt and this many installments, `role` decides.

    An empty role: the officer at the desk needs nobody else.
    """

    role: str
    most_relief_ppm: int
    most_installments: int


def approver_of(*, relief_ppm: int, installments: int, bands: Sequence[Band]) -> str | None:
    """The role that decides; empty: nobody is asked; None: beyond every band, refused."""
    for band in bands:
        if relief_ppm <= band.most_relief_ppm and installments <= band.most_installments:
            return band.role
    return None
