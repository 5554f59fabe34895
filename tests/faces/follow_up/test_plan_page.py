"""The page of one plan: its schedule, how it goes, the contract beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.people.models import Role, Team
from dunwell.store.promises.models import PlanEvent
from tests.faces.follow_up.conftest import NamedPlace, log_in, planned, somebody
from tests.faces.follow_up.test_board_page import words_of
from tests.flows.prepare.a_work_day import MONDAY

QUESTIONS = 18


def test_nobody_another_team_and_a_wrong_number_see_nothing(place: NamedPlace) -> None:
    north, south = (Team.objects.create(lender=place.lender, code=c, name=c) for c in "ns")
    state = planned(place.case(team=north))
    address = f"/follow-up/plans/{state.pk}/"
    assert Client().get(address).status_code == 302
    assert log_in(somebody(place, Role.SUPERVISOR, team=south)).get(address).status_code == 403
    lead = log_in(somebody(place, Role.SUPERVISOR, team=north, name="lead-n"))
    assert lead.get(address).status_code == 200
    assert lead.get("/follow-up/plans/999/").status_code == 404


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh-hans",
            ["计划逾期", "已还 ¥0.00，还剩 ¥3,000.00", "这一期已晚 3 天，超过 7 天计划中断"],
        ),
        ("en", ["Plan late", "¥0.00 paid, ¥3,000.00 left", "3 days late; after 7 the plan breaks"]),
    ],
)
def test_a_late_plan_says_what_is_next_and_when_it_breaks(
    place: NamedPlace, language: str, told: list[str]
) -> None:
    state = planned(place.case(name="赵小迟"))
    PlanEvent.objects.create(plan_id=state.pk, day=MONDAY, kind="late", figures={})
    page = log_in(somebody(place, Role.SUPERVISOR), language=language).get(
        f"/follow-up/plans/{state.pk}/"
    )
    text = words_of(page.content)
    assert "赵**" in text and "赵小迟" not in text
    assert all(each in text for each in told)


def test_a_broken_plan_gives_the_contract_its_age_back(place: NamedPlace) -> None:
    state = planned(place.case(), late_days=20)
    page = words_of(
        log_in(somebody(place, Role.SUPERVISOR)).get(f"/follow-up/plans/{state.pk}/").content
    )
    assert "已中断" in page and "计划中断后按合同的逾期天数算" in page


def test_the_page_asks_a_fixed_number_of_questions(place: NamedPlace) -> None:
    client = log_in(somebody(place, Role.SUPERVISOR))
    one, many = planned(place.case()), planned(place.case())
    for number in range(9):
        PlanEvent.objects.create(
            plan_id=many.pk, day=MONDAY + timedelta(days=number), kind="late", figures={}
        )
    client.get(f"/follow-up/plans/{one.pk}/")
    for state in (one, many):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/follow-up/plans/{state.pk}/")
        assert len(asked) == QUESTIONS
