"""Lists of cases: what one person may see, filtered, ordered, a page at a time.

Every list comes from `Scope`: one lender, and either the whole of it or some
teams. Pages are by key, not by number, so the thousandth page costs what the
first does; counts above `EXACT_UP_TO` come from the shape of the last day run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.db.models import Count, Q, QuerySet, Sum

from dunwell.store.cases.models import Case, CaseEvent

EXACT_UP_TO = 10_000
"""Above this many rows a list says `over` instead of counting."""

Order = Literal["amount", "days"]
_COLUMN = {"amount": "overdue_fen", "days": "days_past_due"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see of one lender: all teams (None) or these."""

    lender: int
    teams: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to. Amounts in fen, both ends included; empty means any."""

    status: str = "open"
    buckets: frozenset[str] = frozenset()
    least_fen: int | None = None
    most_fen: int | None = None
    team: int | None = None
    holder: int | None = None
    held: bool | None = None
    parties: frozenset[int] | None = None
    """Parties a search found; None means no search was made."""
    cases: frozenset[int] | None = None
    """Cases a search or a link names; None means no such narrowing."""
    moved: tuple[str, date] | None = None
    """Cases an event of this kind moved on this day."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases and fen a filter holds; `over` when counting stopped at EXACT_UP_TO."""

    cases: int
    overdue_fen: int | None
    over: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of cases in order, and the key the next page starts after."""

    cases: list[Case]
    next_key: tuple[int, int] | None


def visible_cases(scope: Scope) -> QuerySet[Case]:
    """Every case the scope may see."""
    cases = Case.objects.filter(lender_id=scope.lender)
    return cases if scope.teams is None else cases.filter(team_id__in=scope.teams)


def filtered(scope: Scope, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases that the filter holds, unordered."""
    cases = visible_cases(scope)
    if wanted.status:
        cases = cases.filter(status=wanted.status)
    if wanted.buckets:
        cases = cases.filter(bucket__in=wanted.buckets)
    if wanted.least_fen is not None:
        cases = cases.filter(overdue_fen__gte=wanted.least_fen)
    if wanted.most_fen is not None:
        cases = cases.filter(overdue_fen__lte=wanted.most_fen)
    if wanted.team is not None:
        cases = cases.filter(team_id=wanted.team)
    if wanted.holder is not None:
        cases = cases.filter(holder_id=wanted.holder)
    if wanted.held is not None:
        cases = cases.filter(held=wanted.held)
    if wanted.parties is not None:
        cases = cases.filter(party_id__in=wanted.parties)
    if wanted.cases is not None:
        cases = cases.filter(pk__in=wanted.cases)
    if wanted.moved is not None:
        kind, day = wanted.moved
        cases = cases.filter(pk__in=CaseEvent.objects.filter(day=day, kind=kind).values("case"))
    return cases


def page_of(
    scope: Scope,
    wanted: CaseFilter,
    *,
    order: Order,
    size: int,
    after: tuple[int, int] | None = None,
) -> Page:
    """The next `size` cases after the key `after`, largest first, with what a row shows.

    A filter on several buckets is read bucket by bucket and merged, so that each
    part walks its own index instead of sorting the lender's whole book.
    """
    column = _COLUMN[order]
    found: list[Case] = []
    for part in _parts(wanted):
        cases = filtered(scope, part).select_related("party", "team", "holder")
        if after is not None:
            value, key = after
            # The first condition bounds the index range, the second is the key itself.
            cases = cases.filter(**{f"{column}__lte": value}).filter(
                Q(**{f"{column}__lt": value}) | Q(pk__gt=key)
            )
        found.extend(cases.order_by(f"-{column}", "pk")[: size + 1])
    found.sort(key=lambda case: (-getattr(case, column), case.pk))
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return Page(shown, None if last is None else (getattr(last, column), last.pk))


def _parts(wanted: CaseFilter) -> list[CaseFilter]:
    if len(wanted.buckets) < 2:
        return [wanted]
    return [replace(wanted, buckets=frozenset({bucket})) for bucket in sorted(wanted.buckets)]


def counted(scope: Scope, wanted: CaseFilter) -> Counted:
    """Count and sum of what the filter holds, exact up to EXACT_UP_TO rows."""
    # In the order of an index, so that counting walks at most EXACT_UP_TO rows of it.
    few = filtered(scope, wanted).order_by("-overdue_fen", "pk")[: EXACT_UP_TO + 1]
    totals = few.aggregate(cases=Count("pk"), overdue_fen=Sum("overdue_fen"))
    if totals["cases"] > EXACT_UP_TO:
        return Counted(EXACT_UP_TO, None, over=True)
    return Counted(totals["cases"], totals["overdue_fen"] or 0, over=False)
