"""`dunwell message`: sends, tells, settles; no number of a phone and no text is printed."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from dunwell.channels.sms.gateways import FILE
from dunwell.faces.cli.main import main
from dunwell.flows.contact.outbox import queue_message, set_letterhead
from dunwell.store.outreach.models import Message
from tests.flows.contact.people import NOON, Office, open_office

pytestmark = pytest.mark.django_db
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Iterator[Office]:
    settings.HOME = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield open_office()


@pytest.fixture
def say(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", "message", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def queued(office: Office) -> Message:
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    return queue_message(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, template="missed-call", key="k", gateway="sandbox",
    ).message  # fmt: skip


def test_a_letterhead_is_set_and_shown(say: Say) -> None:
    code, _, err = say("letterhead", "show")
    assert code == 1 and "OUTBOX-NO-LETTERHEAD" in err
    code, out, _ = say(
        "letterhead", "set", "--signature", "善信小贷", "--call-back", "0731-8", "--json"
    )
    assert (code, json.loads(out)["signature"]) == (0, "善信小贷")
    assert "善信小贷" in say("letterhead", "show")[1]


def test_what_is_due_is_sent_once_and_told_without_anything_personal(
    office: Office, say: Say
) -> None:
    message = queued(office)
    code, out, _ = say("send-once", "--json")
    assert (code, json.loads(out)["states"]) == (0, {"accepted": 1})
    assert json.loads(say("send-once", "--json")[1])["states"] == {}
    listed = say("list", "--state", "accepted")[1] + say("show", str(message.pk))[1]
    assert f"短信 {message.pk}" in listed and "网关已收" in listed
    assert not any(secret in listed for secret in ("138", "王", "0731"))
    body = json.loads(say("show", str(message.pk), "--json")[1])
    assert [each["state"] for each in body["events"]] == ["queued", "handed", "accepted"]


def test_only_an_unknown_message_is_settled_with_a_reason(office: Office, say: Say) -> None:
    message = queued(office)
    assert (
        "OUTBOX-NOT-UNKNOWN" in say("settle", str(message.pk), "--lost", "--why", "客户说没有")[2]
    )
    Message.objects.filter(pk=message.pk).update(state="unknown")
    code, out, _ = say("settle", str(message.pk), "--arrived", "--why", "客户说收到", "--json")
    assert (code, json.loads(out)["state"]) == (0, "delivered")


def test_a_wrong_state_is_wrong_usage_and_a_wrong_gateway_says_where(
    office: Office, say: Say, tmp_path: Path
) -> None:
    assert say("list", "--state", "lost")[0] == 2
    (tmp_path / FILE).write_text('default = "main"\n[gateways.main]\nkind = "pigeon"\n')
    code, _, err = say("send-once")
    assert code == 1 and "GATEWAYS-SETTING" in err and "gateways.main.kind" in err
    secret = tmp_path / "main.password"
    secret.write_text("s3cret")
    secret.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP)
    (tmp_path / FILE).write_text(
        '[gateways.main]\nkind = "smpp"\nhost = "h"\nsystem_id = "d"\n'
        'password = { file = "main.password" }\n'
    )
    code, _, err = say("send-once")
    assert code == 1 and "GATEWAYS-SECRET-OPEN" in err and "s3cret" not in err


SET_UP = """
[gateways.kannel]
kind = "http"
url = "http://127.0.0.1:13013/"
accepted = "^0"
callback_url = "https://collect.example/api/v1/messages"
webhook_secret = { file = "kannel.webhook" }
[gateways.bare]
kind = "sandbox"
[gateways.line]
kind = "smpp"
"""


def test_the_addresses_of_callbacks_are_told_with_a_token_that_is_believed(
    say: Say, settings: Any
) -> None:
    home: Path = settings.HOME
    (home / FILE).write_text(SET_UP, "utf-8")
    code, _, err = say("callback", "kannel")
    assert code == 1 and "GATEWAYS-SECRET-MISSING" in err
    code, out, _ = say("callback", "kannel", "--create", "--json")
    told = json.loads(out)
    assert code == 0 and told["secret_made"]
    secret = home / "kannel.webhook"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600 and len(secret.read_text().strip()) == 64
    assert told["reply"]["url"] == (
        "https://collect.example/api/v1/messages/callbacks/kannel/reply?token="
        + told["reply"]["token"]
    )
    again = json.loads(say("callback", "kannel", "--create", "--json")[1])
    assert again == {**told, "secret_made": False}, "a secret that is there is never replaced"
    path = told["reply"]["url"].partition("collect.example")[2]
    said = "&phone=13800138000&text=TD"
    assert Client().get(f"{path}x{said}").status_code == 401
    assert Client().get(f"{path}{said}").json()["taken"] == 1
    code, out, _ = say("callback", "kannel")
    assert code == 0 and told["receipt"]["url"] in out


@pytest.mark.parametrize("gateway", ["bare", "line"])
def test_a_gateway_without_callbacks_says_what_to_add(
    say: Say, settings: Any, gateway: str
) -> None:
    (settings.HOME / FILE).write_text(SET_UP, "utf-8")
    code, _, err = say("callback", gateway, "--create")
    assert code == 1 and "webhook_secret" in err
