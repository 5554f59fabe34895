"""The other ways a book comes: the PPDai table, zips, several files of one table."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest

from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Installment, Loan, Payment
from tests.flows.prepare.conftest import BORROWERS, INSTALLMENTS, LOANS, PAYMENTS

pytestmark = pytest.mark.django_db

LP = "ListingId,期数,还款状态,应还本金,应还利息,剩余本金,剩余利息,到期日期,还款日期,recorddate\n"


def listing(desk, name, *rows):
    path = desk.folder / name
    path.write_text(LP + "\n".join(rows) + "\n", "utf-8")
    return path


def test_the_ppdai_table_is_read_as_it_is(desk):
    path = listing(
        desk,
        "LP.csv",
        "100013,1,1,1000,20,0,0,2026-01-15,2026-01-14,2026-03-01",
        "100013,2,4,1000,10,400,0,2026-02-15,2026-02-20,2026-03-01",
        "100013,3,0,1000,5,1000,5,2026-03-15,\\N,2026-03-01",
    )
    result = desk.bring(path)
    assert result.layout == "lp"
    loan = Loan.objects.get()
    facts = facts_of([loan.pk])[loan.pk]
    assert [line.due_date for line in facts.installments][2] == date(2026, 3, 15)
    assert {p.paid_on: p.amount_fen for p in facts.payments} == {
        date(2026, 1, 14): 102_000,
        date(2026, 2, 20): 61_000,
    }
    assert desk.bring(path).changed_nothing


def test_a_later_snapshot_of_the_ppdai_table_changes_what_was_paid(desk):
    desk.bring(listing(desk, "a.csv", "7,1,4,1000,10,400,0,2026-02-15,2026-02-20,2026-03-01"))
    result = desk.bring(
        listing(desk, "b.csv", "7,1,2,1000,10,0,0,2026-02-15,2026-03-02,2026-03-03")
    )
    assert (result.tables["payments"].changed, result.tables["loans"].unchanged) == (1, 1)
    current = Payment.objects.get(replaced=None)
    assert (current.amount_fen, current.paid_on) == (101_000, date(2026, 3, 2))


def test_a_zip_of_native_files_is_one_batch(desk):
    folder = desk.book(borrowers=BORROWERS, loans=LOANS, installments=INSTALLMENTS)
    packed = desk.folder / "book.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    result = desk.bring(packed)
    assert result.tables["installments"].new == 3


def test_of_two_files_the_later_one_counts(desk, small_book):
    desk.bring(small_book)
    first = desk.write("daily/payments_1.csv", [PAYMENTS[0] | {"payment_no": "P2", "amount": "1"}])
    desk.write("daily/payments_2.csv", [PAYMENTS[0] | {"payment_no": "P2", "amount": "2"}])
    result = desk.bring(first.parent)
    assert result.tables["payments"].new == 1
    assert result.flags["INTAKE-SUPERSEDED"] == 1
    assert Payment.objects.get(payment_no="P2").amount_fen == 200


def test_lines_a_later_schedule_does_not_name_stay(desk, small_book):
    desk.bring(small_book)
    desk.bring(desk.book("later", installments=INSTALLMENTS[:1]))
    assert Installment.objects.filter(replaced=None).count() == 3


def test_yesterdays_file_after_todays_puts_yesterday_back(desk, small_book):
    desk.bring(small_book)
    today = desk.book("today", payments=[PAYMENTS[0] | {"amount": "1000"}])
    desk.bring(today)
    result = desk.bring(small_book)
    assert result.seen_before
    assert result.tables["payments"].changed == 1
    assert Payment.objects.get(replaced=None).amount_fen == 102_000
    assert Payment.objects.count() == 3
