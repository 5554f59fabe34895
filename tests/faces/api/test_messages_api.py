"""Receipts and replies over the API: signed, of now, once; callbacks by an address of their own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from dunwell.channels.sms.callbacks import Callbacks, signature_of
from dunwell.channels.sms.gateways import FILE
from dunwell.faces.api.messages import MOST_BYTES
from dunwell.flows.contact.outbox import queue_message, set_letterhead
from dunwell.store.outreach.models import Message, Reply
from dunwell.store.permits.models import Standing
from tests.faces.api.conftest import token_of
from tests.flows.contact.people import NOON, Office

RECEIPTS, REPLIES = "/api/v1/messages/receipts", "/api/v1/messages/replies"
SECRET = "webhook-secret"
WHO = Callbacks(
    "main", "http", SECRET, "https://collect.example/api/v1/messages", "status=%d&id=%F"
)


@pytest.fixture(autouse=True)
def gateways(settings: Any, tmp_path: Path) -> None:
    """One gateway of each kind of news."""
    settings.HOME = tmp_path
    secret = tmp_path / "webhook"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    shared = 'url = "http://127.0.0.1/"\naccepted = "ok"\nwebhook_secret = { file = "webhook" }\n'
    kinds = {"main": "http", "ali": "aliyun", "ten": "tencent"}
    tables = [f'[gateways.{name}]\nkind = "{kind}"\n{shared}' for name, kind in kinds.items()]
    (tmp_path / FILE).write_text("".join(tables))


@pytest.fixture
def message(office: Office) -> Message:
    """A message that was handed over, and nobody heard the answer."""
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    row = queue_message(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, template="missed-call", key="k", gateway="main",
    ).message  # fmt: skip
    Message.objects.filter(pk=row.pk).update(state="unknown")
    return row


def signed(where: str, body: Any, *, secret: str = SECRET, at=NOON, gateway: str = "main") -> Any:
    """A webhook as a gateway sends it."""
    raw = json.dumps(body).encode()
    timestamp = str(int(at.timestamp()))
    return Client().post(
        where,
        raw,
        content_type="application/json",
        headers={
            "X-Dunwell-Gateway": gateway,
            "X-Dunwell-Timestamp": timestamp,
            "X-Dunwell-Signature": signature_of(secret, timestamp, raw),
        },
    )


def news(message: Message, **more: Any) -> dict[str, Any]:
    return {"receipts": [{"state": "delivered", "reference": str(message.pk), "id": "G1", **more}]}


def test_a_signed_receipt_settles_a_message_once(message: Message) -> None:
    assert signed(RECEIPTS, news(message)).json()["taken"] == 1
    assert signed(RECEIPTS, news(message)).json()["taken"] == 0
    message.refresh_from_db()
    assert (message.state, message.gateway_id) == ("delivered", "G1")


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another"},
        {"at": NOON - timedelta(seconds=301)},
        {"at": NOON + timedelta(seconds=301)},
        {"gateway": "sandbox"},
        {"gateway": "nobody"},
    ],
)
def test_a_wrong_an_old_and_an_unknown_signature_change_nothing(
    message: Message, how: dict[str, Any]
) -> None:
    answer = signed(RECEIPTS, news(message), **how)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "MESSAGE-NOT-THE-GATEWAY")
    message.refresh_from_db()
    assert message.state == "unknown"


def test_another_gateway_does_not_speak_of_this_ones_messages(message: Message) -> None:
    assert signed(RECEIPTS, news(message), gateway="ali").json()["taken"] == 0


def test_a_signed_reply_stops_messages_at_once(office: Office, message: Message) -> None:
    body = {"replies": [{"phone": "+8613800138000", "text": "退订", "id": "r1"}]}
    assert signed(REPLIES, body).json()["taken"] == 1
    assert signed(REPLIES, body).json()["taken"] == 0
    assert Reply.objects.count() == 1
    assert Standing.objects.get(what="opt_out").party_id == office.case.party_id


def test_kannel_calls_the_address_made_for_the_message(message: Message) -> None:
    url = WHO.receipt_url(str(message.pk)).replace("%d", "1").replace("%F", "ab-12")
    path = url.removeprefix("https://collect.example")
    assert Client().get(path).json()["taken"] == 1
    message.refresh_from_db()
    assert (message.state, message.gateway_id) == ("delivered", "ab-12")
    forged = path.replace(f"reference={message.pk}", f"reference={message.pk + 1}")
    assert Client().get(forged).status_code == 401


def test_kannels_reply_comes_in_utf16(office: Office) -> None:
    url = WHO.standing_url("reply").removeprefix("https://collect.example")
    text = quote_from_bytes("我明天还".encode("utf-16-be"))
    assert (
        Client().get(f"{url}&phone=8613800138000&text={text}&charset=UTF-16BE&id=7").status_code
        == 200
    )
    [row] = Reply.objects.all()
    assert row.gateway_id == "7" and row.kind == "unknown"


@pytest.mark.parametrize(
    ("gateway", "body", "state"),
    [
        ("ali", {"out_id": "{pk}", "biz_id": "B1", "success": True}, "delivered"),
        ("ali", {"out_id": "{pk}", "biz_id": "B1", "success": False, "err_code": "SP"}, "failed"),
        ("ten", {"sid": "S1", "report_status": "FAIL", "errmsg": "UNDELIV"}, "failed"),
    ],
)
def test_the_clouds_push_lists_in_their_own_words(
    message: Message, gateway: str, body: dict[str, Any], state: str
) -> None:
    Message.objects.update(gateway=gateway, gateway_id="S1" if gateway == "ten" else "")
    who = Callbacks(gateway, "", SECRET)
    row = {k: v.format(pk=message.pk) if isinstance(v, str) else v for k, v in body.items()}
    url = who.standing_url("receipt")
    told = Client().post(
        f"/api/v1/messages{url}", json.dumps([row]), content_type="application/json"
    )
    assert told.json() == {"taken": 1, "code": 0, "msg": "OK"}
    message.refresh_from_db()
    assert message.state == state


def test_a_webhook_without_its_headers_is_nobodys(office: Office) -> None:
    told = Client().post(RECEIPTS, json.dumps({"receipts": []}), content_type="application/json")
    assert (told.status_code, told.json()["error"]["code"]) == (401, "MESSAGE-NOT-THE-GATEWAY")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("[" * 100_000, "application/json", 400),
        ("{", "application/json", 400),
        (json.dumps([{"errmsg": "x" * MOST_BYTES}]), "application/json", 413),
        ("status=1&id=" + "x" * MOST_BYTES, "application/x-www-form-urlencoded", 413),
    ],
)
def test_news_that_cannot_be_read_whole_is_refused_so_that_it_comes_again(
    message: Message, body: str, kind: str, status: int
) -> None:
    url = WHO.standing_url("receipt").removeprefix("https://collect.example")
    told = Client().post(url, body, content_type=kind)
    assert told.status_code == status
    assert set(told.json()["error"]) == {"code", "zh", "en", "figures"}


@pytest.mark.parametrize("where", [RECEIPTS, REPLIES])
def test_whatever_a_gateway_signs_is_answered_as_described(
    committed_office: Office, where: str
) -> None:
    headers = {"Authorization": f"Bearer {token_of(committed_office)}"}
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers=headers
    )
    [operation] = [
        found.ok() for found in schema.get_all_operations() if found.ok().label == f"POST {where}"
    ]
    taken = []

    @settings(
        max_examples=60, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def answered(case: Any) -> None:
        if not isinstance(case.body, dict | list | str | int | float | None):
            return
        answer = signed(where, case.body)
        taken.append(answer.status_code)
        assert answer.status_code in (200, 400, 422), answer.content
        shape = {"taken", "code", "msg"} if answer.status_code == 200 else {"error"}
        assert set(answer.json()) == shape

    answered()
    assert taken.count(200) > 20, "most of what is described is taken"
