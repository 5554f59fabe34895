"""Who acts on a page, on which day, at which moment: the three things every flow is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from dunwell.core.refusal import Refusal
from dunwell.faces.words import say
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, actor_of, may


@dataclass(frozen=True, slots=True)
class Acting:
    """The actor, the business day and the moment of one request."""

    actor: Actor
    day: date
    now: datetime

    def told(self) -> dict[str, object]:
        """As flows take it: `flow(**acting.told(), ...)`."""
        return {"actor": self.actor, "day": self.day, "now": self.now}

    def may(self, permission: str, *, lender: int | None = None) -> bool:
        """Whether an act may be offered on this page."""
        return may(self.actor, permission, lender=lender, day=self.day)


def acting(request: HttpRequest) -> Acting:
    """Faces read the clock: here, once per request."""
    return Acting(actor_behind(request), timezone.localdate(), timezone.now())


def actor_behind(request: HttpRequest) -> Actor:
    """The actor of a request: appointments are read once, for the view and the frame alike."""
    assert isinstance(request.user, Staff)
    kept: Actor | None = getattr(request, "_dunwell_actor", None)
    if kept is None or kept.staff != request.user.pk:
        kept = actor_of(request.user)
        request._dunwell_actor = kept  # type: ignore[attr-defined]  # read above only
    return kept


def sentence_of(refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    return say(refusal.code, refusal.figures, language=get_language() or "zh-hans")


def refused(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    """Show a flow's refusal on the form that asked for it."""
    form.add_error(field, sentence_of(refusal))
