"""The page of today's work: what it lists, for whom, in which words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.flows.prepare.case_hands import move_case
from dunwell.store.people.models import Role, Team
from dunwell.store.work.models import WorkItem
from tests.faces.work.conftest import NamedPlace, log_in, somebody
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR

TODAY = "/worklist/today/"


def test_nobody_is_sent_to_log_in(place: NamedPlace) -> None:
    answer = Client().get(TODAY)
    assert answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def test_an_administrator_sees_no_work(place: NamedPlace) -> None:
    assert log_in(somebody(place, Role.ADMIN)).get(TODAY).status_code == 403


def test_a_collector_sees_the_own_items_in_order_of_gain_and_masked(place: NamedPlace) -> None:
    anna = place.staff("anna")
    bert = place.staff("bert")
    place.case(overdue_fen=200_000, holder=anna, name="王小明")
    large = place.case(overdue_fen=900_000, holder=anna, name="李红")
    other = place.case(holder=bert, name="赵强")
    place.share()
    page = log_in(anna).get(TODAY).content.decode()
    assert page.index("李**") < page.index("王**")
    assert "王小明" not in page and "赵**" not in page
    assert f"/cases/{large.pk}/" in page and f"/cases/{other.pk}/" not in page
    assert "已办 0 件，还有 2 件，约 16 分钟" in page
    assert 'data-key="n"' in page


@pytest.mark.parametrize(
    ("action", "leads_to"),
    [("phone", "desk"), ("relief", "desk"), ("visit", "cases"), ("legal", "cases")],
)
def test_n_leads_to_the_desk_but_for_visits_and_legal_steps(
    place: NamedPlace, action: str, leads_to: str
) -> None:
    anna = place.staff("anna")
    case = place.case(holder=anna)
    place.share()
    WorkItem.objects.update(action=action)
    page = log_in(anna).get(TODAY).content.decode()
    assert f'href="/{leads_to}/{case.pk}/" data-key="n"' in page
    assert (log_in(anna).get(f"/{leads_to}/{case.pk}/")).status_code == 200


def test_the_former_address_leads_to_the_present_one(place: NamedPlace) -> None:
    client = log_in(place.staff("anna"))
    answer = client.get("/" + "work/today/?state=done")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{TODAY}?state=done")
    assert client.get("/" + "work/", follow=True).request["PATH_INFO"] == TODAY


def test_a_list_of_somebody_else_is_for_who_gives_them_work(place: NamedPlace) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    place.share()
    address = f"{TODAY}?staff={anna.pk}"
    assert log_in(bert).get(address).status_code == 403
    page = log_in(somebody(place, Role.SUPERVISOR)).get(address).content.decode()
    assert "anna的今日工作" in page and f"/cases/{case.pk}/" in page


def test_a_supervisor_of_a_team_sees_only_its_cases_on_a_list(place: NamedPlace) -> None:
    north = Team.objects.create(lender=place.lender, code="north", name="北")
    anna = place.staff("anna")
    seen, unseen = place.case(holder=anna, team=north), place.case(holder=anna)
    place.share()
    lead = somebody(place, Role.SUPERVISOR, team=north)
    page = log_in(lead).get(f"{TODAY}?staff={anna.pk}").content.decode()
    assert f"/cases/{seen.pk}/" in page and f"/cases/{unseen.pk}/" not in page


def test_a_case_that_was_moved_says_who_said_so_and_why(place: NamedPlace) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    place.share()
    move_case(actor=OPERATOR, day=MONDAY, now=NOW, case=case.pk, staff=bert.pk, why="熟悉这位客户")
    assert "主管安排：熟悉这位客户" in log_in(bert).get(TODAY).content.decode()


def test_filters_narrow_to_acts_and_to_what_is_done(place: NamedPlace) -> None:
    anna = place.staff("anna")
    call, talk = place.case(holder=anna), place.case("relief", holder=anna)
    place.share()
    WorkItem.objects.filter(case=talk).update(state="done")
    client = log_in(anna)
    assert f"/cases/{talk.pk}/" not in client.get(TODAY).content.decode()
    done = client.get(f"{TODAY}?state=done").content.decode()
    assert f"/cases/{talk.pk}/" in done and f'/cases/{call.pk}/">' not in done.split("<tbody")[1]
    page = client.get(f"{TODAY}?action=relief").content.decode()
    assert "没有符合筛选的记录" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ["今日工作", "还没有分案"]), ("en", ["Today&#x27;s work", "not assigned yet"])],
)
def test_an_empty_day_says_what_will_appear(
    place: NamedPlace, language: str, words: list[str]
) -> None:
    page = log_in(place.staff("anna"), language=language).get(TODAY).content.decode()
    assert all(each in page for each in words)


def test_all_done_is_told(place: NamedPlace) -> None:
    anna = place.staff("anna")
    place.case(holder=anna)
    place.share()
    WorkItem.objects.update(state="done")
    page = log_in(anna).get(TODAY).content.decode()
    assert "今天的都办完了" in page and 'data-key="n"' not in page


def test_a_full_page_asks_no_more_questions_than_one_row(place: NamedPlace) -> None:
    anna = place.staff("anna", minutes=1_000)
    client = log_in(anna)
    place.case(holder=anna)
    place.share()
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(TODAY)
    for _ in range(60):
        place.case(holder=anna)
    place.share()
    with CaptureQueriesContext(connection) as many:
        page = client.get(TODAY).content.decode()
    assert page.count('class="row-link"') == 50 and "更多" in page
    assert len(many) == len(few)
    after = page.split("after=")[1].split('"')[0]
    assert client.get(f"{TODAY}?after={after}").content.decode().count('class="row-link"') == 11
