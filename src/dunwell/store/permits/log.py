"""The gate's log as lists show it: allowed and refused questions, narrowed and paged by key.

Called by flows.conduct. Every list is of one lender, and of the teams the reader sees
(None: all); the newest question comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dunwell.store.permits.models import Permit


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What the list is narrowed to; empty and None mean any. Moments: [from_at, until_at)."""

    verdicts: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    rule: str = ""
    person: int | None = None
    case: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


def visible(*, lender: int, teams: frozenset[int] | None) -> QuerySet[Permit]:
    """Every row of the log that may be seen."""
    rows = Permit.objects.filter(lender_id=lender)
    return rows if teams is None else rows.filter(case__team_id__in=teams)


def narrowed(rows: QuerySet[Permit], wanted: LogFilter) -> QuerySet[Permit]:
    """The rows that the filter holds, unordered."""
    if wanted.verdicts:
        rows = rows.filter(verdict__in=wanted.verdicts)
    if wanted.channels:
        rows = rows.filter(channel__in=wanted.channels)
    if wanted.rule:
        rows = rows.filter(_hit(wanted.rule))
    if wanted.person is not None:
        rows = rows.filter(actor_id=wanted.person)
    if wanted.case is not None:
        rows = rows.filter(case_id=wanted.case)
    if wanted.from_at is not None:
        rows = rows.filter(asked_at__gte=wanted.from_at)
    if wanted.until_at is not None:
        rows = rows.filter(asked_at__lt=wanted.until_at)
    return rows


def page_of(rows: QuerySet[Permit], *, size: int, before: int | None) -> list[Permit]:
    """A page, the newest first, and one row more where there is a next page."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = rows.select_related("step", "actor").order_by("-pk")
    return list(found[: size + 1])


def _hit(code: str) -> Q:
    """The code as a whole word of `codes`: CN-T05 is not CN-T05-WEEK."""
    return (
        Q(codes=code)
        | Q(codes__startswith=f"{code} ")
        | Q(codes__endswith=f" {code}")
        | Q(codes__contains=f" {code} ")
    )
