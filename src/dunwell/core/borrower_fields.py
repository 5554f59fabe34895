"""Every field that rules about a borrower may ask about, beyond the features.

Strategy, categories and the five classes name these; the room that decides fills them.
Codes that people derive or record elsewhere (category, legal state, freezes) have their
one list here, so that rooms blind to one another speak of the same.
"""

from __future__ import annotations

from dunwell.core.decision_table import Field, Fields, fields_by_name
from dunwell.core.features import FEATURES

FREEZES: tuple[str, ...] = (
    "complaint",
    "dispute",
    "hardship",
    "vulnerable",
    "deceased",
    "represented",
    "estate",
)
"""The freezes of the gate; each is a flag `freeze_<name>`."""

LEGAL_STATES: tuple[str, ...] = (
    "none",
    "counsel",
    "demanded",
    "mediation",
    "mediated",
    "payment_order_filed",
    "po_issued",
    "po_lapsed",
    "pre_suit_preservation",
    "suit_filed",
    "small_claims",
    "simplified",
    "ordinary",
    "judged",
    "appealed",
    "final",
    "arbitration_filed",
    "award",
    "notarised_deed",
    "enforceable",
    "enforcement",
    "closed_no_assets",
    "paid",
    "settled",
    "closed",
    "time_barred",
)
"""How far the legal route has gone; `none`: not begun, also where nothing is recorded."""

AT_COURT: tuple[str, ...] = LEGAL_STATES[
    LEGAL_STATES.index("mediation") : LEGAL_STATES.index("closed_no_assets") + 1
]
"""Legal states in which a court, a notary or a mediator has the matter, or had it unpaid."""

GRADES: tuple[str, ...] = ("A", "B", "C", "D", "E")
YES_NO: tuple[str, ...] = ("yes", "no", "unknown")

CATEGORIES: tuple[str, ...] = (
    "deceased",
    "represented",
    "complaint",
    "disputed",
    "vulnerable",
    "hardship",
    "paid_off",
    "legal",
    "held",
    "promised",
    "promise_broken",
    "paying",
    "lost",
    "half_lost",
    "reachable_unable",
    "reachable_unwilling",
    "reachable_willing",
    "new",
    "unclear",
)
"""客户分类. `unclear`: approached, and ability or willingness is not yet known."""

FIVE_CLASSES: tuple[str, ...] = ("normal", "special_mention", "substandard", "doubtful", "loss")
"""五级分类; the last three are non-performing."""

_FEATURES = tuple(
    Field(one.name, one.kind, one.unit, one.choices, one.least, one.most, one.always_known)
    for one in FEATURES
)
_FREEZES = tuple(Field(f"freeze_{name}", "flag", always_known=True) for name in FREEZES)
_STANDING = (
    Field("ability", "choice", choices=YES_NO),
    Field("willingness", "choice", choices=YES_NO),
    *_FREEZES,
    Field("legal_state", "choice", choices=LEGAL_STATES, always_known=True),
)
_DERIVED = (
    Field("grade", "choice", choices=GRADES),
    Field("category", "choice", choices=CATEGORIES, always_known=True),
    Field("five_class", "choice", choices=FIVE_CLASSES, always_known=True),
)

FEATURE_FIELDS: Fields = fields_by_name(_FEATURES)
"""For quadrants: the features alone."""

CLASS_FIELDS: Fields = fields_by_name([*_FEATURES, *_STANDING])
"""For categories and five classes: with the quadrant, the freezes and the legal state."""

STRATEGY_FIELDS: Fields = fields_by_name([*_FEATURES, *_STANDING, *_DERIVED])
"""For strategies: with the grade (unknown where none was given), category and five class."""
