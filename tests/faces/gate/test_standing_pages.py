"""What stands, on the case page: who sees it, who may add or end, and what is refused how."""

from __future__ import annotations

import pytest
from django.test import Client

from dunwell.store.people.models import Role
from dunwell.store.permits.models import Standing
from tests.faces.gate.conftest import log_in
from tests.flows.contact.people import NOON, Office

pytestmark = pytest.mark.django_db


def address(office: Office, what: str) -> str:
    return f"/gate/cases/{office.case.pk}/stands/{what}/"


def freeze(office: Office, client: Client) -> Standing:
    answer = client.post(address(office, "freeze"), {"kind": "complaint", "why": "客户来电投诉"})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"/cases/{office.case.pk}/#stands"
    return Standing.objects.get(what="freeze")


def test_the_case_page_shows_what_stands_and_offers_what_the_reader_may(office: Office) -> None:
    collector = log_in(office, Role.COLLECTOR)
    freeze(office, collector)
    page = collector.get(f"/cases/{office.case.pk}/").content.decode()
    for words in ("什么在起作用", "投诉", "客户来电投诉", "登记同意", "停止联系"):
        assert words in page, words
    assert "批准联系" not in page
    assert (
        "批准联系"
        in log_in(office, Role.SUPERVISOR).get(f"/cases/{office.case.pk}/").content.decode()
    )
    auditor = log_in(office, Role.AUDITOR).get(f"/cases/{office.case.pk}/").content.decode()
    assert "客户来电投诉" in auditor and "登记同意" not in auditor


@pytest.mark.parametrize("what", ["consent", "freeze", "opt_out", "evidence", "approval"])
def test_nobody_and_roles_without_the_right_get_no_form_and_post_nothing(
    office: Office, what: str
) -> None:
    before = Standing.objects.count()
    assert Client().get(address(office, what)).status_code in (302, 401)
    for role in (Role.AUDITOR, Role.ANALYST, Role.TRAINER, Role.ADMIN):
        client = log_in(office, role)
        assert client.get(address(office, what)).status_code == 403, role
        assert client.post(address(office, what), {"why": "试一试看"}).status_code == 403, role
    if what == "approval":
        client = log_in(office, Role.COLLECTOR)
        assert client.get(address(office, what)).status_code == 403
        told = {"kind": "visit", "until_on": "2026-03-03", "why": "批准外访"}
        assert client.post(address(office, what), told).status_code == 403
    assert Standing.objects.count() == before


def test_a_consent_counts_to_the_end_of_its_last_day(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    told = {"kind": "quiet_hours", "channel": "call", "until_on": "2026-03-03", "why": "电话中同意"}
    assert client.post(address(office, "consent"), told).status_code == 302
    row = Standing.objects.get(what="consent")
    assert row.until_at is not None and row.until_at.isoformat() == "2026-03-03T16:00:00+00:00"
    assert (row.from_at, row.channel) == (NOON, "call")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("consent", {"kind": "quiet_hours", "channel": "call", "why": "电话中同意"}),
        (
            "consent",
            {"kind": "quiet_hours", "channel": "x", "until_on": "2026-03-03", "why": "是的是的"},
        ),
        ("freeze", {"kind": "holiday", "why": "客户来电投诉"}),
        ("freeze", {"kind": "complaint", "why": "x"}),
        ("freeze", {"kind": "complaint", "until_on": "2026-03-01", "why": "客户来电投诉"}),
        ("refusal", {"contact": "999999", "why": "本人说不要再打"}),
        ("evidence", {"kind": "joint_debt", "dated_on": "soon", "why": "材料已入卷"}),
    ],
)
def test_what_is_not_said_rightly_comes_back_beside_the_form(
    office: Office, what: str, told: dict[str, str]
) -> None:
    before = Standing.objects.count()
    answer = log_in(office, Role.COLLECTOR).post(address(office, what), told)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert Standing.objects.count() == before


def test_a_form_comes_alone_where_the_panel_asks_for_it(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    whole = client.get(address(office, "freeze")).content.decode()
    piece = client.get(address(office, "freeze"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole and "<html" not in piece and "<form" in piece
    assert client.get(address(office, "wish")).status_code == 404


def test_a_key_pressed_twice_says_it_once(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    for _ in range(2):
        freeze(office, client)
    row = Standing.objects.get(what="freeze")
    end = f"/gate/cases/{office.case.pk}/ends/{row.pk}/"
    second = log_in(office, Role.SUPERVISOR)
    for _ in range(2):
        assert second.post(end, {"why": "投诉已办结"}).status_code == 302
    assert not Standing.objects.filter(what="freeze", replaced=None).exists()


def test_a_freeze_is_lifted_by_a_second_person_who_may(office: Office) -> None:
    supervisor = log_in(office, Role.SUPERVISOR)
    row = freeze(office, supervisor)
    end = f"/gate/cases/{office.case.pk}/ends/{row.pk}/"
    page = supervisor.get(f"/cases/{office.case.pk}/").content.decode()
    assert end not in page
    own = supervisor.post(end, {"why": "投诉已办结"})
    assert own.status_code == 400 and "另一人" in own.content.decode()
    assert log_in(office, Role.COLLECTOR).post(end, {"why": "投诉已办结"}).status_code == 403
    second = log_in(office, Role.COMPLIANCE)
    assert end in second.get(f"/cases/{office.case.pk}/").content.decode()
    assert "投诉" in second.get(end).content.decode()
    assert second.post(end, {"why": ""}).status_code == 400
    assert second.post(end, {"why": "投诉已办结"}).status_code == 302
    assert second.get(end).status_code == 404


def test_forms_refuse_what_comes_from_elsewhere(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    told = {"kind": "complaint", "why": "客户来电投诉"}
    assert strict.post(address(office, "freeze"), told).status_code == 403
    assert not Standing.objects.filter(what="freeze").exists()


def test_a_stranger_s_refusal_is_offered_only_where_there_is_a_stranger(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    assert "登记拒绝联系" not in client.get(f"/cases/{office.case.pk}/").content.decode()
    friend = office.contact("friend", role="contact", phone="13700137000", legal_basis="consent")
    assert "登记拒绝联系" in client.get(f"/cases/{office.case.pk}/").content.decode()
    told = {"contact": friend.pk, "why": "对方说不要再打"}
    assert client.post(address(office, "refusal"), told).status_code == 302
    page = client.get(f"/cases/{office.case.pk}/").content.decode()
    assert "137****7000" in page and "13700137000" not in page


def test_why_not_now_is_one_line_a_number_and_says_each_clause_once(office: Office) -> None:
    office.contact("again", phone="13800138000")
    client = log_in(office, Role.COLLECTOR)
    page = client.get(f"/cases/{office.case.pk}/").content.decode()
    card = page.split('id="now"')[1].split("</section>")[0]
    assert card.count("尚未认证") == 1
    assert "dunwell people certify" in card


def test_a_colleague_is_certified_on_their_page_by_trainer_or_compliance(office: Office) -> None:
    person = log_in(office, Role.COLLECTOR, "new-one")
    staff = int(person.session["_auth_user_id"])
    told = {"holds": "yes", "why": "考核通过"}
    act = f"/gate/staff/{staff}/certified/"
    for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN):
        client = log_in(office, role, f"{role.value}-y")
        assert client.post(act, told).status_code == 403, role
    assert person.post(act, told).status_code == 403
    assert Client().post(act, told).status_code in (302, 401, 403)
    trainer, compliance = log_in(office, Role.TRAINER), log_in(office, Role.COMPLIANCE)
    page = compliance.get(f"/house/people/{staff}/").content.decode()
    assert "未认证" in page and act in page
    assert trainer.post(act, {"holds": "yes", "why": ""}).status_code == 400
    assert trainer.post(act, told).status_code == 302
    assert trainer.post(act, told).status_code == 302
    assert Standing.objects.filter(staff=staff, kind="certified").count() == 1
    suspend = f"/gate/staff/{staff}/suspended/"
    assert compliance.post(suspend, {"holds": "yes", "why": "调查期间"}).status_code == 302
    assert "已暂停" in trainer.get(f"/house/people/{staff}/").content.decode()
    assert compliance.post(suspend, {"holds": "no", "why": "调查结束"}).status_code == 302
    assert compliance.post(f"/gate/staff/{staff}/wish/", told).status_code == 404
