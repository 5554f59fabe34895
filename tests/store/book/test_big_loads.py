"""A large load sets indexes and foreign keys aside and puts back exactly what stood there."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from dunwell.store.book.big_loads import big_load
from dunwell.store.book.models import Borrower, Installment, Loan, Recording
from dunwell.store.people.models import Lender, Party

pytestmark = pytest.mark.django_db

TABLE = "book_installment"


def standing():
    """Every index and foreign key of the table, as the database writes them down."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s ORDER BY name",
                           [TABLE])  # fmt: skip
            return cursor.fetchall()
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1",
                       [TABLE])  # fmt: skip
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass ORDER BY 1",
            [TABLE],
        )
        return indexes, cursor.fetchall()


@pytest.fixture
def loan():
    lender = Lender.objects.create(code="x", name="x")
    party = Party.objects.create(name_sealed=b"")
    borrower = Borrower.objects.create(lender=lender, borrower_no="B1", party=party)
    return Loan.objects.create(lender=lender, loan_no="L1", borrower=borrower)


@pytest.fixture
def recording(loan):
    return Recording.objects.create(
        lender=loan.lender, kind="import", recorded_at=datetime(2026, 3, 2, tzinfo=UTC)
    )


def enter(loan_id, recording, *seqs):
    Installment.objects.bulk_create(
        Installment(
            loan_id=loan_id, seq=seq, due_date=date(2026, 1, 1), principal_fen=1, interest_fen=0,
            entered=recording,
        )
        for seq in seqs
    )  # fmt: skip


def test_what_was_set_aside_stands_again_as_it_was(loan, recording):
    before = standing()
    with big_load(table=TABLE, coming_rows=3, least_rows=1) as aside:
        assert aside
        assert standing() != before
        enter(loan.pk, recording, 1, 2, 3)
    assert standing() == before
    assert Installment.objects.count() == 3


def test_a_small_load_and_a_load_into_a_full_table_set_nothing_aside(loan, recording):
    before = standing()
    with big_load(table=TABLE, coming_rows=3) as aside:
        assert not aside
    enter(loan.pk, recording, 1, 2, 3)
    with big_load(table=TABLE, coming_rows=3, least_rows=1) as aside:
        assert not aside
        assert standing() == before


def test_a_row_that_breaks_uniqueness_is_refused_when_the_index_comes_back(loan, recording):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        big_load(table=TABLE, coming_rows=2, least_rows=1),
    ):
        enter(loan.pk, recording, 1, 1)
    assert not Installment.objects.exists()


def test_a_row_of_no_loan_is_refused_when_the_foreign_key_comes_back(loan, recording):
    before = standing()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        big_load(table=TABLE, coming_rows=1, least_rows=1),
    ):
        enter(loan.pk + 1, recording, 1)
        connection.check_constraints()
    assert standing() == before


def test_the_guard_of_versions_stands_after_a_large_load(loan, recording):
    with big_load(table=TABLE, coming_rows=1, least_rows=1):
        enter(loan.pk, recording, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Installment.objects.update(principal_fen=2)
