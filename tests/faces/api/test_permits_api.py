"""Permits over the API: ask, use, give back, look; who is let in; the description holds."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from dunwell.store.people.models import Staff
from dunwell.store.permits.models import Receipt
from tests.faces.api.conftest import token_of
from tests.flows.contact.people import NOON, TEXT, Office

PERMITS = "/api/v1/permits"


def post(client: Client, where: str, body: Any) -> Any:
    return client.post(where, body, content_type="application/json")


def wish(office: Office, **more: Any) -> dict[str, Any]:
    return {
        "case": office.case.pk,
        "contact": office.contacts["self"].pk,
        "channel": "call",
        **more,
    }


def test_a_permit_is_asked_for_used_and_leaves_a_receipt(office: Office, program: Client) -> None:
    asked = post(program, PERMITS, wish(office)).json()
    assert (asked["verdict"], asked["granted"], asked["state"]) == ("allow", True, "reserved")
    assert asked["reserved_until"].startswith("2026-03-02T")
    used = post(program, f"{PERMITS}/{asked['permit']}/use", {})
    assert used.status_code == 200 and used.json()["granted"]
    assert Receipt.objects.filter(pk=asked["permit"]).exists()
    assert program.get(f"{PERMITS}/{asked['permit']}").json()["state"] == "used"
    again = post(program, f"{PERMITS}/{asked['permit']}/use", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "PERMITS-OVER")


def test_a_refusal_says_what_why_and_when_again_in_both_languages(office: Office) -> None:
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        client = Client(headers={"Authorization": f"Bearer {token_of(office)}"})
        answer = post(client, PERMITS, wish(office))
    said = answer.json()
    assert (answer.status_code, said["codes"], said["granted"]) == (200, ["CN-T01"], False)
    assert said["next_allowed_at"] == "2026-03-03T08:00:00+08:00"
    assert "北京时间" in said["reasons"][0]["zh"] and "Beijing" in said["reasons"][0]["en"]


def test_a_permit_is_given_back(office: Office, program: Client) -> None:
    permit = post(program, PERMITS, wish(office)).json()["permit"]
    assert post(program, f"{PERMITS}/{permit}/release", {}).json()["state"] == "released"
    assert post(program, f"{PERMITS}/{permit}/release", {}).status_code == 409


def test_another_text_is_refused_when_used(office: Office, program: Client) -> None:
    permit = post(program, PERMITS, wish(office, channel="sms", text=TEXT)).json()["permit"]
    answer = post(program, f"{PERMITS}/{permit}/use", {"text": TEXT + "!"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PERMITS-TEXT-CHANGED")


@pytest.mark.parametrize("path", ["permits/1", "openapi.json"])
def test_nobody_passes_without_log_in_and_nobody_is_redirected(office: Office, path: str) -> None:
    unknown = Client().get(f"/api/v1/{path}")
    assert unknown.status_code == 401
    assert set(unknown.json()["error"]) == {"code", "zh", "en", "figures"}
    wrong = Client(headers={"Authorization": "Bearer nonsense"})
    assert wrong.get(f"/api/v1/{path}").status_code == 401


def test_a_token_ends_with_its_day_its_password_and_its_account(office: Office) -> None:
    token = token_of(office)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/v1/openapi.json").status_code == 200
    with time_machine.travel(NOON.replace(day=4), tick=False):
        assert client.get("/api/v1/openapi.json").status_code == 401
    staff = Staff.objects.get(pk=office.collector.staff)
    staff.set_password("another-long-pass-word")
    staff.save()
    assert client.get("/api/v1/openapi.json").status_code == 401
    fresh = Client(headers={"Authorization": f"Bearer {token_of(office)}"})
    assert fresh.get("/api/v1/openapi.json").status_code == 200
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    assert fresh.get("/api/v1/openapi.json").status_code == 401


def test_a_browser_needs_its_csrf_token_and_gets_a_token_for_a_program(office: Office) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Staff.objects.get(pk=office.collector.staff))
    assert post(browser, PERMITS, wish(office)).status_code == 403
    browser = Client()
    browser.force_login(Staff.objects.get(pk=office.collector.staff))
    token = post(browser, "/api/v1/tokens", {"days": 3}).json()["token"]
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert post(program, PERMITS, wish(office)).json()["granted"]
    assert post(program, "/api/v1/tokens", {"days": 3}).status_code == 403


def test_an_address_that_is_none_and_a_body_too_long_are_told_like_all_else(
    office: Office, program: Client, settings: Any
) -> None:
    nowhere = program.get("/api/v1/nowhere")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    long = post(program, PERMITS, wish(office, text="x" * 200))
    assert (nowhere.status_code, long.status_code) == (404, 413)
    assert nowhere.json()["error"]["code"] == "API-NOT-THERE"
    assert long.json()["error"]["code"] == "API-TOO-LONG"


def test_when_it_may_be_is_told_in_beijing_time_now_and_later(
    office: Office, program: Client
) -> None:
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        asked = post(program, PERMITS, wish(office)).json()
        again = program.get(f"{PERMITS}/{asked['permit']}").json()
    assert asked["next_allowed_at"].endswith("T08:00:00+08:00")
    assert again["next_allowed_at"] == asked["next_allowed_at"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"case": 1, "contact": 1, "channel": "pigeon"}, 422),
        ({"case": 1, "contact": 1, "channel": "call", "more": 1}, 422),
        ({"case": 999, "contact": 999, "channel": "call"}, 404),
        ("{", 400),
    ],
)
def test_a_body_that_is_not_right_is_said_so(
    office: Office, program: Client, body: Any, status: int
) -> None:
    answer = post(program, PERMITS, body)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "zh", "en", "figures"}


def test_whatever_is_sent_the_answers_are_as_described(committed_office: Office) -> None:
    app = get_wsgi_application()
    headers = {"Authorization": f"Bearer {token_of(committed_office)}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        asked.append(operation.label)

        @settings(
            max_examples=25, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def answers_as_described(case: Any) -> None:
            case.call_and_validate(headers=headers)

        answers_as_described()
    assert len(asked) >= 11
