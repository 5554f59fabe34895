"""Saved column maps: a lender's columns are said once and known the next time.

Called by the import pages. A map is saved under a name, per lender; saving under
the same name replaces it. Names and columns are no personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from dunwell.bulk.intake.mapping import ColumnMap, map_from_data
from dunwell.core.refusal import Refusal
from dunwell.store.book.models import ColumnMap as SavedMap
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require

LONGEST_NAME = 80


class MapNameUnfit(Refusal):
    """A map needs a name of at most LONGEST_NAME characters. Figures: most."""

    code = "BOOK-MAP-NAME-UNFIT"


class NoSuchMap(Refusal):
    """The lender has no map of this number. Figures: map."""

    code = "BOOK-NO-SUCH-MAP"


def maps_of(*, lender: int) -> Sequence[SavedMap]:
    """The saved maps of a lender, by name."""
    return list(SavedMap.objects.filter(lender=lender).order_by("name"))


def map_named(*, lender: int, map_id: int) -> ColumnMap:
    """A saved map as the intake takes it. Refuses NoSuchMap."""
    saved = SavedMap.objects.filter(lender=lender, pk=map_id).first()
    if saved is None:
        raise NoSuchMap(map=map_id)
    return map_from_data(saved.mapping)


def save_map(
    *, actor: Actor, lender: int, name: str, mapping: ColumnMap, now: datetime, day: date
) -> SavedMap:
    """Save a map under `name`. Refuses NotPermitted and MapNameUnfit."""
    require(actor, "book.import", day=day, lender=lender)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise MapNameUnfit(most=LONGEST_NAME)
    with transaction.atomic():
        saved, _ = SavedMap.objects.update_or_create(
            lender_id=lender,
            name=name,
            defaults={
                "layout": mapping.layout,
                "mapping": mapping.as_data(),
                "saved_at": now,
                "saved_by_id": actor.staff,
            },
        )
        _tell_journal(actor, "book.save_map", saved.pk, lender, now, day)
    return saved


def delete_map(*, actor: Actor, lender: int, map_id: int, now: datetime, day: date) -> None:
    """Forget a saved map. Refuses NotPermitted and NoSuchMap."""
    require(actor, "book.import", day=day, lender=lender)
    with transaction.atomic():
        gone, _ = SavedMap.objects.filter(lender=lender, pk=map_id).delete()
        if not gone:
            raise NoSuchMap(map=map_id)
        _tell_journal(actor, "book.delete_map", map_id, lender, now, day)


def _tell_journal(
    actor: Actor, verb: str, map_id: int, lender: int, now: datetime, day: date
) -> None:
    append(
        stream=stream_of(lender),
        verb=verb,
        subject=f"map:{map_id}",
        actor=actor,
        at=now,
        day=day,
        lender=lender,
    )
