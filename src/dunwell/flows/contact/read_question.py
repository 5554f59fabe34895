"""A question to the gate with its text checked: the mapping becomes facts, wording included.

Called by ask_permit, which fills the mapping from state, and by `dunwell gate ask`. The
wording checker and the rules do not know each other; here its findings become facts.
No database.
"""

from __future__ import annotations

from dunwell.core.permit import Facts, WordingFinding, read_request
from dunwell.core.permit.facts import OBLIGORS
from dunwell.core.wording import Audience, CaseState
from dunwell.store.policy.lexicon import wording_checker


def read_question(content: object) -> Facts:
    """Read one question and check its text. Refuses what `read_request` refuses."""
    facts = read_request(content)
    text = getattr(facts, "text", None)
    if text is None:
        return facts
    return read_request(content, wording=found_in(text, facts), lexicon=wording_checker().hash)


def found_in(text: str, facts: Facts) -> tuple[WordingFinding, ...]:
    """What may not be said in `text` to this person about this case.

    What the question does not say counts as not having happened, and a person who is not
    known to owe is spoken to as one who does not.
    """
    notices = [d for d in facts.evidence if d.kind == "credit_notice" and d.dated_on]
    state = CaseState(
        legal_state=(getattr(facts, "case_legal_state", None) or "").lower() or None,
        credit_state="noticed" if notices else None,
        time_barred=getattr(facts, "case_time_barred", False),
    )
    owes = getattr(facts, "party_role", None) in OBLIGORS
    audience: Audience = "borrower" if owes else "contact"
    return tuple(
        WordingFinding(found.class_, found.start, found.end, found.rule)
        for found in wording_checker()(text, facts=state, audience=audience)
    )
