"""What is true of the case a text is about: only this may be said of it.

Filled by flows and faces from the case; read by the conditions of the lexicon's
entries. A state the lexicon does not know makes nothing true, so that a spelling
mistake refuses a text and never lets one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Audience = Literal["borrower", "contact", "note"]
"""Who reads the text: the obligor, a contact person, or the house (a note about an act)."""

Speaker = Literal["house", "counsel"]


@dataclass(frozen=True, slots=True)
class CaseState:
    """The facts that make a sentence true. Nothing given means nothing has happened.

    `legal_state` is a state of the legal route in lower case (`suit_filed`, `judged` …),
    `credit_state` how far negative reporting has gone: `reports` (the lender reports and
    may announce it), `noticed` (the person was told, CN-M08), `reported`. Measures of a
    court are `dishonest_list` and `consumption_ban`. Accounts are digits without spaces.
    """

    legal_state: str | None = None
    credit_state: str | None = None
    court_measures: frozenset[str] = frozenset()
    time_barred: bool = False
    speaker: Speaker = "house"
    designated_accounts: frozenset[str] = frozenset()


NO_FACTS = CaseState()
"""A case of which nothing is known."""
