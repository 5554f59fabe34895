"""Keyed hashes of what a batch says of persons, so that people are compared without being read.

Called by book_changes. Makes the tables said_person and said_contact_mark of
bulk.merge: names and ID numbers become marks (equal text, equal mark), ID numbers and
phones become blind indexes. The comparison sees nothing else.
"""

from __future__ import annotations

import csv
import hmac
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dunwell.bulk.merge.difference import SAID_CONTACT_MARK
from dunwell.bulk.merge.people import SAID_PERSON
from dunwell.bulk.merge.rows import CHUNK_ROWS, load_csv
from dunwell.store.vault import blind_index, blind_index_many, index_candidates, keyring

MOBILE_OF_RECORD_MARK = "mobile-of-record"

_PEOPLE = """
    SELECT b.borrower_no, b.name, b.id_type, b.id_no, b.mobile, b.employer,
        NOT EXISTS (SELECT 1 FROM flag f WHERE f.table_name = 'borrower' AND f.key = b.borrower_no
            AND f.code = 'INTAKE-ID-INVALID') AS id_is_sound
    FROM borrower b"""

_PLACEHOLDER = re.compile(r"(.)\1*|.{0,5}|0?12345678.*")
"""Written where a number is asked for and none is known; it identifies nobody."""

_CONTACTS = "SELECT rowid, role, name, phone, address FROM contact"


def mark_people(connection: duckdb.DuckDBPyConnection, *, workdir: Path) -> None:
    """Make merge.said_person and merge.said_contact_mark from the staged tables."""
    path = workdir / "marks.csv"
    _write(path, (row for rows in _chunks(connection, _PEOPLE) for row in _person_marks(rows)))
    load_csv(connection, table="said_person", columns=SAID_PERSON, path=path)
    mobile = (-1, _mark("contact", MOBILE_OF_RECORD_MARK), None)
    marked = (row for rows in _chunks(connection, _CONTACTS) for row in _contact_marks(rows))
    _write(path, (row for part in ([mobile], marked) for row in part))
    load_csv(connection, table="said_contact_mark", columns=SAID_CONTACT_MARK, path=path)


def borrower_no_for_id(id_no: str) -> str:
    """The borrower number of somebody whom the lender gives none: a keyed hash of the ID number.

    Made with the oldest index key, so that a rotation of keys does not rename anybody.
    """
    oldest = next(key for key in keyring().keys if key.purpose == "index")
    return f"P-{_keyed(oldest.secret, 'borrower', id_no)[:24]}"


def contact_mark(*, role: str, phone: str) -> bytes:
    """The mark of a contact without name and address, as an import would make it."""
    return blind_index(f"contact:{_contact_key(role, None, phone, None)}", kind="account")


def _contact_key(*parts: str | None) -> str:
    """Role, name, phone and address, by which a contact of a borrower is known."""
    return "|".join(part or "" for part in parts)


def _person_marks(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    numbers, names, types, ids, mobiles, employers, sound = zip(*rows, strict=True)
    told = [None if id_no is None or _PLACEHOLDER.fullmatch(id_no) else id_no for id_no in ids]
    typed = [
        None if id_no is None else f"{id_type or ''}|{id_no}"
        for id_type, id_no in zip(types, ids, strict=True)
    ]
    columns = (
        numbers,
        _marks("name", names),
        _marks("id_no", typed),
        _marks("employer", employers),
        _hex(blind_index_many(told, kind="id_no")),
        _older_indexes(told),
        _hex(blind_index_many(names, kind="name")),
        _hex(blind_index_many(mobiles, kind="phone")),
        ["true" if each else "false" for each in sound],
    )
    return zip(*columns, strict=True)


def _contact_marks(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    places, roles, names, phones, addresses = zip(*rows, strict=True)
    keys = [_contact_key(*parts) for parts in zip(roles, names, phones, addresses, strict=True)]
    indexes = _hex(blind_index_many(phones, kind="phone"))
    return zip(places, _marks("contact", keys), indexes, strict=True)


def _older_indexes(told: Sequence[str | None]) -> list[str | None]:
    if len(keyring().live("index")) == 1:
        return [None] * len(told)
    return [
        None if text is None else index_candidates(text, kind="id_no")[-1].hex() for text in told
    ]


def _mark(what: str, text: str) -> str:
    return blind_index(f"{what}:{text}", kind="account").hex()


def _marks(what: str, texts: Sequence[str | None]) -> list[str | None]:
    told = [None if text is None else f"{what}:{text}" for text in texts]
    return _hex(blind_index_many(told, kind="account"))


def _hex(indexes: Sequence[bytes | None]) -> list[str | None]:
    return [None if index is None else index.hex() for index in indexes]


def _keyed(secret: bytes, kind: str, text: str) -> str:
    return hmac.digest(secret, f"{kind}\0{text}".encode(), "sha256").hex()


def _chunks(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Sequence[tuple[Any, ...]]]:
    cursor = connection.cursor()
    cursor.execute(sql)
    while rows := cursor.fetchmany(CHUNK_ROWS):
        yield rows


def _write(path: Path, rows: Iterator[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
