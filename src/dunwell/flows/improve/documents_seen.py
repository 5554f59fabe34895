"""Policy documents as people look at them: what counts today and by whom, what waits, what was.

Called by the pages of strategy and experiments. Everything is read for one lender: its own
documents and those of the deployment. Nothing is changed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from dunwell.flows.improve.refusals import NoSuchDocument
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import KINDS, MAIN, seed_text
from dunwell.store.policy.documents import InForceDocument, find_in_force, hash_of_text
from dunwell.store.policy.models import Document, PolicyText

SEE = "strategy.see"


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A text that counts, with the row that says by whom; `row` is None for a shipped text."""

    kind: str
    document: InForceDocument | None
    """None where nothing of the kind counts, as when no experiment runs."""
    row: Document | None


def documents_in_force(*, actor: Actor, day: date, lender: int) -> tuple[DocumentShown, ...]:
    """What counts for the lender on `day`, one of each kind. Refuses NotPermitted."""
    require(actor, SEE, day=day, lender=lender)
    found = {kind: find_in_force(kind=kind, lender=lender, day=day) for kind in KINDS}
    numbers = [each.number for each in found.values() if each and each.number is not None]
    rows = with_people(Document.objects.filter(pk__in=numbers)).in_bulk()
    return tuple(
        DocumentShown(kind, each, rows.get(each.number) if each and each.number else None)
        for kind, each in found.items()
    )


def documents_kept(
    *, actor: Actor, day: date, lender: int, kind: str | None = None
) -> list[Document]:
    """Every document of the lender and the deployment, the newest first; of one kind, or all.

    Refuses NotPermitted.
    """
    require(actor, SEE, day=day, lender=lender)
    rows = Document.objects.filter(Q(lender=lender) | Q(lender=None))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return list(with_people(rows).order_by("-pk"))


def documents_waiting(*, actor: Actor, day: date, lender: int) -> list[Document]:
    """Proposals that nobody answered yet, the newest first. Refuses NotPermitted."""
    require(actor, SEE, day=day, lender=lender)
    rows = Document.objects.filter(Q(lender=lender) | Q(lender=None), ruling=None)
    return list(with_people(rows).order_by("-pk"))


def document_seen(*, actor: Actor, day: date, document: int) -> Document:
    """One document, of a lender that the actor may look at. Refuses NoSuchDocument."""
    row = with_people(Document.objects.filter(pk=document)).first()
    if row is None:
        raise NoSuchDocument(document=document)
    require(actor, SEE, day=day, lender=row.lender_id)
    return row


def text_before(row: Document) -> str:
    """The text that counted when the document was proposed; empty where there was none."""
    if not row.base_hash:
        return ""
    for name in (row.name, MAIN):
        shipped = seed_text(row.kind, name)
        if shipped is not None and hash_of_text(shipped) == row.base_hash:
            return shipped
    earlier = Document.objects.filter(kind=row.kind, hash=row.base_hash).first()
    if earlier is not None:
        return earlier.text
    kept = PolicyText.objects.filter(hash=row.base_hash).first()
    return kept.text if kept is not None else ""


def with_people(rows: QuerySet[Document]) -> QuerySet[Document]:
    """The rows with who proposed and who answered, in the same query."""
    return rows.select_related("proposed_by", "lender", "ruling", "ruling__by")
