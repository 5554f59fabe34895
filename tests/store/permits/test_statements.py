"""Statements planned once: on PostgreSQL a text is prepared where that is asked, and stays so."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dunwell.store.people.models import Lender
from dunwell.store.permits.statements import insert, planned_once, rows, update


def kept() -> int:
    """How many statements about lenders the connection has prepared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%people_lender%"],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_orm_reads_the_same_within_as_without() -> None:
    Lender.objects.create(code="one", name="One")
    asked = Lender.objects.filter(code="one").values_list("name", flat=True)
    with planned_once():
        assert list(asked.all()) == ["One"]
    assert list(asked.all()) == ["One"]


@pytest.mark.django_db
def test_a_text_is_prepared_once_and_outlives_a_savepoint() -> None:
    if connection.vendor != "postgresql":
        return  # Django's cursor keeps SQLite's statements itself
    before = kept()
    list(Lender.objects.filter(code="none"))
    assert kept() == before
    for code in ("one", "two"):
        with planned_once():
            list(Lender.objects.filter(code=code))
        rows("SELECT name FROM people_lender WHERE code = %s", [code])
    assert kept() == before + 2
    try:
        with transaction.atomic():
            raise KeyError
    except KeyError:
        assert kept() == before + 2


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 300])
def test_many_rows_are_added_and_changed_in_one_statement_on_postgresql(count: int) -> None:
    table, columns = Lender._meta.db_table, {"code": "text", "name": "text"}
    with CaptureQueriesContext(connection) as asked:
        insert(table, columns, [[f"l{n}", "甲's {x}"] for n in range(count)])
        keys = sorted(Lender.objects.filter(code__startswith="l").values_list("pk", flat=True))
        update(table, {"id": "bigint", **columns}, [[pk, f"k{pk}", "乙"] for pk in keys])
    assert len(asked) == (1 if connection.vendor == "postgresql" else 3)  # the reading; many
    assert set(Lender.objects.filter(pk__in=keys).values_list("name", flat=True)) == {"乙"}
    assert sorted(Lender.objects.filter(pk__in=keys).values_list("code", flat=True)) == sorted(
        f"k{pk}" for pk in keys
    )


@pytest.mark.django_db
def test_a_row_that_is_there_is_left_where_that_is_said() -> None:
    table, columns = Lender._meta.db_table, {"code": "text", "name": "text"}
    insert(table, columns, [["one", "One"]])
    insert(table, columns, [["one", "Two"], ["two", "Two"]], more=" ON CONFLICT DO NOTHING")
    assert dict(Lender.objects.filter(code__in=["one", "two"]).values_list("code", "name")) == {
        "one": "One", "two": "Two",
    }  # fmt: skip
