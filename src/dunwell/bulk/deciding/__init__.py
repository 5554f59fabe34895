"""Deciding for a whole book in SQL: features → grade → quadrant, category, classes → plan, step.

The meaning is dunwell.core.decision, proved equal by tests. Called by the day run and by
previews on one DuckDB connection that has

    borrower_of       borrower_key, party_id, lender_id: whom to decide for
    borrower_feature  as kernels.features answers
    standing_freeze   party_id, kind: what stands about the person on the day
    standing_before   party_id, lender_id and the columns of core.decision.Before
    decision_now      party_id, lender_id and the figures of what is stored
    overruled         party_id, lender_id, grade, plan: what a person said counts; null: nothing

Makes `borrower_fact`, `graded`, `categorised` and `decided`, one row per borrower.
"""

from dunwell.bulk.deciding.book import (
    Group,
    categorise_borrowers,
    decide_borrowers,
    gather_facts,
    grade_borrowers,
)
from dunwell.bulk.deciding.written import WRITTEN, find_decision_changes

__all__ = [
    "WRITTEN",
    "Group",
    "categorise_borrowers",
    "decide_borrowers",
    "find_decision_changes",
    "gather_facts",
    "grade_borrowers",
]
