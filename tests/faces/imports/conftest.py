"""People at the import pages, and files they hand over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dunwell.faces.worker import uploads as worker
from dunwell.store.people.models import Appointment, Lender, Role, Staff
from dunwell.store.vault import init_keyring

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOBODY = 2**22 + 1

TAPE = (
    "借据号,客户姓名,证件号码,手机号,逾期天数,逾期本金,逾期利息,罚息,性别,备用列\n"
    'L1,王小明,110101199003070732,13812348821,15,"1,000.00",20.50,3.00,男,甲\n'
    "L2,李红,110101198807150024,13900001111,40,500,5,0,女,乙\n"
    "L3,赵强,,13700002222,7,一千二,5,0,男,丙\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A house of the test's own, on the morning of DAY."""
    settings.HOME = tmp_path
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=NOW)
    with time_machine.travel(NOW, tick=False):
        yield tmp_path


@pytest.fixture
def lender(db: None) -> Lender:
    return Lender.objects.create(code="default", name="甲贷")


@pytest.fixture
def somebody(lender: Lender) -> Callable[[Role], Client]:
    """A logged-in client with one role at the lender."""

    def make(role: Role) -> Client:
        staff = Staff.objects.create_user(role.value, password=None, display_name="某人")
        Appointment.objects.create(staff=staff, role=role, lender=lender, from_on=DAY)
        client = Client()
        client.force_login(staff)
        return client

    return make


@pytest.fixture
def worker_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The worker does its work at once, in this process; answers what it was asked."""
    asked: list[str] = []

    def start(*, batch: int, phase: Any, asked_by: int) -> int:
        asked.append(phase)
        # The process has ended when the page hears of it: a number nobody bears.
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr("os.getpid", lambda: NOBODY)
            worker.work(batch=batch, phase=phase, asked_by=asked_by)
        return NOBODY

    monkeypatch.setattr(worker, "start", start)
    return asked


@pytest.fixture
def upload() -> Callable[..., Any]:
    """Hand the tape over; answers the response."""

    def send(client: Client, **changes: Any) -> Any:
        tape = SimpleUploadedFile("名单.csv", TAPE.encode("gb18030"), content_type="text/csv")
        data = {
            "upload": [tape],
            "lender": "default",
            "layout": "auto",
            "as_of": DAY.isoformat(),
        }
        return client.post("/imports/new/", data | changes)

    return send
