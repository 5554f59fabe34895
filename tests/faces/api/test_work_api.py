"""Notes, promises and payments over the API: once each, and answered as the description says."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from dunwell.store.book.models import Payment
from dunwell.store.outreach.models import Note
from dunwell.store.promises.models import Promise
from tests.faces.api.conftest import token_of
from tests.flows.contact.people import NOON
from tests.flows.follow_up.debtor import Debtor, make_debtor

API = "/api/v1"


@pytest.fixture
def debtor(db):
    with time_machine.travel(NOON, tick=False):
        yield make_debtor()


@pytest.fixture
def program(debtor: Debtor) -> Client:
    return Client(headers={"Authorization": f"Bearer {token_of(debtor.office)}"})


@pytest.fixture
def cashier(debtor: Debtor) -> Client:
    """A program of the supervisor, who may enter payments."""
    office = debtor.office
    office.collector = office.supervisor
    return Client(headers={"Authorization": f"Bearer {token_of(office)}"})


def post(client: Client, where: str, body: Any, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else None
    return client.post(f"{API}/{where}", body, content_type="application/json", headers=headers)


def dialled(client: Client, debtor: Debtor) -> int:
    office = debtor.office
    wish = {"case": office.case.pk, "contact": office.contacts["self"].pk, "channel": "call"}
    permit = post(client, "permits", wish).json()["permit"]
    assert post(client, f"permits/{permit}/use", {}).json()["granted"]
    return int(permit)


def test_a_note_is_filed_once_however_often_it_is_sent(debtor: Debtor, program: Client) -> None:
    permit = dialled(program, debtor)
    body = {"case": debtor.case.pk, "permit": permit, "number_code": "NOAS"}
    first = post(program, "notes", body, key="n1")
    assert first.status_code == 200, first.content
    assert post(program, "notes", body, key="n1").json() == first.json()
    assert Note.objects.count() == 1 and first.json()["next_step"] == "call"
    other = post(program, "notes", {**body, "number_code": "BUSY"}, key="n1")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "API-KEY-REUSED")


def test_what_is_refused_may_be_mended_and_sent_under_the_same_key(
    debtor: Debtor, program: Client
) -> None:
    permit = dialled(program, debtor)
    wrong = {"case": debtor.case.pk, "permit": permit, "number_code": "NONE"}
    assert post(program, "notes", wrong, key="n1").status_code == 409
    right = {**wrong, "number_code": "NOAS"}
    assert post(program, "notes", right, key="n1").status_code == 200


def test_a_promise_is_taken_moved_and_looked_at(debtor: Debtor, program: Client) -> None:
    body = {"case": debtor.case.pk, "amount_fen": 50_000, "due_on": "2026-03-06"}
    said = post(program, "promises", body, key="p1").json()
    assert (said["state"], said["last_on"]) == ("open", "2026-03-07")
    assert post(program, "promises", body, key="p1").json() == said
    assert Promise.objects.count() == 1
    moved = post(program, f"promises/{said['promise']}/move", {"due_on": "2026-03-09"}).json()
    assert moved["due_on"] == "2026-03-09"
    old = program.get(f"{API}/promises/{said['promise']}").json()
    assert old["state"] == "rescheduled"


def test_a_payment_is_on_the_book_once_and_taken_back(debtor: Debtor, cashier: Client) -> None:
    body = {
        "lender": "default", "loan_no": "L1", "payment_no": "X1", "amount_fen": 1_000,
        "paid_on": "2026-03-02",
    }  # fmt: skip
    first = post(cashier, "payments", body, key="m1")
    assert first.status_code == 200 and not first.json()["unchanged"]
    assert post(cashier, "payments", body).json()["unchanged"]
    assert Payment.objects.count() == 1
    back = {"lender": "default", "reversed_on": "2026-03-02", "why": "银行退票"}
    assert post(cashier, "payments/X1/reversals", back).json()["amount_fen"] == 1_000
    assert post(cashier, "payments/NO/reversals", back).status_code == 404


def test_a_collector_enters_no_payments(debtor: Debtor, program: Client) -> None:
    body = {
        "lender": "default", "loan_no": "L1", "payment_no": "X1", "amount_fen": 1,
        "paid_on": "2026-03-02",
    }  # fmt: skip
    assert post(program, "payments", body).status_code == 403
    assert not Payment.objects.exists()
