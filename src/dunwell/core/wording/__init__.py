"""Wording: what a text or note may not say, and what would be right to say instead.

`check` is the question; `Lexicon` the data it is answered from (a pack's wording
folder, read by store.policy.lexicon). Findings reach the gate as facts: this room
and `permit` do not know each other. Rules: CN-C01, C04, C06-C09, W03, L05, M09.
"""

from dunwell.core.wording.case import Audience, CaseState
from dunwell.core.wording.checking import check
from dunwell.core.wording.finding_words import Finder, Hit, plain_finder
from dunwell.core.wording.lexicon import Finding, Lexicon
from dunwell.core.wording.reading import parse_lexicon
from dunwell.core.wording.rows import WrongLexicon
from dunwell.core.wording.scoring import Outcome, Score, held_out, score_classes

__all__ = [
    "Audience",
    "CaseState",
    "Finder",
    "Finding",
    "Hit",
    "Lexicon",
    "Outcome",
    "Score",
    "WrongLexicon",
    "check",
    "held_out",
    "parse_lexicon",
    "plain_finder",
    "score_classes",
]
