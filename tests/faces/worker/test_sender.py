"""The sender at work: everything due in one round, words kept before they are acknowledged."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from dunwell.channels.sms.sandbox import Sandbox, SandboxLine
from dunwell.faces.worker.sender import Stop, one_round, work
from dunwell.flows.contact.outbox import queue_message, set_letterhead
from dunwell.flows.contact.ports import Heard, Incoming, Word
from dunwell.store.outreach.models import Message, Reply
from tests.databases import Place
from tests.flows.contact.people import Office, open_office

ROOT = Path(__file__).parents[3]


class Line(SandboxLine):
    """A sandbox that hears what the test gives it, and may be unreachable."""

    def __init__(self, *, reachable: bool = True) -> None:
        self.reachable = reachable
        self.came: list[Incoming] = []
        self.acknowledged: list[tuple[Incoming, int]] = []
        self.closed = False

    @contextmanager
    def _batch(self) -> Iterator[Sandbox]:
        if not self.reachable:
            raise ConnectionRefusedError
        yield Sandbox()

    def __call__(self):
        return self._batch()

    def incoming(self, *, now: datetime) -> Incoming:
        if not self.reachable:
            raise ConnectionRefusedError
        return self.came.pop(0) if self.came else Incoming()

    def kept(self, incoming: Incoming) -> None:
        settled = Message.objects.filter(state="delivered").count() + Reply.objects.count()
        self.acknowledged.append((incoming, settled))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def office(db) -> Office:
    return open_office()


def queued(office: Office, key: str = "k") -> Message:
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    return queue_message(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, template="missed-call", key=key, gateway="main",
    ).message  # fmt: skip


@pytest.mark.django_db
def test_a_round_sends_and_hears_and_acknowledges_what_it_kept(office: Office) -> None:
    message = queued(office)
    line = Line()
    done = one_round(lines={"main": line}, clock=lambda: office.now, stop=Stop())
    assert (done.states, done.busy) == ({"accepted": 1}, True)
    said = Word("main", "delivered", reference=str(message.pk))
    heard = Heard("main", "", "13800138000", "TD", office.now)
    line.came = [Incoming((said,), (heard,)), Incoming((said,), (heard,))]
    line.acknowledged = []
    done = one_round(lines={"main": line}, clock=lambda: office.now, stop=Stop())
    assert (done.receipts, done.replies) == (1, 1)
    assert line.acknowledged[0][1] == 2, "kept before it is acknowledged"
    one_round(lines={"main": line}, clock=lambda: office.now, stop=Stop())
    assert Reply.objects.count() == 1, "the same reply brought again is the same"


@pytest.mark.django_db
def test_an_unreachable_gateway_stops_no_other_and_costs_nothing(office: Office) -> None:
    message = queued(office)
    lines = {"main": Line(reachable=False), "other": Line()}
    done = one_round(lines=lines, clock=lambda: office.now, stop=Stop())
    assert (done.closed, done.busy) == (["main"], False)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)


@pytest.mark.django_db
def test_when_stopped_it_closes_its_lines(office: Office) -> None:
    line, stop = Line(), Stop()
    with stop.at_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        work(lines={"main": line}, clock=lambda: office.now, stop=stop)
    assert line.closed and select.select([stop.fileno()], [], [], 0)[0]


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_cleanly_at_sigterm(committed_database: Place, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dunwell.faces.cli.main", "message", "work", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, cwd=tmp_path,
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout and process.stdout.readline() == '{"gateways": ["sandbox"]}\n'
        process.terminate()
        assert process.wait(timeout=30) == 0
