"""The sender: many permits re-checked and used in one transaction, none stopping another."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunwell.core.receipt import read_document
from dunwell.flows.contact.refusals import NoSuchPermit, TextChanged
from dunwell.flows.contact.release_permit import release_permit
from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.contact.use_permit import Sending, recheck, use_permits
from dunwell.store.book.models import Borrower
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Receipt, Step
from tests.flows.contact.people import TEXT, make_case

pytestmark = pytest.mark.django_db
WORKER = system_actor("worker")


def debtors(office, count):
    """Cases of further debtors, each with a number of its own."""
    cases = []
    for number in range(count):
        party = Party.objects.create(name_sealed=b"")
        borrower = Borrower.objects.create(
            lender=office.lender, borrower_no=f"N{number}", party=party
        )
        office.contact(f"n{number}", phone=f"139{number:08d}", borrower=borrower)
        cases.append(make_case(party, office.lender, office.team))
    return cases


def messages(office, count):
    """A permit for a message to each of so many debtors, asked for by the worker."""
    return [
        office.ask(f"n{number}", case=case.pk, actor=WORKER, channel="sms", text=TEXT).permit
        for number, case in enumerate(debtors(office, count))
    ]


def test_a_hundred_permits_are_used_in_one_transaction_with_few_statements(office):
    permits = messages(office, 100)
    with CaptureQueriesContext(connection) as captured:
        used = use_permits(
            actor=WORKER, sendings=[Sending(permit, TEXT) for permit in permits], now=office.now
        )
    assert [each.permit for each in used] == permits
    assert all(each.token and each.token.permit == each.permit for each in used)
    assert len(captured) < 130  # the rows written, and a handful to read
    assert Receipt.objects.count() == 100
    for receipt in Receipt.objects.all():
        assert read_document(receipt.document.encode()).body["place"] == 1


def test_what_stops_one_stops_no_other(office):
    first, frozen, released, last = permits = messages(office, 4)
    release_permit(actor=WORKER, permit=released, now=office.now)
    other = office.contacts["n1"].borrower.party.cases.get()
    stand(
        actor=office.supervisor, now=office.now, case=other.pk,
        said=Said(what="freeze", kind="dispute", why="借款人提出异议"),
    )  # fmt: skip
    sendings = [Sending(permit, TEXT) for permit in permits]
    before = recheck(actor=WORKER, sendings=sendings, now=office.now)
    assert [each.token for each in before] == [None] * 4
    assert not Step.objects.filter(kind="used").exists()
    used = {
        each.permit: each for each in use_permits(actor=WORKER, sendings=sendings, now=office.now)
    }
    assert used[first].token and used[last].token
    assert used[frozen].decision.codes == ("HOUSE-F-dispute",)
    assert (used[released].state, used[released].decision) == ("released", None)


def test_a_permit_named_twice_is_used_once(office):
    (permit,) = messages(office, 1)
    sendings = [Sending(permit, TEXT)] * 2
    used = use_permits(actor=WORKER, sendings=sendings, now=office.now)
    assert len(used) == 1
    assert Receipt.objects.count() == 1


def test_a_wrong_text_or_number_stops_all_before_anything_is_used(office):
    permits = messages(office, 2)
    for wrong in (Sending(permits[1], "另一段文字"), Sending(permits[1] + 1000, TEXT)):
        with pytest.raises((TextChanged, NoSuchPermit)):
            use_permits(actor=WORKER, sendings=[Sending(permits[0], TEXT), wrong], now=office.now)
    assert not Step.objects.exists()


def test_a_clock_that_went_back_uses_nothing_and_ends_nothing(office):
    (permit,) = messages(office, 1)
    office.later(minutes=-10)
    used = use_permits(actor=WORKER, sendings=[Sending(permit, TEXT)], now=office.now)[0]
    assert (used.token, used.decision.codes) == (None, ("GATE-CLOCK",))
    office.later(minutes=10)
    assert use_permits(actor=WORKER, sendings=[Sending(permit, TEXT)], now=office.now)[0].token


def test_nothing_to_send_is_nothing_done(office):
    assert use_permits(actor=WORKER, sendings=[], now=office.now) == []
    assert recheck(actor=WORKER, sendings=[], now=office.now) == []
