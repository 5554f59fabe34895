"""Policy documents: which card, strategy or other whole text counts, and since when.

Read by the day run, the desk and the flows of flows.improve. The nearest decision wins: the
lender's own approved document, else the deployment's, else the shipped seed; of several,
the one with the latest day, then the latest approval. `known_at` asks what was approved by
a past moment. Nothing is parsed here but by the parser of the document's kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.db.models import QuerySet

from dunwell.core.refusal import Refusal
from dunwell.store.policy.document_kinds import MAIN, seed_text
from dunwell.store.policy.models import Document, ExperimentStop

Origin = Literal["lender", "house", "seed"]


class NoDocument(Refusal):
    """Nothing of that kind and name counts on that day. Figures: kind, name, day."""

    code = "DOCUMENT-NONE"


@dataclass(frozen=True, slots=True)
class InForceDocument:
    """A text that counts: which, since when, and who says so (lender, house or seed).

    `number` is that of the Document, None for a seed.
    """

    kind: str
    name: str
    text: str
    hash: str
    from_on: date | None
    origin: Origin
    number: int | None = None

    def with_text(self, text: str) -> InForceDocument:
        """Another text in its place, as a preview looks at it."""
        return replace(self, text=text, hash=hash_of_text(text), number=None)


def hash_of_text(text: str) -> str:
    """The hash a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_force(
    *,
    kind: str,
    lender: int | None,
    day: date,
    known_at: datetime | None = None,
    name: str = MAIN,
) -> InForceDocument:
    """The document of `kind` that counts for `lender` on `day`. Refuses NoDocument."""
    found = find_in_force(kind=kind, lender=lender, day=day, known_at=known_at, name=name)
    if found is None:
        raise NoDocument(kind=kind, name=name, day=day.isoformat())
    return found


def find_in_force(
    *,
    kind: str,
    lender: int | None,
    day: date,
    known_at: datetime | None = None,
    name: str = MAIN,
) -> InForceDocument | None:
    """As `in_force`; None where nothing counts, as when no experiment runs or it was stopped."""
    begun = _approved(known_at).filter(kind=kind, name=name, from_on__lte=day)
    begun = begun.order_by("-from_on", "-ruling__pk")
    own = begun.filter(lender=lender).first() if lender is not None else None
    found = own or begun.filter(lender=None).first()
    if found is None:
        return _seed(kind, name)
    if kind == "experiment" and _stopped(found, day, known_at):
        return None
    origin: Origin = "lender" if own else "house"
    return InForceDocument(
        kind, name, found.text, found.hash, found.from_on, origin, number=found.pk
    )


def history(*, kind: str, lender: int | None = None) -> Sequence[Document]:
    """Every document of a kind for the deployment or a lender, the newest proposal first."""
    rows = Document.objects.filter(kind=kind, lender=lender).select_related(
        "proposed_by", "ruling", "ruling__by"
    )
    return list(rows.order_by("-pk"))


def _stopped(experiment: Document, day: date, known_at: datetime | None) -> bool:
    """Whether somebody ended it by `day`; one it had taken the place of does not come back."""
    stops = ExperimentStop.objects.filter(document=experiment, from_on__lte=day)
    return (stops if known_at is None else stops.filter(at__lte=known_at)).exists()


def _approved(known_at: datetime | None) -> QuerySet[Document]:
    rows = Document.objects.filter(ruling__approved=True)
    return rows if known_at is None else rows.filter(ruling__at__lte=known_at)


def _seed(kind: str, name: str) -> InForceDocument | None:
    text = seed_text(kind, name)
    if text is None:
        return None
    return InForceDocument(kind, name, text, hash_of_text(text), None, "seed")
