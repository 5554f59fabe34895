"""Statements planned once: on PostgreSQL a text is prepared where that is asked, and stays so."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from dunwell.store.people.models import Lender
from dunwell.store.permits.statements import planned_once, rows


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
