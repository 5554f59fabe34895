"""The pages of the house: who sees what, what is written down, what a refusal looks like."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Appointment, Lender, RolePolicy, Staff, Team
from tests.faces.access.conftest import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(house):
    return house.visitor("admin", "admin")


def told(house, **changes):
    return {
        "username": "li.na",
        "display_name": "李娜",
        "language": "zh-hans",
        "role": "collector",
        "place": f"{house.lender.pk}/{house.team.pk}",
        "from_on": timezone.localdate().isoformat(),
        "until_on": "",
        **changes,
    }


PAGES = ["house:people", "house:roles", "house:places"]


@pytest.mark.parametrize("route", PAGES)
def test_somebody_without_a_role_sees_no_people(house, route):
    assert house.visitor("wang").get(reverse(route)).status_code == 403


@pytest.mark.parametrize("route", PAGES)
def test_a_collector_sees_no_people(house, route):
    visitor = house.visitor("wang", "collector", team=house.team)
    assert visitor.get(reverse(route)).status_code == 403


@pytest.mark.parametrize("route", PAGES)
@pytest.mark.parametrize("role", ["admin", "auditor", "supervisor"])
def test_those_who_may_see_people_do(house, route, role):
    assert house.visitor("wang", role).get(reverse(route)).status_code == 200


def test_people_of_another_lender_are_not_there(house, admin):
    stranger = house.staff("stranger", "collector", lender=house.other)
    assert "stranger" not in admin.get(reverse("house:people")).content.decode()
    assert admin.get(reverse("house:person", args=[stranger.pk])).status_code == 404
    assert admin.post(reverse("house:reset", args=[stranger.pk])).status_code == 403


def test_an_account_is_opened_with_its_first_role_and_its_password_shown_once(house, admin):
    answer = admin.post(reverse("house:add_person"), told(house))
    password = answer.context["made"].password
    assert password in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    staff = Staff.objects.get(username="li.na")
    held = Appointment.objects.get(staff=staff)
    assert (held.role, held.team) == ("collector", house.team)
    client = Client()
    first = log_in(client, "li.na", password)
    assert client.get("/house/").headers["Location"] == reverse("account_change_password")
    assert first.status_code == 302
    page = admin.get(reverse("house:person", args=[staff.pk])).content.decode()
    assert password not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "13812348821"}, "不要用手机号"),
        ({"username": "admin"}, "已有人使用"),
        ({"place": "999"}, "999"),
        ({"until_on": "2020-01-01"}, "结束日应晚于开始日"),
    ],
)
def test_what_cannot_be_opened_is_told_beside_the_field(house, admin, changes, words):
    answer = admin.post(reverse("house:add_person"), told(house, **changes))
    assert words in answer.content.decode()
    assert Staff.objects.count() == 1


def test_a_role_at_a_lender_one_does_not_manage_cannot_be_given(house, admin):
    answer = admin.post(reverse("house:add_person"), told(house, place=str(house.other.pk)))
    assert answer.status_code == 200
    assert not Staff.objects.filter(username="li.na").exists()


def test_appointing_ending_and_closing_from_the_page_of_a_person(house, admin):
    staff = house.staff("li", "collector", team=house.team)
    page = reverse("house:person", args=[staff.pk])
    held = Appointment.objects.get(staff=staff)
    answer = admin.post(reverse("house:end_appointment", args=[held.pk]), {"why": "调岗"})
    assert answer.headers["Location"] == page
    answer = admin.post(
        reverse("house:appoint", args=[staff.pk]), told(house, role="legal", place=house.lender.pk)
    )
    assert answer.headers["Location"] == page
    admin.post(reverse("house:set_active", args=[staff.pk]), {"active": "no", "why": "离职"})
    staff.refresh_from_db()
    assert not staff.is_active
    assert list(Entry.objects.values_list("verb", "why").order_by("pk")) == [
        ("people.end_appointment", "调岗"),
        ("people.appoint", ""),
        ("people.deactivate", "离职"),
    ]
    assert "已停用" in admin.get(page).content.decode()


def test_ones_own_page_offers_no_acts(house, admin):
    own = Staff.objects.get(username="admin")
    page = admin.get(reverse("house:person", args=[own.pk])).content.decode()
    assert "请另一位管理员办理" in page
    assert reverse("house:reset", args=[own.pk]) not in page


def test_a_reset_password_ends_the_sessions_of_that_person(house, admin):
    visitor = house.visitor("li", "collector", team=house.team)
    staff = Staff.objects.get(username="li")
    answer = admin.post(reverse("house:reset", args=[staff.pk]))
    assert answer.context["made"].password in answer.content.decode()
    assert visitor.get("/house/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("route", "what"),
    [
        ("house:add_person", {}),
        ("house:add_lender", {"code": "x", "name": "X"}),
        ("house:add_team", {"code": "x", "name": "X"}),
    ],
)
def test_an_auditor_sees_and_changes_nothing(house, route, what):
    auditor = house.visitor("he", "auditor")
    assert auditor.post(reverse(route), what).status_code == 403
    assert (
        auditor.post(reverse("house:set_role", args=["admin"]), {"totp": "yes"}).status_code == 403
    )
    assert not Entry.objects.exists()


def test_a_role_is_bound_to_two_steps_from_its_page(house, admin):
    admin.post(reverse("house:set_role", args=["legal"]), {"totp": "yes"})
    assert RolePolicy.objects.get(role="legal").totp_required
    assert "须两步验证" in admin.get(reverse("house:roles")).content.decode()
    admin.post(reverse("house:set_role", args=["legal"]), {"totp": "no"})
    assert not RolePolicy.objects.get(role="legal").totp_required
    assert admin.post(reverse("house:set_role", args=["boss"]), {"totp": "yes"}).status_code == 404


def test_places_are_opened_and_a_taken_code_is_told(house, admin):
    new = {"lender": house.lender.pk, "code": "b", "name": "二组"}
    assert admin.post(reverse("house:add_team"), new).status_code == 302
    assert Team.objects.filter(code="b", lender=house.lender).exists()
    again = admin.post(reverse("house:add_team"), new)
    assert again.status_code == 400
    assert "已经有了" in again.content.decode()
    admin.post(reverse("house:add_lender"), {"code": "third", "name": "第三家"})
    assert Lender.objects.filter(code="third").exists()


def test_the_front_of_the_house_shows_each_card_to_whom_it_concerns(house, admin):
    page = admin.get("/house/").content.decode()
    assert "密钥" in page
    assert "尚未封链" in page
    collector = house.visitor("li", "collector", team=house.team).get("/house/").content.decode()
    assert "我的账号" in collector
    assert "尚未封链" not in collector


def test_an_administrator_starts_at_the_settings(admin):
    assert admin.get("/").headers["Location"] == "/house/"


def test_the_list_of_people_asks_the_same_number_of_questions_for_1_and_30(
    house, admin, django_assert_num_queries, django_assert_max_num_queries
):
    page = reverse("house:people")
    with django_assert_max_num_queries(15) as first:
        admin.get(page)
    for number in range(30):
        house.staff(f"p{number}", "collector", team=house.team)
    with django_assert_num_queries(len(first)):
        assert "p29" in admin.get(page).content.decode()


def test_the_list_is_narrowed_by_role_and_state_and_goes_on_by_name(house, admin):
    for number in range(55):
        house.staff(f"p{number:02}", "collector", team=house.team)
    page = admin.get(reverse("house:people"), {"role": "collector"})
    listing = page.context["people"]
    assert len(listing.rows) == 50
    later = admin.get(
        reverse("house:people"), {"role": "collector", "after": listing.next_after}
    ).context["people"]
    assert [row["username"] for row in later.rows] == [f"p{number}" for number in range(50, 55)]
    closed = admin.get(reverse("house:people"), {"state": "closed"}).context["people"]
    assert closed.rows == []
