"""The gate's log, one question of it, and the packs with their sources."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import time_machine

from dunwell.core.permit import BEIJING
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Role
from dunwell.store.permits.models import Permit
from dunwell.store.policy.models import Proposal
from tests.faces.gate.conftest import log_in
from tests.flows.contact.people import NOON, Office


def test_the_log_shows_allowed_and_refused(office: Office) -> None:
    page = log_in(office, Role.COMPLIANCE).get("/gate/").content.decode()
    assert "CN-T01" in page and "2026-03-02 12:00" in page and "2026-03-02 23:00" in page
    assert "13800138000" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("verdict=refuse", 1),
        ("verdict=allow", 2),
        ("rule=CN-T01", 1),
        ("rule=CN-T0", 0),
        ("channel=sms", 0),
        ("channel=call,sms", 3),
        ("days=today", 3),
        ("days=yesterday", 0),
        ("on=2026-03-02", 3),
        ("on=2026-03-01", 0),
        ("on=9999-12-31", 3),
        ("person=999999", 0),
        ("after=1", 0),
    ],
)
def test_each_filter_narrows_the_log(office: Office, query: str, shown: int) -> None:
    page = log_in(office, Role.COMPLIANCE).get(f"/gate/?{query}").content.decode()
    assert page.count('data-label="时刻"') == shown


def test_whoever_reads_the_journal_takes_the_filtered_log_away_and_that_is_told(
    office: Office,
) -> None:
    client = log_in(office, Role.COMPLIANCE)
    assert "/gate/export.csv?verdict=refuse" in client.get("/gate/?verdict=refuse").content.decode()
    answer = client.get("/gate/export.csv?verdict=refuse")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.count("CN-T01") == 1
    told = Entry.objects.get(verb="permit.export")
    assert (told.lender_id, '"rows":1' in told.figures) == (office.lender.pk, True)
    other = log_in(office, Role.COLLECTOR)
    assert "export.csv" not in other.get("/gate/").content.decode()
    assert other.get("/gate/export.csv").status_code == 403


def test_the_log_of_another_lender_is_not_seen(office: Office) -> None:
    other = Lender.objects.create(code="other", name="O")
    first = Permit.objects.order_by("pk")[0]
    office.lender = other
    client = log_in(office, Role.COMPLIANCE)
    assert 'data-label="时刻"' not in client.get("/gate/").content.decode()
    assert client.get(f"/gate/{first.pk}/").status_code == 403


def test_who_may_not_see_the_log_is_refused(office: Office) -> None:
    client = log_in(office, Role.ADMIN)
    assert client.get("/gate/").status_code == 403
    assert client.get("/gate/packs/").status_code == 200
    assert log_in(office, Role.TRAINER).get("/gate/packs/").status_code == 403


def test_a_question_tells_what_why_which_clause_and_when_again(office: Office) -> None:
    row = Permit.objects.get(verdict="refuse")
    page = log_in(office, Role.COMPLIANCE).get(f"/gate/{row.pk}/").content.decode()
    for words in ("CN-T01", "GB/T 45251-2025", "2026-03-03 08:00", "counts.sms_today"):
        assert words in page, words


def test_a_question_is_decided_again_under_another_pack(office: Office) -> None:
    client = log_in(office, Role.COMPLIANCE)
    row = Permit.objects.get(verdict="refuse")
    same = client.get(f"/gate/{row.pk}/?under=now").content.decode()
    assert "与当时相同" in same
    more = client.get(f"/gate/{row.pk}/?under=with-us_reg_f").content.decode()
    assert "US-F06" in more and "与当时不同" in more


def test_a_question_that_does_not_exist_is_not_found(office: Office) -> None:
    assert log_in(office, Role.COMPLIANCE).get("/gate/999999/").status_code == 404


def test_a_pack_shows_each_number_with_its_source(office: Office) -> None:
    page = log_in(office, Role.COLLECTOR).get("/gate/packs/cn_small_loan/").content.decode()
    for words in ("22:00", "GB/T 45251-2025, 5.3", "推荐", "转引", "2027-05-23", "CN-W01"):
        assert words in page, words
    assert "提议改动" not in page
    assert log_in(office, Role.COMPLIANCE).get("/gate/packs/none/").status_code == 404


def test_a_pack_past_its_recheck_warns_loudly(office: Office) -> None:
    with time_machine.travel(NOON.replace(year=2028), tick=False):
        client = log_in(office, Role.COMPLIANCE)
        for page in ("/gate/packs/", "/gate/packs/cn_small_loan/"):
            text = client.get(page).content.decode()
            assert "复核已过期" in text and 'role="alert"' in text


def test_the_pages_are_in_english_too(office: Office) -> None:
    client = log_in(office, Role.COMPLIANCE, language="en")
    row = Permit.objects.get(verdict="refuse")
    assert "Permission before contact" in client.get("/gate/").content.decode()
    asked = client.get(f"/gate/{row.pk}/").content.decode()
    assert "The facts known then" in asked
    assert "China Banking Association" in asked and "银行业协会" not in asked
    pack = client.get("/gate/packs/house/").content.decode()
    assert "house rule" in pack and "内部规定" not in pack
    assert "Rules and sources" in client.get("/gate/packs/house/").content.decode()


FORM = {
    "value": "21:00",
    "from_on": "2026-03-03",
    "source": "GB/T 45251-2027, 5.3",
    "force": "recommended",
    "read": "text",
    "checked_on": "2026-03-01",
    "recheck_by": "2026-09-01",
    "why": "new text",
}
CHANGE = "/gate/packs/cn_small_loan/contact.quiet_from/"


def test_a_change_is_looked_at_proposed_and_approved_by_another(office: Office) -> None:
    one, two = log_in(office, Role.COMPLIANCE, "one"), log_in(office, Role.LEGAL, "two")
    assert 'value="22:00"' in one.get(CHANGE).content.decode()
    page = one.post(CHANGE, {**FORM, "act": "preview"}).content.decode()
    assert "会有不同结论" in page and "提出，请同事批准" in page
    made = one.post(CHANGE, {**FORM, "act": "propose"})
    where = made.headers["Location"]
    shown = one.get(where).content.decode()
    assert "批准并发布" not in shown
    yes = {"answer": "approve", "why": "read it", "seen": _seen(shown)}
    assert "另一位同事" in one.post(f"{where}answer/", yes).content.decode()
    assert "批准并发布" in two.get(where).content.decode()
    assert two.post(f"{where}answer/", yes).status_code == 302
    assert "已发布" in one.get(where).content.decode()
    pack = one.get("/gate/packs/cn_small_loan/").content.decode()
    assert "2026-03-03 起 21:00" in pack
    row = Permit.objects.filter(verdict="allow")[0]
    assert "第 " in one.get(f"/gate/{row.pk}/").content.decode()


def _seen(page: str) -> str:
    return re.findall(r'name="seen" value="([0-9a-f]{64})"', page)[0]


def test_a_second_number_joins_a_change_and_both_are_answered_at_once(office: Office) -> None:
    one, two = log_in(office, Role.COMPLIANCE, "one"), log_in(office, Role.LEGAL, "two")
    where = one.post(CHANGE, {**FORM, "act": "propose"}).headers["Location"]
    first = Proposal.objects.get()
    old = _seen(two.get(where).content.decode())
    assert "再加一个数值" in one.get(where).content.decode()
    assert "再加一个数值" not in two.get(where).content.decode()
    listed = one.get(f"/gate/packs/cn_small_loan/?joins={first.pk}").content.decode()
    other = f"/gate/packs/cn_small_loan/contact.quiet_until/?joins={first.pk}"
    assert f'href="{other}"' in listed
    joined = one.post(other, {**FORM, "value": "09:00", "act": "propose"})
    assert joined.headers["Location"] == where
    shown = two.get(where).content.decode()
    assert (
        "contact.quiet_until" in shown
        and "另有 1 个数值" in one.get("/gate/packs/").content.decode()
    )
    late = two.post(f"{where}answer/", {"answer": "approve", "why": "read it", "seen": old})
    assert late.status_code == 400 and "又加了数值" in late.content.decode()
    yes = {"answer": "approve", "why": "read it", "seen": _seen(shown)}
    assert two.post(f"{where}answer/", yes).status_code == 302
    pack = one.get("/gate/packs/cn_small_loan/").content.decode()
    assert "2026-03-03 起 21:00" in pack and "2026-03-03 起 09:00" in pack


def test_a_wrong_change_is_refused_on_the_form(office: Office) -> None:
    client = log_in(office, Role.COMPLIANCE)
    for wrong in ({"value": "x"}, {"from_on": "2026-03-02"}, {"value": "99:00"}, {"why": ""}):
        page = client.post(CHANGE, {**FORM, **wrong, "act": "propose"})
        assert page.status_code == 200 and not Proposal.objects.exists(), wrong
    assert client.get("/gate/packs/cn_small_loan/none/").status_code == 404
    assert client.get("/gate/changes/9/").status_code == 404


def test_who_may_not_propose_sees_no_form(office: Office) -> None:
    client = log_in(office, Role.COLLECTOR)
    assert client.get(CHANGE).status_code == 403
    assert client.post(CHANGE, {**FORM, "act": "propose"}).status_code == 403


def test_the_front_pages_say_when_the_calendar_ends_to_those_who_see_policy(
    office: Office,
) -> None:
    assert "放假日历" not in log_in(office, Role.LEGAL).get("/").content.decode()
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=BEIJING), tick=False):
        compliance = log_in(office, Role.COMPLIANCE).get("/").content.decode()
        assert "2027-01-01 起闸门会拒绝一切联系" in compliance
        keeper = log_in(office, Role.ADMIN).get("/", follow=True).content.decode()
        assert "放假日历" in keeper
        assert "放假日历" not in log_in(office, Role.COLLECTOR).get("/").content.decode()
