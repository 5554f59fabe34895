"""`dunwell desk timings|put-off`: the tables of a period, of nobody in particular."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from dunwell.faces.cli.desk import app
from dunwell.store.desk.models import ActTime, PutOff
from dunwell.store.people.models import Lender
from tests.flows.prepare.a_work_day import MONDAY, NOW, WorkPlace

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def test_times_are_told_by_act_and_empty_days_say_so() -> None:
    lender = Lender.objects.create(code="default", name="D")
    asked = ["timings", "--as-of", "2026-03-02"]
    assert "工作台" in CliRunner().invoke(app, asked).stdout
    ActTime.objects.create(
        lender=lender, day=DAY, act="whole", band=100, acts=2, tenths=150, keys=9
    )
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout.splitlines()[-1])
    (row,) = told["acts"]
    assert (row["act"], row["average_tenths"], row["average_keys_tenths"]) == ("whole", 75, 45)
    assert "7.5" in CliRunner().invoke(app, asked).stdout


def test_what_is_put_off_is_told_by_step_and_reason() -> None:
    place = WorkPlace()
    asked = ["put-off", "--as-of", MONDAY.isoformat()]
    assert "没有放到后面" in CliRunner().invoke(app, asked).stdout
    PutOff.objects.create(
        case=place.case(), day=MONDAY, plan="early", step=1, action="phone", reason="other",
        at=NOW, until_at=NOW + timedelta(hours=1), by_label="anna",
    )  # fmt: skip
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout.splitlines()[-1])
    assert [(row["step"], row["reasons"]) for row in told["steps"]] == [(1, {"other": 1})]
    assert "anna" not in CliRunner().invoke(app, asked).stdout
