"""The approvals pages: what waits for whom, one request decided by a key, what stays on record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dunwell.store.approvals.models import ApprovalAnswer, ApprovalRequest
from dunwell.store.book.models import Contact
from dunwell.store.people.models import Role, Team
from dunwell.store.permits.models import Standing
from dunwell.store.vault import seal
from dunwell.store.work.models import Retention
from tests.faces.approvals.conftest import NamedPlace, asked, log_in, somebody
from tests.flows.prepare.a_work_day import NOW

INBOX = "/approvals/"
LIST_QUESTIONS = 8
REQUEST_QUESTIONS = 10


def words_of(page: bytes) -> str:
    """What a person reads of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_nobody_and_who_sees_no_case_stay_out(place: NamedPlace) -> None:
    assert Client().get(INBOX).status_code == 302
    assert log_in(somebody(place, Role.TRAINER)).get(INBOX).status_code == 403
    assert log_in(somebody(place, Role.COLLECTOR)).get(INBOX).status_code == 200


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "没有等您批的申请"), ("en", "Nothing waits for you")],
)
def test_an_empty_inbox_says_what_will_come(place: NamedPlace, language: str, told: str) -> None:
    page = log_in(somebody(place, Role.SUPERVISOR), language=language).get(INBOX)
    assert told in page.content.decode()


def test_a_request_waits_for_its_role_and_not_for_who_asked(place: NamedPlace) -> None:
    anna, lead = place.staff("anna"), place.staff("lead", role="supervisor")
    asked(place.case(name="赵强", holder=anna), anna)
    asked(place.case(name="钱多"), lead)
    waiting = log_in(lead).get(INBOX).content.decode()
    assert "赵*" in waiting and "钱*" not in waiting
    own = log_in(anna).get(INBOX + "?view=mine").content.decode()
    assert "赵*" in own and "客户下周发薪" in own
    assert "没有等您批的申请" in log_in(anna).get(INBOX).content.decode()


def test_the_team_of_the_case_decides(place: NamedPlace) -> None:
    north, south = (Team.objects.create(lender=place.lender, code=c, name=c) for c in "ns")
    anna = place.staff("anna", team=north)
    row = asked(place.case(team=north, name="赵强", holder=anna), anna)
    other = log_in(somebody(place, Role.SUPERVISOR, team=south))
    assert other.get(f"{INBOX}{row.pk}/").status_code == 403
    answer = {"verdict": "approved", "why": "在权限内，理由成立"}
    assert other.post(f"{INBOX}{row.pk}/answer/", answer).status_code == 403
    lead = log_in(somebody(place, Role.SUPERVISOR, team=north, name="lead-n"))
    page = lead.get(f"{INBOX}{row.pk}/").content.decode()
    assert 'data-key="a"' in page and 'data-key="r"' in page
    assert not ApprovalAnswer.objects.exists()


def test_one_s_own_request_can_be_withdrawn_but_not_decided(place: NamedPlace) -> None:
    lead = place.staff("lead", role="supervisor")
    row = asked(place.case(), lead)
    client = log_in(lead)
    page = client.get(f"{INBOX}{row.pk}/").content.decode()
    assert "自己提的申请不能自己批" in page and 'data-key="a"' not in page
    answer = {"verdict": "approved", "why": "在权限内，理由成立"}
    assert client.post(f"{INBOX}{row.pk}/answer/", answer).status_code in (400, 403)
    assert not ApprovalAnswer.objects.exists()
    client.post(f"{INBOX}{row.pk}/withdraw/", {"why": "客户已还清"})
    assert ApprovalAnswer.objects.get().verdict == "withdrawn"
    assert "已撤回" in words_of(client.get(INBOX + "?view=mine").content)


def test_a_decline_needs_a_reason_and_leads_to_the_next(place: NamedPlace) -> None:
    anna, lead = place.staff("anna"), log_in(place.staff("lead", role="supervisor"))
    first, second = (asked(place.case(holder=anna), anna) for _ in range(2))
    refused = lead.post(f"{INBOX}{first.pk}/answer/", {"verdict": "declined", "why": ""})
    assert refused.status_code == 400 and not ApprovalAnswer.objects.exists()
    answer = {"verdict": "declined", "why": "先还一部分再谈"}
    done = lead.post(f"{INBOX}{first.pk}/answer/", answer)
    assert done.url == f"{INBOX}{second.pk}/"
    kept = ApprovalAnswer.objects.get()
    assert (kept.verdict, kept.why, kept.by.username) == ("declined", "先还一部分再谈", "lead")
    page = words_of(lead.get(f"{INBOX}{second.pk}/").content)
    assert "同意 0，不同意 1" in page and "先还一部分再谈" in page
    again = lead.post(f"{INBOX}{first.pk}/answer/", answer)
    assert again.status_code == 400


def test_what_was_answered_stays_with_who_and_why(place: NamedPlace) -> None:
    anna, lead = place.staff("anna"), place.staff("lead", role="supervisor")
    row = asked(place.case(name="赵强", holder=anna), anna)
    ApprovalAnswer.objects.create(
        request=row, verdict="declined", at=NOW, by=lead, why="先还一部分再谈",
        figures={},
    )  # fmt: skip
    client = log_in(anna, language="en")
    page = words_of(client.get(f"{INBOX}{row.pk}/").content)
    assert "先还一部分再谈" in page and "lead" in page
    assert "赵*" in client.get(INBOX + "?view=answered").content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_pages_ask_a_fixed_number_of_questions(place: NamedPlace, rows: int) -> None:
    anna, lead = place.staff("anna"), place.staff("lead", role="supervisor")
    client = log_in(lead)
    for _ in range(rows):
        before = asked(place.case(holder=anna), anna)
        ApprovalAnswer.objects.create(
            request=before, verdict="approved", at=NOW, by=lead, why="在权限内", figures={}
        )
        row = asked(place.case(holder=anna), anna)
    pages = ((INBOX, LIST_QUESTIONS), (f"{INBOX}{row.pk}/", REQUEST_QUESTIONS))
    for address, questions in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        assert len(seen) == questions, address


def test_a_collector_asks_to_keep_a_case_and_the_answer_keeps_it(place: NamedPlace) -> None:
    anna, lead = place.staff("anna"), place.staff("lead", role="supervisor")
    own, other = place.case(holder=anna), place.case(holder=lead)
    client = log_in(anna)
    assert client.get(f"{INBOX}ask/{other.pk}/retain/").status_code == 403
    assert client.get(f"{INBOX}ask/{own.pk}/wish/").status_code == 404
    address = f"{INBOX}ask/{own.pk}/retain/"
    assert "申请留案" in client.get(address).content.decode()
    wrong = client.post(address, {"until_on": "2026-12-01", "why": "好"})
    assert wrong.status_code == 400 and not ApprovalRequest.objects.exists()
    done = client.post(address, {"until_on": "2026-12-01", "why": "客户约好面谈"})
    row = ApprovalRequest.objects.get()
    assert done.url == f"{INBOX}{row.pk}/" and row.wanted == {"until_on": "2026-12-01"}
    answer = {"verdict": "approved", "why": "在权限内"}
    log_in(lead).post(f"{INBOX}{row.pk}/answer/", answer)
    assert Retention.objects.get().until_on.isoformat() == "2026-12-01"


def test_a_visit_is_asked_for_on_its_page_and_shown_masked_to_who_decides(
    place: NamedPlace,
) -> None:
    anna, lead = place.staff("anna"), place.staff("lead", role="supervisor")
    case = place.case(name="赵强", holder=anna, address="湖南省长沙市岳麓区一路1号")
    known = Contact.objects.get(borrower__party=case.party)
    contact = Contact.objects.create(
        pk=9_001, borrower=known.borrower, entered=known.entered, role="self", source="contract",
        legal_basis="contract", key_mark=b"9001",
        address_sealed=seal(
            "湖南省长沙市岳麓区一路1号", table="book_contact", column="address_sealed", row=9_001
        ),
    )  # fmt: skip
    address = f"{INBOX}ask/{case.pk}/visit/"
    page = log_in(anna).get(f"{address}?contact={contact.pk}").content.decode()
    assert "哪一天去" in page and f'value="{contact.pk}" selected' in page
    assert "一路1号" not in page
    day = timezone.localdate()
    told = {"contact": contact.pk, "visit_on": day.isoformat(), "why": "电话多次未接通"}
    past = {**told, "visit_on": (day - timedelta(days=1)).isoformat()}
    assert log_in(anna).post(address, past).status_code == 400
    asked_for = log_in(anna).post(address, told)
    row = ApprovalRequest.objects.get()
    assert asked_for.url == f"{INBOX}{row.pk}/" and row.kind == "visit"
    shown = log_in(lead).get(asked_for.url).content.decode()
    assert "外访日" in shown and "一路1号" not in shown
    log_in(lead).post(f"{INBOX}{row.pk}/answer/", {"verdict": "approved", "why": "两人同去"})
    assert Standing.objects.get(what="approval").kind == "visit"


def test_a_visit_is_asked_for_by_nobody_who_may_not(place: NamedPlace) -> None:
    case = place.case(address="湖南省长沙市岳麓区一路1号")
    address = f"{INBOX}ask/{case.pk}/visit/"
    assert Client().get(address).status_code == 302
    assert log_in(somebody(place, Role.ANALYST)).get(address).status_code == 403
    assert (
        log_in(somebody(place, Role.SUPERVISOR)).get(f"{INBOX}ask/{case.pk}/x/").status_code == 404
    )
