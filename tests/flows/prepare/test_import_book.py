"""Facts of the book import on both databases: what comes in, what changes, what stands."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import (
    Batch,
    Borrower,
    BorrowerTerms,
    Contact,
    Installment,
    Loan,
    LoanTerms,
    Payment,
    Recording,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Party
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.runs.models import Run
from dunwell.store.vault import index_candidates, open_sealed
from tests.flows.prepare.conftest import BORROWERS, ID_WANG, INSTALLMENTS, LOANS, PAYMENTS

pytestmark = pytest.mark.django_db


def everything():
    """Every row of the book, for comparing before and after."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (
            Borrower, BorrowerTerms, Contact, Loan, LoanTerms, Installment, Payment, Party,
            Recording,
        )
    }  # fmt: skip


def test_a_first_import_puts_every_row_on_the_book(desk, small_book):
    result = desk.bring(small_book)
    assert {name: table.new for name, table in result.tables.items()} == {
        "borrowers": 2, "loans": 2, "installments": 3, "payments": 1,
    }  # fmt: skip
    loan = Loan.objects.get(loan_no="L1")
    facts = facts_of([loan.pk])[loan.pk]
    assert [line.principal_fen for line in facts.installments] == [100_000, 100_000]
    assert [line.due_date for line in facts.installments] == [date(2026, 1, 15), date(2026, 2, 15)]
    assert [payment.amount_fen for payment in facts.payments] == [102_000]
    assert loan.borrower.borrower_no == "B1"
    assert result.recording == Recording.objects.get().pk


def test_names_ids_and_phones_are_sealed_and_found_by_index(desk, small_book):
    desk.bring(small_book)
    party = Party.objects.get(id_no_index=index_candidates(ID_WANG, kind="id_no")[0])
    assert open_sealed(party.name_sealed, table="people_party", column="name_sealed",
                       row=party.pk) == "王小明"  # fmt: skip
    assert party.name_index == index_candidates("wang xiaoming", kind="name")[0]
    contact = Contact.objects.get(phone_index=index_candidates("13800138000", kind="phone")[0])
    assert contact.borrower.borrower_no == "B1"
    phone = open_sealed(
        contact.phone_sealed, table="book_contact", column="phone_sealed", row=contact.pk
    )
    assert (contact.role, phone) == ("self", "13800138000")


def test_the_same_files_again_change_nothing(desk, small_book):
    desk.bring(small_book)
    before, journal = everything(), Entry.objects.count()
    again = desk.bring(small_book)
    assert again.changed_nothing
    assert again.seen_before
    assert again.recording is None
    assert [table.unchanged for table in again.tables.values()] == [2, 2, 3, 1]
    assert everything() == before
    assert Entry.objects.count() == journal


def test_a_changed_row_is_a_new_version_and_the_old_value_is_in_the_journal(desk, small_book):
    desk.bring(small_book)
    moved = [INSTALLMENTS[0] | {"due_date": "2026-01-20"}, *INSTALLMENTS[1:]]
    result = desk.bring(desk.book("later", installments=moved))
    assert (result.tables["installments"].changed, result.tables["installments"].unchanged) == (
        1,
        2,
    )
    lines = Installment.objects.filter(loan__loan_no="L1", seq=1).order_by("pk")
    assert [line.due_date.isoformat() for line in lines] == ["2026-01-15", "2026-01-20"]
    assert lines[0].replaced_id == lines[1].entered_id == result.recording
    entry = Entry.objects.get(verb="book.change")
    assert json.loads(entry.figures) == {
        "table": "installments",
        "rows": [{
            "row": lines[0].pk, "loan": lines[0].loan_id,
            "was": {"due_date": "2026-01-15"}, "changed": [],
        }],
    }  # fmt: skip
    assert entry.subject == f"recording:{result.recording}"


def test_what_was_known_before_a_change_can_still_be_asked(desk, small_book):
    first = desk.bring(small_book).recording
    loan = Loan.objects.get(loan_no="L1").pk
    desk.bring(desk.book("later", payments=[PAYMENTS[0] | {"amount": "20.00"}]))
    assert facts_of([loan])[loan].payments[0].amount_fen == 2_000
    assert facts_of([loan], recording=first)[loan].payments[0].amount_fen == 102_000


def test_payments_come_alone_the_next_day(desk, small_book):
    desk.bring(small_book)
    daily = [{"payment_no": "P2", "loan_no": "L1", "paid_on": "2026-03-02", "amount": "300"}]
    result = desk.bring(desk.book("daily", payments=daily))
    assert result.tables["payments"].new == 1
    assert list(result.tables) == ["payments"]
    assert Payment.objects.filter(loan__loan_no="L1", replaced=None).count() == 2


def test_a_payment_booked_on_the_wrong_loan_moves_when_sent_again(desk, small_book):
    desk.bring(small_book)
    result = desk.bring(desk.book("fix", payments=[PAYMENTS[0] | {"loan_no": "L2"}]))
    assert result.tables["payments"].changed == 1
    assert Payment.objects.get(replaced=None).loan.loan_no == "L2"


def test_children_of_loans_nobody_knows_are_rejected_and_the_rest_comes_in(desk, small_book):
    desk.bring(small_book)
    daily = [
        {"payment_no": "P2", "loan_no": "L1", "paid_on": "2026-03-02", "amount": "300"},
        {"payment_no": "P3", "loan_no": "L9", "paid_on": "2026-03-02", "amount": "300"},
    ]
    result = desk.bring(desk.book("daily", payments=daily))
    assert (result.tables["payments"].new, result.tables["payments"].rejected) == (1, 1)
    problem = result.rejects[0]
    assert (problem.file, problem.row, problem.column, problem.value, problem.code) == (
        "payments.csv", 3, "loan_no", "L9", "INTAKE-ORPHAN",
    )  # fmt: skip


def test_installments_alone_of_an_unknown_loan_are_rejected(desk):
    result = desk.bring(desk.book(installments=INSTALLMENTS))
    assert result.tables["installments"].rejected == 3
    assert not Installment.objects.exists()
    assert result.changed_nothing


def test_a_loan_of_a_borrower_missing_from_the_borrowers_file_is_rejected_with_its_children(desk):
    book = desk.book(borrowers=BORROWERS[:1], loans=LOANS, installments=INSTALLMENTS)
    result = desk.bring(book)
    assert result.tables["loans"].rejected == 1
    assert result.tables["installments"].rejected == 1
    assert list(Loan.objects.values_list("loan_no", flat=True)) == ["L1"]


def test_loans_without_a_borrowers_file_open_borrowers_without_a_name(desk):
    result = desk.bring(desk.book(loans=LOANS, installments=INSTALLMENTS))
    assert result.tables["loans"].new == 2
    assert result.quality["unnamed_borrowers"] == 2
    named = desk.bring(desk.book("later", borrowers=BORROWERS))
    assert named.tables["borrowers"].changed == 2
    assert Party.objects.count() == 2
    assert Party.objects.filter(id_no_index=index_candidates(ID_WANG, kind="id_no")[0]).exists()


def test_a_column_the_file_does_not_bring_keeps_what_is_known(desk, small_book):
    desk.bring(small_book)
    plain = [{key: loan[key] for key in ("loan_no", "borrower_no")} for loan in LOANS]
    result = desk.bring(desk.book("plain", loans=plain))
    assert result.tables["loans"].unchanged == 2
    assert LoanTerms.objects.get(loan__loan_no="L1").product == "消费贷"


def test_bad_rows_never_stop_good_ones(desk):
    rows = [*INSTALLMENTS, INSTALLMENTS[0] | {"seq": 3, "principal": "一千二"}]
    result = desk.bring(desk.book(borrowers=BORROWERS, loans=LOANS, installments=rows))
    assert (result.tables["installments"].new, result.tables["installments"].rejected) == (3, 1)
    assert result.rejects[0].code == "MONEY-UNREADABLE"
    assert result.rejects_total == 1


def test_a_dry_run_tells_what_would_change_and_writes_nothing(desk, small_book):
    desk.bring(small_book)
    before = everything()
    batches, runs = Batch.objects.count(), Run.objects.count()
    book = desk.book("later", payments=[*PAYMENTS, PAYMENTS[0] | {"payment_no": "P2"}])
    result = desk.bring(book, dry_run=True)
    assert (result.tables["payments"].new, result.tables["payments"].unchanged) == (1, 1)
    assert (result.batch, result.recording) == (None, None)
    assert everything() == before
    assert (Batch.objects.count(), Run.objects.count()) == (batches, runs)


def test_a_dry_run_for_a_new_lender_opens_none(desk, small_book):
    result = desk.bring(small_book, lender="other", dry_run=True)
    assert result.lender_is_new
    assert result.tables["loans"].new == 2
    assert not Lender.objects.exists()


def test_two_lenders_may_use_the_same_numbers(desk, small_book):
    desk.bring(small_book, lender="one")
    result = desk.bring(small_book, lender="two")
    assert result.tables["loans"].new == 2
    assert Loan.objects.filter(loan_no="L1").count() == 2
    assert Payment.objects.filter(payment_no="P1", replaced=None).count() == 2


def test_one_id_number_under_two_lenders_is_one_party(desk, small_book):
    desk.bring(small_book, lender="one")
    desk.bring(small_book, lender="two")
    assert Party.objects.count() == 2
    numbers = Borrower.objects.filter(party__id_no_index__isnull=False, borrower_no="B1")
    assert len(set(numbers.values_list("party", flat=True))) == 1


def test_the_batch_and_the_run_tell_what_happened(desk, small_book):
    result = desk.bring(small_book)
    batch = Batch.objects.get(pk=result.batch)
    assert batch.status == Batch.Status.IMPORTED
    assert batch.counts["tables"]["loans"]["new"] == 2
    assert batch.quality["with_valid_id"] == 2
    assert batch.run.status == Run.Status.DONE
    assert [step.name for step in batch.run.steps.all()] == ["compare", "seal", "write", "journal"]
    entry = Entry.objects.get(verb="book.import")
    assert entry.subject == f"batch:{batch.pk}"


def test_who_may_not_import_is_refused_before_anything_is_read(desk, small_book, django_user_model):
    Lender.objects.create(code="default", name="甲")
    desk.actor = actor_of(django_user_model.objects.create_user("ren", display_name="人"))
    with pytest.raises(NotPermitted):
        desk.bring(small_book)


def test_no_plain_personal_data_stands_in_journal_batch_or_run(desk, small_book):
    desk.bring(small_book)
    desk.bring(
        desk.book("later", borrowers=[BORROWERS[0] | {"name": "王大明", "mobile": "13700137000"}])
    )
    told = json.dumps(
        [list(Entry.objects.values()), list(Batch.objects.values()), list(Run.objects.values())],
        default=str,
        ensure_ascii=False,
    )
    for text in ("王", "李丽", ID_WANG, "13800138000", "13700137000"):
        assert text not in told
