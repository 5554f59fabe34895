"""A small book, imported and run for a day, and people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.run_day import run_day
from dunwell.flows.prepare.stage_book import stage_book
from dunwell.store.people.models import Appointment, Lender, Role, Staff
from dunwell.store.people.permissions import system_actor

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

FILES = {
    "borrowers.csv": (
        "borrower_no,name,id_type,id_no,mobile\n"
        "B1,王小明,ric,110101199003070732,13812348821\n"
        "B2,李红,ric,110101198807150024,13900001111\n"
        "B3,赵强,ric,,13700002222\n"
    ),
    "loans.csv": "loan_no,borrower_no,product\nL1,B1,经营快贷\nL2,B2,消费分期\nL3,B3,消费分期\n",
    "installments.csv": (
        "loan_no,seq,due_date,principal,interest\n"
        "L1,1,2026-02-18,1000.00,20.00\n"
        "L1,2,2026-03-18,1000.00,20.00\n"
        "L2,1,2026-01-16,500.00,10.00\n"
        "L3,1,2026-03-20,300.00,3.00\n"
    ),
    "payments.csv": "payment_no,loan_no,paid_on,amount\nP1,L1,2026-02-20,120.00\n",
    "contacts.csv": (
        "borrower_no,role,name,relation,phone,source,legal_basis\n"
        "B1,contact,孙二,同事,13600003333,application_form,consent\n"
    ),
}


@pytest.fixture
def on_the_day() -> Iterator[None]:
    """The clock stands at ten in the morning of DAY in Shanghai."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def book(on_the_day: None, committed_database: object, tmp_path: Path) -> Lender:
    """The book of FILES, imported and aged: B1 is 12 days late, B2 45, B3 is not late."""
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    actor = system_actor("command-line")
    staged = stage_book(
        actor=actor,
        lender_code="default",
        paths=[folder],
        workdir=tmp_path / "work",
        as_of=DAY,
        now=NOW,
    )
    import_book(actor=actor, staged=staged, dry_run=False, clock=timezone.now)
    run_day(actor=system_actor("day-run"), day=DAY, clock=timezone.now, home=tmp_path)
    return Lender.objects.get(code="default")


def log_in(lender: Lender, role: Role) -> Client:
    """A browser of somebody with this role over the whole lender."""
    staff = Staff.objects.create_user(role.value, "a-long-pass-word", display_name=role.label)
    Appointment.objects.create(staff=staff, role=role, lender=lender, from_on=date(2026, 1, 1))
    client = Client()
    client.force_login(staff)
    return client
