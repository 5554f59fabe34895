"""Refusals of the world: what a caller may ask that no world can be made from."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class LoansOutOfRange(Refusal):
    """A number of loans below 1 or beyond what stays unique. Figures: loans, least, most."""

    code = "WORLD-LOANS"


class SeedOutOfRange(Refusal):
    """A seed below 0 or above 64 bits. Figures: seed, least, most."""

    code = "WORLD-SEED"


class DayOutOfRange(Refusal):
    """An as-of day the tables of names and places do not reach. Figures: as_of, first, last."""

    code = "WORLD-DAY"


class UnknownLayout(Refusal):
    """A layout or sheet format that does not exist. Figures: value, allowed."""

    code = "WORLD-LAYOUT"


class FolderInUse(Refusal):
    """The folder holds something that is not a world of ours. Figures: folder, found."""

    code = "WORLD-FOLDER"


class SheetTooLong(Refusal):
    """More overdue loans than one Excel sheet has rows. Figures: loans, most."""

    code = "WORLD-SHEET"
