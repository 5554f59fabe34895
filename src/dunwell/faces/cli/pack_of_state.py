"""The part of `dunwell pack … --published` that needs the state; imported when it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from dunwell.core.permit import Pack
from dunwell.flows.conduct.pack_pages import PublishedNumber, published_numbers, published_pack
from dunwell.store.people.permissions import system_actor
from dunwell.store.policy.calendar_year import CalendarEnds
from dunwell.store.policy.house import calendar_ends


def pack_in_force(name: str, *, day: date, version: str) -> Pack:
    """A pack as it counts in this house, or did under a version."""
    return published_pack(actor=system_actor("command-line"), day=day, name=name, version=version)


def calendar_of_state(day: date) -> CalendarEnds:
    """How far the calendar is known in this house."""
    return calendar_ends(day=day)


def published_rows(*, day: date, version: str = "") -> list[dict[str, Any]]:
    """What was published here, the oldest first: what, from which day, by whom, and why."""
    found = published_numbers(actor=system_actor("command-line"), day=day, version=version)
    return [_row(each, day) for each in found]


def _row(each: PublishedNumber, day: date) -> dict[str, Any]:
    proposal, ruling = each.proposal, each.ruling
    pack = pack_in_force(proposal.pack, day=day, version=ruling.version)
    return {
        "pack": proposal.pack,
        "parameter": proposal.parameter,
        "value": proposal.value,
        "value_named": pack.parameters[proposal.parameter].name_of(proposal.value),
        "unit": pack.parameters[proposal.parameter].unit,
        "from": proposal.from_on.isoformat(),
        "counts": proposal.from_on <= day,
        "source": proposal.source,
        "why": proposal.why,
        "proposed_by": proposal.proposed_by.display_name,
        "approved_by": ruling.by.display_name,
        "approved_at": timezone.localtime(ruling.at).isoformat(),
        "change": proposal.joins_id or proposal.pk,
        "version": ruling.version,
    }
