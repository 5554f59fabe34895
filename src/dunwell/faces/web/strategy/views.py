"""Pages that only read: what is in force, one kind whole with its history, one document."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.strategy import labels
from dunwell.faces.web.strategy.arms import power_shown
from dunwell.faces.web.strategy.conditions import in_words
from dunwell.faces.web.strategy.differing import differing
from dunwell.faces.web.strategy.looking import looked_shown
from dunwell.faces.web.strategy.reading import parsed, readable
from dunwell.faces.web.strategy.shown import plans_of, sections_of
from dunwell.flows.improve.documents_seen import (
    SEE,
    DocumentShown,
    document_seen,
    documents_in_force,
    documents_kept,
    documents_waiting,
    text_before,
)
from dunwell.flows.improve.refusals import NoSuchDocument
from dunwell.store.policy.documents import InForceDocument
from dunwell.store.policy.models import Document


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What counts today, kind by kind, and the proposals that wait for an answer."""
    reader = reader_of(request, SEE)
    found = documents_in_force(actor=reader.actor, day=reader.day, lender=reader.lender.pk)
    waiting = documents_waiting(actor=reader.actor, day=reader.day, lender=reader.lender.pk)
    order = list(labels.KINDS)
    context = {
        "reader": reader,
        "kinds": [_kind(each) for each in sorted(found, key=lambda one: order.index(one.kind))],
        "waiting": [labels.document_line(row) for row in waiting],
    }
    return render(request, "strategy/home.html", context)


@require_GET
def kind_page(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind: the text in force as tables, and every version there ever was."""
    reader = reader_of(request, SEE)
    if kind not in labels.KINDS or kind == "experiment":
        raise Http404
    found = documents_in_force(actor=reader.actor, day=reader.day, lender=reader.lender.pk)
    counting = next(each for each in found if each.kind == kind)
    kept = documents_kept(actor=reader.actor, day=reader.day, lender=reader.lender.pk, kind=kind)
    assert counting.document is not None  # every kind but experiments ships one
    context = {
        "reader": reader,
        "kind": kind,
        "about": labels.KINDS[kind][2],
        "counting": _kind(counting),
        "history": [labels.document_line(row, counting=counting.document) for row in kept],
        "proposes": reader.may("strategy.propose"),
        **content(kind, counting.document.text),
    }
    return render(request, "strategy/kind.html", context)


@require_GET
def document(request: HttpRequest, number: int) -> HttpResponse:
    """One document: a proposal with what it would do, or a version of the past."""
    return document_page(request, number)


def document_page(
    request: HttpRequest, number: int, *, error: str = "", status: int = 200
) -> HttpResponse:
    """The page of a document, with what went wrong when it was answered."""
    reader = reader_of(request, SEE)
    try:
        row = document_seen(actor=reader.actor, day=reader.day, document=number)
    except NoSuchDocument as refusal:
        raise Http404 from refusal
    before = text_before(row)
    open_still = not hasattr(row, "ruling")
    own = row.proposed_by_id == reader.actor.staff
    context: dict[str, Any] = {
        "reader": reader,
        "row": row,
        "line": labels.document_line(row),
        "kind": row.kind,
        "kind_href": kind_href(row.kind),
        "own": own,
        "answers": open_still and not own and reader.may("strategy.approve"),
        "withdraws": open_still and own and reader.may("strategy.propose"),
        "error": error,
        "diff": differing(row.kind, before, row.text),
        "look": looked_shown(row.preview, kind=row.kind, texts=(before, row.text)),
        "power": power_shown(row.preview.get("power")),
        **content(row.kind, row.text),
    }
    return render(request, "strategy/document.html", context, status=status)


def kind_href(kind: str) -> str:
    """Where a kind is shown whole."""
    if kind == "experiment":
        return reverse("strategy:experiments")
    return reverse("strategy:kind", args=[kind])


def content(kind: str, text: str, *, faulty: bool = False) -> dict[str, Any]:
    """A text as tables; where it cannot be read, the sentence that says why.

    A `faulty` text of a strategy is shown as far as it can be understood.
    """
    try:
        said = readable(kind, text) if faulty else parsed(kind, text)
    except Refusal as refusal:
        return {"sections": [], "plans": [], "unreadable": sentence_of(refusal), "text": text}
    return {
        "title": in_words(said.title, said.title_en) if hasattr(said, "title_en") else
        in_words(*said.title),
        "judged": getattr(said, "judged", False),
        "sections": sections_of(kind, said),
        "plans": plans_of(said) if kind == "strategy" else [],
        "text": text,
    }  # fmt: skip


def _kind(found: DocumentShown) -> dict[str, Any]:
    title, icon, about = labels.KINDS[found.kind]
    counting: InForceDocument | None = found.document
    row: Document | None = found.row
    return {
        "kind": found.kind,
        "title": title,
        "icon": icon,
        "about": about,
        "href": kind_href(found.kind),
        "counting": counting,
        "named": _named(found),
        "hash": counting.hash[:12] if counting else "",
        "origin": labels.ORIGINS[counting.origin] if counting else "",
        "from_on": counting.from_on if counting else None,
        "row": row,
        "by": row.proposed_by.display_name if row else "",
        "approved_by": row.ruling.by.display_name if row else "",
    }


def _named(found: DocumentShown) -> str:
    if found.document is None:
        return _("没有在进行的实验")
    return str(content(found.kind, found.document.text).get("title", ""))


__all__ = ["Reader", "content", "document", "document_page", "home", "kind_href", "kind_page"]
