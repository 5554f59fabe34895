"""Replace the card in force by a learned one: only if it beats it, and a second person agrees.

Called by `dunwell grade replace`. Both cards are judged out of fold, on the same rows and
folds, on the lender's own overdue borrowers; the learned one has to be better by more than
the spread of the folds, without a breach of a direction. What was shown stays with the
proposal, and approving it is the approval of any policy document (publish_document).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dunwell.bulk.grading.comparing import Compared, compare_cards
from dunwell.bulk.grading.model_folder import CARD, read_model
from dunwell.core.permit import BEIJING
from dunwell.core.risk import Card
from dunwell.core.risk.beating import Beaten, beats
from dunwell.flows.improve.publish_document import (
    WantedDocument,
    check_document,
    propose_document,
)
from dunwell.flows.improve.refusals import CardNotBetter, OnlyCardsReplace
from dunwell.store.book.models import Borrower
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.documents import in_force
from dunwell.store.policy.models import Document


@dataclass(frozen=True, slots=True)
class Replacement:
    """A learned card that was proposed, and what it was proposed for."""

    document: Document
    compared: Compared
    verdict: Beaten


def propose_learned_card(
    *,
    actor: Actor,
    now: datetime,
    lender: int,
    model: Path,
    features: Path,
    target: str,
    from_on: date,
    why: str,
) -> Replacement:
    """Propose the card of a trained folder for a lender, if it beats the one in force.

    `features` holds the lender's overdue borrowers with the columns of both cards and what
    became of them (`target`, 1 bad). Refuses NotPermitted before any file is read, trees
    (OnlyCardsReplace), a card over other features than the house's, what compare_cards
    refuses, a card that is not better (CardNotBetter), and what propose_document refuses.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "strategy.propose", day=day, lender=lender)
    learned = read_model(model)
    if not isinstance(learned.learned, Card):
        raise OnlyCardsReplace(model=learned.recipe.model)
    text = (model / CARD).read_text("utf-8")
    check_document(kind="card", text=text)
    counting = in_force(kind="card", lender=lender, day=max(day, from_on))
    current: Card = parse_document("card", counting.text, file="card")
    own = Borrower.objects.filter(lender_id=lender).values_list("borrower_no", flat=True)
    compared = compare_cards(
        features=features, target=target, recipe=learned.recipe, current=current, own=set(own)
    )
    verdict = beats(compared.new, compared.old)
    if not verdict.beats:
        raise CardNotBetter(
            new=round(compared.new.auc, 4),
            old=round(compared.old.auc, 4),
            spread=round(verdict.spread, 4),
            breaches=compared.new.monotonicity_breaches,
            rows=compared.rows,
        )
    document = propose_document(
        actor=actor,
        now=now,
        wanted=WantedDocument(kind="card", text=text, from_on=from_on, lender=lender),
        why=why,
        preview={"comparison": _shown(compared, verdict, counting.hash, target)},
    )
    return Replacement(document, compared, verdict)


def _shown(
    compared: Compared, verdict: Beaten, current_hash: str, target: str
) -> Mapping[str, object]:
    return {
        "target": target,
        "rows": compared.rows,
        "bad": compared.bad,
        "new": compared.new.figures(),
        "old": compared.old.figures(),
        "gain": round(verdict.gain, 6),
        "spread": round(verdict.spread, 6),
        "against": current_hash,
    }
