"""Rows in and out of the state database, equal on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from dunwell.store.book.copying import copy_in, copy_out, hex_of, named_keys
from dunwell.store.book.spool import Spool
from dunwell.store.people.models import Branch, Lender, Party

pytestmark = pytest.mark.django_db

PARTY = ("id", "kind", "id_type", "name_sealed", "id_no_sealed", "id_no_index")


@pytest.fixture
def spool(tmp_path):
    def make(*rows):
        made = Spool(tmp_path / f"{len(list(tmp_path.iterdir()))}.rows")
        made.add(rows)
        return made

    return make


def party(key, index=b"\x00\x5c\x22\x0a", id_type=""):
    return (key, "person", id_type, b"\xff\x00,", None, index)


def test_bytes_nulls_and_awkward_text_come_in_as_they_are(spool):
    lender = Lender.objects.create(code="x", name="x")
    names = ['a "quoted", name', "two\nlines", "", "\\N", "\\.", "中文"]
    rows = [(n, f"c{n}", name, "", lender.pk) for n, name in enumerate(names, start=1)]
    told = []
    count = copy_in(
        table="people_branch",
        columns=("id", "code", "name", "city", "lender_id"),
        rows=spool(*rows),
        on_rows=told.append,
    )
    assert count == len(names)
    assert list(Branch.objects.order_by("pk").values_list("name", flat=True)) == names
    copy_in(table="people_party", columns=PARTY, rows=spool(party(1)))
    stored = Party.objects.get()
    assert bytes(stored.name_sealed) == b"\xff\x00,"
    assert stored.id_no_sealed is None
    assert bytes(stored.id_no_index) == b"\x00\x5c\x22\x0a"


def test_a_row_the_database_refuses_is_an_integrity_error(spool):
    copy_in(table="people_party", columns=PARTY, rows=spool(party(1)))
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in(table="people_party", columns=PARTY, rows=spool(party(2), party(3)))
    assert Party.objects.count() == 1


def test_copy_out_writes_null_as_an_empty_cell_and_bytes_as_hexadecimal(spool, tmp_path):
    copy_in(table="people_party", columns=PARTY, rows=spool(party(1), party(2, None, "ric")))
    path = tmp_path / "out.csv"
    copy_out(sql=f"SELECT id, {hex_of('id_no_index')}, id_type FROM people_party ORDER BY id",
             path=path)  # fmt: skip
    first, second = path.read_text().splitlines()
    assert first.replace('""', "") == "1,005c220a,"
    assert second == "2,,ric"


@pytest.mark.parametrize(
    ("kind", "keys", "told"),
    [
        ("number", [(3,), (5,)], [3, 5]),
        ("text", [("a,b",), ('c"d',)], ["a,b", 'c"d']),
        ("hex", [("00ff",), ("5c22",)], [b"\x00\xff", b"\x5c\x22"]),
    ],
)
def test_named_keys_stand_while_the_block_runs(spool, kind, keys, told):
    with connection.cursor() as cursor:
        with named_keys(kind=kind, rows=spool(*keys)):
            cursor.execute("SELECT key FROM named ORDER BY key")
            found = [bytes(row[0]) if kind == "hex" else row[0] for row in cursor.fetchall()]
        assert found == told
        assert "named" not in connection.introspection.table_names(cursor)


def test_a_spool_can_be_read_more_than_once(spool):
    rows = spool((1, "a", b"\x01", None), (2, 'b"', b"", None))
    rows.add([(3, "c", b"\x02", None)])
    assert rows.count == 3
    assert [list(chunk) for chunk in rows.chunks()] == [list(chunk) for chunk in rows.chunks()]
    assert b"".join(rows.csv_bytes()).decode().splitlines() == [
        '1,"a",\\x01,', '2,"b""",\\x,', '3,"c",\\x02,',
    ]  # fmt: skip
