"""Lenders and their teams: the places appointments and cases belong to.

Called by `dunwell people`, the people pages and the demo. The first lender is
made at the command line; codes are lasting, names may be written anew.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db import transaction

from dunwell.flows.house.refusals import NoSuchPlace, PlaceTaken, PlaceUnfit
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender, Team
from dunwell.store.people.permissions import Actor, require

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def create_lender(*, actor: Actor, day: date, now: datetime, code: str, name: str) -> Lender:
    """Open a lender. Refuses NotPermitted, PlaceTaken and PlaceUnfit."""
    require(actor, "people.manage", day=day)
    _hold_to_form(code, name)
    with transaction.atomic():
        if Lender.objects.filter(code=code).exists():
            raise PlaceTaken(place=code)
        lender = Lender.objects.create(code=code, name=name.strip())
        append(
            stream=stream_of(lender.pk),
            verb="people.create_lender",
            subject=f"lender:{lender.pk}",
            actor=actor,
            at=now,
            day=day,
            lender=lender.pk,
            figures={"code": code},
        )
    return lender


def create_team(
    *, actor: Actor, day: date, now: datetime, lender: int, code: str, name: str
) -> Team:
    """Open a team of a lender. Refuses NotPermitted, NoSuchPlace, PlaceTaken and PlaceUnfit."""
    require(actor, "people.manage", day=day, lender=lender)
    _hold_to_form(code, name)
    with transaction.atomic():
        if not Lender.objects.filter(pk=lender).exists():
            raise NoSuchPlace(lender=lender, team=None)
        if Team.objects.filter(lender=lender, code=code).exists():
            raise PlaceTaken(place=code)
        team = Team.objects.create(lender_id=lender, code=code, name=name.strip())
        append(
            stream=stream_of(lender),
            verb="people.create_team",
            subject=f"team:{team.pk}",
            actor=actor,
            at=now,
            day=day,
            lender=lender,
            figures={"code": code},
        )
    return team


def _hold_to_form(code: str, name: str) -> None:
    if not _CODE.fullmatch(code) or not name.strip():
        raise PlaceUnfit(place=code)
