"""Who stands behind a borrower number: parties, names, ID numbers, contacts."""

from __future__ import annotations

import pytest

from dunwell.store.book.models import Borrower, BorrowerTerms, Contact, PartyVersion
from dunwell.store.people.models import Party
from dunwell.store.vault import index_candidates, open_sealed
from tests.flows.prepare.conftest import BORROWERS, ID_LI, ID_WANG

pytestmark = pytest.mark.django_db

WANG, LI = BORROWERS
WRONG_CHECK_DIGIT = "110105194912310021"


def party_of(number: str) -> Party:
    return Borrower.objects.get(borrower_no=number).party


def name_of(party: Party) -> str:
    return open_sealed(party.name_sealed, table="people_party", column="name_sealed", row=party.pk)


def bring(desk, folder, *rows):
    return desk.bring(desk.book(folder, borrowers=rows))


def test_two_borrower_numbers_with_one_id_number_are_one_party(desk):
    result = bring(desk, "a", WANG, WANG | {"borrower_no": "B7"})
    assert party_of("B1") == party_of("B7")
    assert result.flags["INTAKE-SAME-ID"] == 2


def test_a_corrected_name_keeps_the_old_one_sealed_beside(desk):
    bring(desk, "a", WANG)
    result = bring(desk, "b", WANG | {"name": "王晓明"})
    assert result.tables["borrowers"].changed == 1
    assert name_of(party_of("B1")) == "王晓明"
    old = PartyVersion.objects.get()
    sealed = open_sealed(
        old.name_sealed, table="book_partyversion", column="name_sealed", row=old.pk
    )
    assert sealed == "王小明"
    assert bring(desk, "b", WANG | {"name": "王晓明"}).changed_nothing


def test_an_id_number_that_comes_later_is_given_to_the_party(desk):
    bring(desk, "a", {"borrower_no": "B1", "name": "王小明"})
    assert party_of("B1").id_no_index is None
    bring(desk, "b", WANG)
    assert party_of("B1").id_no_index == index_candidates(ID_WANG, kind="id_no")[0]
    assert Party.objects.count() == 1


def test_an_id_number_of_a_known_party_joins_the_borrower_to_it(desk):
    bring(desk, "a", WANG, {"borrower_no": "B7", "name": "王小明"})
    assert party_of("B1") != party_of("B7")
    bring(desk, "b", WANG | {"borrower_no": "B7"})
    assert party_of("B1") == party_of("B7")


def test_a_mistyped_id_number_is_mended_in_place(desk):
    bring(desk, "a", WANG | {"id_no": ID_LI})
    bring(desk, "b", WANG)
    assert Party.objects.count() == 1
    assert party_of("B1").id_no_index == index_candidates(ID_WANG, kind="id_no")[0]


def test_a_shared_party_is_left_by_the_borrower_whose_number_was_wrong(desk):
    bring(desk, "a", WANG, LI | {"id_no": ID_WANG})
    assert party_of("B1") == party_of("B2")
    bring(desk, "b", LI)
    assert party_of("B1") != party_of("B2")
    assert party_of("B1").id_no_index == index_candidates(ID_WANG, kind="id_no")[0]
    assert party_of("B2").id_no_index == index_candidates(ID_LI, kind="id_no")[0]


def test_an_empty_id_cell_takes_no_id_number_away(desk):
    bring(desk, "a", WANG)
    result = bring(desk, "b", WANG | {"id_no": ""})
    assert result.changed_nothing
    assert party_of("B1").id_no_index is not None


def test_an_id_number_that_fails_its_check_is_flagged_and_kept(desk):
    result = bring(desk, "a", WANG | {"id_no": WRONG_CHECK_DIGIT})
    assert result.flags["INTAKE-ID-INVALID"] == 1
    assert result.quality["with_valid_id"] == 0
    party = party_of("B1")
    sealed = open_sealed(
        party.id_no_sealed, table="people_party", column="id_no_sealed", row=party.pk
    )
    assert sealed == WRONG_CHECK_DIGIT


def test_a_placeholder_for_an_id_number_never_makes_strangers_one_person(desk):
    nobody = {"id_no": "000000000000000000"}
    bring(desk, "a", WANG | nobody, LI | nobody)
    assert party_of("B1") != party_of("B2")


def test_a_wrong_number_under_two_names_identifies_neither(desk):
    wrong = {"id_no": WRONG_CHECK_DIGIT}
    bring(desk, "a", WANG | wrong, LI | wrong)
    assert party_of("B1") != party_of("B2")


def test_a_known_id_number_under_another_name_is_counted(desk):
    bring(desk, "a", WANG)
    result = desk.bring(desk.book("b", borrowers=[LI | {"id_no": ID_WANG}]), lender="other")
    assert result.quality["same_id_other_name"] == 1
    assert name_of(party_of("B1")) == "王小明"


def test_another_lender_saying_a_name_its_own_way_changes_nothing_for_the_first(desk):
    book = desk.book("a", borrowers=[WANG])
    desk.bring(book, lender="one")
    desk.bring(desk.book("b", borrowers=[WANG | {"name": "王曉明"}]), lender="two")
    assert desk.bring(book, lender="one").changed_nothing


def test_a_new_mobile_takes_the_place_of_the_old_one(desk):
    bring(desk, "a", WANG)
    result = bring(desk, "b", WANG | {"mobile": "13700137000"})
    assert result.tables["borrowers"].changed == 1
    current = Contact.objects.get(replaced=None)
    assert current.phone_index == index_candidates("13700137000", kind="phone")[0]
    assert Contact.objects.exclude(replaced=None).count() == 1


def test_contacts_are_told_apart_by_role_name_number_and_address(desk):
    someone = {
        "borrower_no": "B1", "role": "contact", "name": "王父", "phone": "13600136000",
        "relation": "父亲", "source": "申请表", "legal_basis": "contract",
    }  # fmt: skip
    book = desk.book("a", borrowers=[WANG], contacts=[someone, someone | {"phone": "13600136001"}])
    result = desk.bring(book)
    assert result.tables["contacts"].new == 2
    assert desk.bring(book).changed_nothing
    moved = desk.bring(desk.book("b", contacts=[someone | {"relation": "父母"}]))
    assert (moved.tables["contacts"].changed, moved.tables["contacts"].new) == (1, 0)


def test_terms_of_a_borrower_are_versions(desk):
    bring(desk, "a", WANG | {"payday": 10, "employer": "某某厂"})
    result = bring(desk, "b", WANG | {"payday": 15, "employer": "某某厂"})
    assert result.tables["borrowers"].changed == 1
    versions = BorrowerTerms.objects.order_by("pk")
    assert [(each.payday, each.replaced_id is None) for each in versions] == [
        (10, False),
        (15, True),
    ]
    employer = open_sealed(
        versions[1].employer_sealed,
        table="book_borrowerterms",
        column="employer_sealed",
        row=versions[1].pk,
    )
    assert employer == "某某厂"
