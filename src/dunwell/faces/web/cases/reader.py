"""Who reads a page, for which lender and which day: asked once per request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from dunwell.faces.web.access.acting import actor_behind
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import (
    Actor,
    NotPermitted,
    lenders_seen,
    may,
    teams_seen,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """The actor behind a request, the lender looked at, and what of it may be seen."""

    actor: Actor
    day: date
    lender: Lender
    lenders: tuple[Lender, ...]
    scope: Scope

    def may(self, permission: str, *, case: Case | None = None) -> bool:
        """Whether an act may be offered: on one case, or (None) on the page."""
        team = min(self.scope.teams) if self.scope.teams else None
        holder = None
        if case is not None:
            team, holder = case.team_id, case.holder_id
        return may(
            self.actor,
            permission,
            day=self.day,
            lender=self.lender.pk,
            team=team,
            holder=holder,
        )


def reader_of(request: HttpRequest, permission: str = "case.see") -> Reader:
    """The reader of this page; `?lender=` chooses among several, else the first by code.

    Refuses (NotPermitted) someone who holds `permission` over no lender.
    """
    actor = actor_behind(request)
    day = timezone.localdate()
    seen = lenders_seen(actor, day, permission)
    lenders = tuple(Lender.objects.filter(pk__in=seen or ()).order_by("code"))
    wanted = request.GET.get("lender") or request.session.get("lender")
    lender = next((each for each in lenders if each.code == wanted), None) or next(
        iter(lenders), None
    )
    if lender is None:
        raise NotPermitted(permission=permission, lender=None, team=None)
    if request.GET.get("lender") and request.session.get("lender") != lender.code:
        request.session["lender"] = lender.code
    teams = teams_seen(actor, day, permission, lender=lender.pk)
    return Reader(actor, day, lender, lenders, Scope(lender.pk, teams))
