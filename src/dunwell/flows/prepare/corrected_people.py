"""Correcting parties: another name, or an ID number where none or a wrong one stood.

Called by import_book inside its transaction. What a party was called before stays,
sealed, as a PartyVersion. Plain values are opened only to be sealed for the place
they move to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
from django.db import connection as state

from dunwell.bulk.merge import people
from dunwell.store.book.models import PartyVersion
from dunwell.store.book.numbering import reserve_numbers
from dunwell.store.people.models import Party
from dunwell.store.vault import blind_index_many, open_many, seal_many

AT_ONCE = 2_000
_VERSION_TABLE = "book_partyversion"


def correct_parties(connection: duckdb.DuckDBPyConnection, *, recording: int) -> list[int]:
    """Give each corrected party its new name or ID number; answer their ids."""
    corrected: list[int] = []
    cursor = connection.cursor()
    cursor.execute(people.CORRECTED_PARTIES)
    while rows := cursor.fetchmany(AT_ONCE):
        keys = [row[0] for row in rows]
        _keep_versions(keys, recording)
        _rename([(key, name) for key, _, name, *_ in rows if name])
        _identify([(row[0], *row[3:]) for row in rows if row[1]])
        corrected += keys
    return corrected


def _keep_versions(keys: Sequence[int], recording: int) -> None:
    """Write down the names and ID numbers the parties have until now."""
    parties = list(Party.objects.filter(pk__in=keys).order_by("pk"))
    first = reserve_numbers(PartyVersion, len(parties))
    places = [party.pk for party in parties]
    numbers = list(range(first, first + len(parties)))
    columns = []
    for column in ("name_sealed", "id_no_sealed"):
        values = [getattr(party, column) for party in parties]
        plain = open_many(values, table="people_party", column=column, rows=places)
        columns.append(seal_many(plain, table=_VERSION_TABLE, column=column, rows=numbers))
    PartyVersion.objects.bulk_create(
        PartyVersion(
            pk=number,
            party=party,
            id_type=party.id_type,
            name_sealed=name,
            id_no_sealed=id_no,
            entered_id=recording,
        )
        for number, party, name, id_no in zip(numbers, parties, *columns, strict=True)
    )


def _rename(told: Sequence[tuple[int, str]]) -> None:
    if not told:
        return
    keys, names = zip(*told, strict=True)
    sealed = seal_many(names, table="people_party", column="name_sealed", rows=keys)
    indexes = blind_index_many(names, kind="name")
    initials = blind_index_many(names, kind="initials")
    _update(
        "name_sealed = %s, name_index = %s, initials_index = %s",
        zip(sealed, indexes, initials, keys, strict=True),
    )


def _identify(told: Sequence[tuple[Any, ...]]) -> None:
    if not told:
        return
    keys, id_types, ids, indexes = zip(*told, strict=True)
    sealed = seal_many(ids, table="people_party", column="id_no_sealed", rows=keys)
    columns = (
        [id_type or "" for id_type in id_types],
        sealed,
        [bytes.fromhex(index) for index in indexes],
        keys,
    )
    _update("id_type = %s, id_no_sealed = %s, id_no_index = %s", zip(*columns, strict=True))


def _update(what: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with state.cursor() as cursor:
        cursor.executemany(f"UPDATE people_party SET {what} WHERE id = %s", list(rows))
