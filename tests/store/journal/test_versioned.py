"""Facts of the book: the database lets `replaced` be filled once and sealed text be rewritten."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.journal.guards import guards
from dunwell.store.people.models import Lender, Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    lender = Lender.objects.create(code="default", name="D")
    party = Party.objects.create(name_sealed=b"x")
    recording = Recording.objects.create(
        lender=lender, kind="import", recorded_at="2026-11-23T00:00:00Z"
    )
    borrower = Borrower.objects.create(lender=lender, borrower_no="B1", party=party)
    return Contact.objects.create(
        entered=recording, borrower=borrower, role="self", source="contract", phone_sealed=b"x"
    )


def refused(statement, *values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return True


def test_a_fact_is_replaced_once_and_by_nothing_else_changed(contact):
    recording = contact.entered_id
    assert refused("UPDATE book_contact SET role = 'other'")
    assert refused("UPDATE book_contact SET replaced_id = %s, role = 'other'", recording)
    Contact.objects.update(replaced=contact.entered)
    assert refused("UPDATE book_contact SET replaced_id = NULL")
    other = Recording.objects.create(
        lender=contact.borrower.lender, kind="import", recorded_at="2026-11-24T00:00:00Z"
    )
    assert refused("UPDATE book_contact SET replaced_id = %s", other.pk)
    assert refused("DELETE FROM book_contact")


def test_writing_the_same_again_is_no_change(contact):
    assert Contact.objects.update(role="self", replaced=None) == 1


def test_key_rotation_may_rewrite_sealed_text_and_indexes_only(contact):
    assert Contact.objects.update(phone_sealed=b"y", phone_index=b"0" * 16) == 1
    assert refused("UPDATE book_contact SET phone_sealed = %s, role = 'other'", b"z")


def test_a_fact_cannot_be_put_in_place_of_another(contact):
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE book_contact CASCADE")
    else:
        assert refused("INSERT OR REPLACE INTO book_contact SELECT * FROM book_contact")


def test_every_guarded_table_of_the_house_is_known():
    known = {guard.table: guard.kind for guard in guards()}
    assert known["journal_entry"] == known["journal_seal"] == "append_only"
    assert known["cases_caseevent"] == known["policy_housevalue"] == "append_only"
    facts = {table for table, kind in known.items() if kind == "versioned"}
    assert {"book_payment", "book_installment", "book_contact", "book_partyversion"} <= facts


def test_start_up_notices_a_lost_trigger():
    on = " ON book_payment" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER keeps_book_payment_update{on}")
    check = apps.get_app_config("journal").module.apps._check
    assert [each.id for each in check(databases=["default"])] == ["dunwell.E001"]
