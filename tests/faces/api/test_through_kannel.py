"""A message through Debian's Kannel to an SMSC, its report and a reply back: every part real."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from dunwell.channels.sms.callbacks import Callbacks
from dunwell.channels.sms.gateways import FILE
from dunwell.faces.worker.sender import Stop, one_round
from dunwell.flows.contact.outbox import queue_message, set_letterhead, text_of_message
from dunwell.store.outreach.models import Message, Reply
from dunwell.store.permits.models import Standing
from dunwell.wiring import open_lines
from tests.channels.sms.kannel import PASSWORD, USER, kannel
from tests.channels.sms.smsc import Smsc, smsc
from tests.flows.contact.people import Office, open_office

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
SETTINGS = """
default = "kannel"
[gateways.kannel]
kind = "http"
url = "{url}"
accepted = "^(0|3): "
secret = {{ file = "kannel.secret" }}
webhook_secret = {{ file = "webhook.secret" }}
callback_url = "{ours}/api/v1/messages"
receipt_query = "status=%d&id=%F"
[gateways.kannel.parameters]
username = "{user}"
password = "{{secret}}"
to = "{{number}}"
text = "{{text}}"
charset = "UTF-8"
coding = "2"
dlr-mask = "19"
dlr-url = "{{receipt_url}}"
"""


@dataclass
class Chain:
    """Office → HTTP → Kannel → SMPP → SMSC."""

    office: Office
    peer: Smsc
    folder: Path

    def queue(self) -> Message:
        """A message of two parts."""
        return queue_message(
            actor=self.office.collector, now=self.office.now, case=self.office.case.pk,
            contact=self.office.contacts["self"].pk, template="missed-call", key="k",
            gateway="kannel",
        ).message  # fmt: skip

    def send(self) -> dict[str, int]:
        lines = open_lines(home=self.folder, clock=timezone.now)
        done = one_round(lines=lines, clock=lambda: self.office.now, stop=Stop())
        for line in lines.values():
            line.close()
        return done.states


@pytest.fixture
def chain(
    committed_database: Any, live_server: Any, settings: Any, tmp_path: Path
) -> Iterator[Chain]:
    settings.HOME = tmp_path
    office = open_office()
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    for name, secret in (("kannel.secret", PASSWORD), ("webhook.secret", "shared")):
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    who = Callbacks("kannel", "http", "shared", f"{live_server.url}/api/v1/messages")
    with smsc(tmp_path) as peer, kannel(
        tmp_path, peer=peer, reply_url=who.standing_url("reply")
    ) as gateway:  # fmt: skip
        text = SETTINGS.format(url=gateway.url, ours=live_server.url, user=USER)
        (tmp_path / FILE).write_text(text)
        yield Chain(office, peer, tmp_path)


def until(reached: Callable[[], bool]) -> None:
    give_up, pause = time.monotonic() + 30, Event()
    while not reached():
        assert time.monotonic() < give_up, "nothing comes"
        pause.wait(0.05)


def test_chinese_arrives_in_two_parts_and_its_report_settles_the_message(chain: Chain) -> None:
    message = chain.queue()
    # A report may be here before Kannel's answer is written down.
    assert chain.send() in ({"accepted": 1}, {"delivered": 1})
    until(lambda: Message.objects.get(pk=message.pk).state == "delivered")
    # Kannel asks a receipt of the first part only, which may be here before the second has gone.
    until(lambda: len(chain.peer.seen()) == 2)
    rows = chain.peer.seen()
    assert [row.registered_delivery for row in rows] == [1, 0]
    assert "".join(row.text for row in rows) == text_of_message(message)
    assert {(row.number, row.data_coding) for row in rows} == {("8613800138000", 8)}


def test_a_reply_in_chinese_comes_back_and_is_honoured(chain: Chain) -> None:
    chain.queue()
    chain.send()
    until(lambda: len(chain.peer.seen()) == 2)
    chain.peer.tell(f"say 8613800138000 {'退订'.encode('utf-16-be').hex()} 8")
    until(lambda: Reply.objects.exists())
    assert Reply.objects.get().kind == "opt_out"
    assert Standing.objects.filter(what="opt_out").exists()


def test_a_wrong_password_is_refused_by_kannel_and_said_so(chain: Chain) -> None:
    (chain.folder / "kannel.secret").write_text("wrong")
    chain.queue()
    assert chain.send() == {"failed": 1}
    assert Message.objects.get().code == "HTTP 403" and chain.peer.seen() == []
