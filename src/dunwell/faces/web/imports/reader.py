"""Who reads an import page, and the sentences of codes in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from dunwell.faces.web.access.acting import Acting, acting
from dunwell.faces.words import say
from dunwell.flows.prepare.uploads import upload_of
from dunwell.store.book.models import Batch
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import NotPermitted, lenders_seen


def lenders_for(who: Acting, permission: str = "book.import") -> Sequence[int]:
    """The lenders over which the reader holds the permission. Refuses (NotPermitted) none."""
    seen = lenders_seen(who.actor, who.day, permission)
    found = Lender.objects.all() if seen is None else Lender.objects.filter(pk__in=seen)
    lenders = list(found.order_by("code").values_list("pk", flat=True))
    if not lenders:
        raise NotPermitted(permission=permission, lender=None, team=None)
    return lenders


def uploaded(request: HttpRequest, batch_id: int) -> tuple[Acting, Batch]:
    """The reader and an upload whose files are still there."""
    who = acting(request)
    return who, upload_of(actor=who.actor, batch=batch_id, now=who.now)


def said(code: str, figures: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code."""
    return say(code, figures or {}, language=get_language() or "zh-hans")
