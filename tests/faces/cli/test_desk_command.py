"""`dunwell desk timings`: the table of a period, of nobody in particular."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from dunwell.faces.cli.desk import app
from dunwell.store.desk.models import ActTime
from dunwell.store.people.models import Lender

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
