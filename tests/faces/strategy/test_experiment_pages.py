"""Pages of experiments: what can be seen first, arms and looks, harm beside money, the stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.people.models import Role
from dunwell.store.policy.models import Document
from tests.faces.gate.conftest import log_in
from tests.faces.strategy.conftest import begin, page
from tests.flows.contact.people import Office
from tests.flows.improve.an_experiment import Trial, propose, publish


@pytest.fixture
def trial(office: Office, tmp_path: Path) -> Trial:
    publish(office, tmp_path)
    return Trial(office)


def address(trial: Trial) -> str:
    """The page of the one experiment there is."""
    return f"/strategy/experiments/{Document.objects.get().pk}/"


def test_the_empty_room_says_what_will_stand_there(office: Office, analyst: Client) -> None:
    shown = page(analyst, "/strategy/experiments/")
    assert "还没有实验" in shown and "起草第一个实验" in shown
    assert "起草" not in page(log_in(office, Role.AUDITOR), "/strategy/experiments/")


def test_a_first_draft_is_sound_and_tells_what_it_could_show(
    office: Office, analyst: Client
) -> None:
    draft = begin(analyst, "experiment")
    shown = page(analyst, draft)
    assert "看得出什么" in shown and "什么差别都看不出" in shown
    refused = page(analyst, f"{draft}propose/", from_on="2026-03-03", why="just to see")
    assert "仍要开始，请确认" in refused
    done = page(analyst, f"{draft}propose/", from_on="2026-03-03", why="just to see", confirmed="1")
    assert "待批准" in done and "开始之前算的" in done


def test_arms_looks_money_and_harm_stand_on_one_page(trial: Trial, analyst: Client) -> None:
    trial.arm("champion", people=4, cured=1)
    for case in trial.arm("early", people=4, cured=3)[:2]:
        trial.pay(case, after=2, fen=2_500)
    shown = page(analyst, address(trial))
    for words in ("现行做法", "留出组", "收回的钱", "伤害", "每次查看", "分到的人", "进行中"):
        assert words in shown, words
    assert "还没有人到期" in shown  # the day of assignment


def test_it_is_told_in_english_too(trial: Trial) -> None:
    client = log_in(trial.office, Role.ANALYST, "en", language="en")
    shown = page(client, address(trial))
    assert "Nobody is drawn yet" in shown and "Before the start" in shown


def test_who_may_stops_it_with_a_reason(trial: Trial, analyst: Client) -> None:
    where = address(trial)
    assert "停止实验" not in page(log_in(trial.office, Role.LEGAL), where)
    for role in (Role.LEGAL, Role.COLLECTOR):
        client = log_in(trial.office, role, f"{role.value}-2")
        assert client.post(f"{where}stop/", {"why": "because"}).status_code == 403
    assert Client().post(f"{where}stop/", {"why": "because"}).status_code == 302
    assert analyst.post(f"{where}stop/", {"why": ""}).status_code == 400
    stopped = page(analyst, f"{where}stop/", why="too many complaints")
    assert "已停止" in stopped and "too many complaints" in stopped
    assert analyst.get("/strategy/experiments/999999/").status_code == 404


def test_one_that_waits_shows_its_plan_only(
    office: Office, analyst: Client, tmp_path: Path
) -> None:
    row = propose(office, tmp_path)
    shown = page(analyst, f"/strategy/experiments/{row.pk}/")
    assert "待批准" in shown and "怎么试" in shown and "收回的钱" not in shown


def test_queries_do_not_grow_with_borrowers(trial: Trial, analyst: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert analyst.get(address(trial)).status_code == 200
        return len(counted)

    trial.arm("early", people=1, cured=1)
    trial.arm("champion", people=1, cured=1)
    queries()
    before = queries()
    trial.arm("early", people=4, cured=2)
    assert queries() == before
