"""Hours of people: shown, set from a day on with a reason, and a leave that ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Role
from dunwell.store.work.models import Capacity
from dunwell.store.work.standing import capacities_on, minutes_on
from tests.faces.work.conftest import NamedPlace, log_in, somebody
from tests.flows.prepare.a_work_day import MONDAY

HOURS = "/worklist/capacity/"


def _form(**more: object) -> dict[str, object]:
    minutes = {f"minutes_{place}": 300 if place < 5 else 0 for place in range(7)}
    return {
        **minutes, "skills": ["phone", "visit"], "most_visit": "3", "regions": "长沙市 株洲市",
        "from_on": MONDAY.isoformat(), "why": "改为半天", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ["工时", "未设工时", "周一"]), ("en", ["Hours", "no hours set", "Mon"])],
)
def test_everybody_stands_with_hours_skills_and_limits(
    place: NamedPlace, language: str, words: list[str]
) -> None:
    place.staff("anna", minutes=480, skills=("visit",), most={"visit": 4}, regions=["长沙市"])
    lead = log_in(somebody(place, Role.SUPERVISOR), language=language)
    page = lead.get(HOURS).content.decode()
    assert all(each in page for each in [*words, "anna", "480", "≤ 4", "长沙市"])


def test_hours_are_set_from_a_day_on_with_a_reason(place: NamedPlace) -> None:
    anna = place.staff("anna")
    lead = log_in(somebody(place, Role.SUPERVISOR))
    answer = lead.post(f"{HOURS}{anna.pk}/", _form(), follow=True)
    assert "anna的工时已设" in answer.content.decode()
    now = capacities_on(lender=place.lender.pk, day=MONDAY)[anna.pk]
    assert (minutes_on(now, MONDAY), now.skills, now.most) == (300, "phone visit", {"visit": 3})
    assert now.regions == "长沙市 株洲市" and now.why == "改为半天"
    assert Capacity.objects.filter(staff=anna).count() == 2
    assert Entry.objects.filter(verb="work.capacity", why="改为半天").exists()
    assert "改为半天" in lead.get(f"{HOURS}{anna.pk}/").content.decode()


def test_a_leave_ends_and_what_counted_before_counts_again(place: NamedPlace) -> None:
    anna = place.staff("anna")
    lead = log_in(somebody(place, Role.SUPERVISOR))
    back = MONDAY + timedelta(days=3)
    form = {"from_on": MONDAY.isoformat(), "until_on": back.isoformat(), "why": "年休假三天"}
    lead.post(f"{HOURS}{anna.pk}/leave/", form)
    assert "今天不上班" in lead.get(HOURS).content.decode()
    for day, minutes in ((MONDAY, 0), (back, 480)):
        now = capacities_on(lender=place.lender.pk, day=day)[anna.pk]
        assert minutes_on(now, day) == minutes


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"why": ""}, "必填"),
        ({"minutes_0": "2000"}, "1440"),
        ({"from_on": "2026-11-01"}, "2026-11-01"),
        ({"until_on": "2026-11-23"}, "2026-11-23"),
    ],
)
def test_what_cannot_count_is_told_beside_the_form(
    place: NamedPlace, wrong: dict[str, object], told: str
) -> None:
    anna = place.staff("anna")
    answer = log_in(somebody(place, Role.SUPERVISOR)).post(f"{HOURS}{anna.pk}/", _form(**wrong))
    assert answer.status_code == 400 and told in answer.content.decode()
    assert Capacity.objects.filter(staff=anna).count() == 1


def test_nobody_sets_hours_of_a_stranger_or_without_giving_out_work(place: NamedPlace) -> None:
    anna = place.staff("anna")
    stranger = somebody(place, Role.ANALYST)
    lead = log_in(somebody(place, Role.SUPERVISOR))
    assert lead.get(f"{HOURS}{stranger.pk}/").status_code == 404
    assert log_in(anna).post(f"{HOURS}{anna.pk}/", _form()).status_code == 403
