"""The pages of messages: who sees which, what is settled by whom, what came back and is seen to."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Message, Reply
from dunwell.store.people.models import Role, Team
from tests.faces.outbox.conftest import NamedPlace, log_in, replied, somebody, written

OUTBOX = "/messages/"
LIST_QUESTIONS = 9
REPLY_LIST_QUESTIONS = 9
MESSAGE_QUESTIONS = 7
REPLY_QUESTIONS = 6
SETTLED = {"happened": "arrived", "told_by": "gateway", "why": "网关查询结果为送达"}


def words_of(page: bytes) -> str:
    """What a person reads of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


@pytest.mark.parametrize("role", ["collector", "supervisor", "auditor", "trainer", "analyst"])
def test_who_may_enter(place: NamedPlace, role: str) -> None:
    status = 403 if role in ("trainer", "analyst") else 200
    assert Client().get(OUTBOX).status_code == 302
    client = log_in(somebody(place, Role(role)))
    assert client.get(OUTBOX).status_code == status
    assert ("/messages/" in client.get("/accounts/me/").content.decode()) == (status == 200)


@pytest.mark.parametrize("view", ["all", "queued", "delivered", "failed", "unknown", "replies"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_empty_tab_says_what_will_come(place: NamedPlace, view: str, language: str) -> None:
    client = log_in(somebody(place, Role.SUPERVISOR), language=language)
    page = client.get(f"{OUTBOX}?view={view}").content.decode()
    assert 'class="empty"' in page and f"view={view}" in page


def test_a_collector_sees_the_messages_of_own_cases_and_of_nobodys(place: NamedPlace) -> None:
    north, south = (Team.objects.create(lender=place.lender, code=c, name=c) for c in "ns")
    anna, ben = place.staff("anna", team=north), place.staff("ben", team=north)
    own = written(place.case(name="赵强", holder=anna, team=north))
    free = written(place.case(name="钱多", team=north))
    other = written(place.case(name="孙行", holder=ben, team=north))
    away = written(place.case(name="李四", team=south))
    page = log_in(anna).get(OUTBOX).content.decode()
    assert [name in page for name in ("赵*", "钱*", "孙*", "李*")] == [True, True, False, False]
    statuses = [
        log_in(anna).get(f"{OUTBOX}{row.pk}/").status_code for row in (own, free, other, away)
    ]
    assert statuses == [200, 200, 404, 404]
    lead = log_in(somebody(place, Role.COMPLIANCE)).get(OUTBOX).content.decode()
    assert all(name in lead for name in ("赵*", "钱*", "孙*", "李*"))


def test_each_tab_shows_its_states_and_counts_what_asks_for_somebody(place: NamedPlace) -> None:
    for number, state in enumerate(Message.State.values):
        written(place.case(name=f"{'赵钱孙李周吴郑冯陈'[number]}一"), state=state)
    client = log_in(somebody(place, Role.SUPERVISOR))
    shown = {
        view: client.get(f"{OUTBOX}?view={view}").content.decode().count('class="row-link"')
        for view in ("all", "queued", "under_way", "delivered", "failed", "unknown")
    }
    assert shown == {
        "all": 9, "queued": 1, "under_way": 3, "delivered": 1, "failed": 3, "unknown": 1,
    }  # fmt: skip
    assert "待认定 1 待处理回复 0" in words_of(client.get(OUTBOX).content)


def test_filters_by_template_and_case_stay_in_the_address(place: NamedPlace) -> None:
    first = written(place.case(name="赵强"))
    written(place.case(name="钱多"), template="due-reminder")
    client = log_in(somebody(place, Role.SUPERVISOR))
    by_template = client.get(f"{OUTBOX}?template=due-reminder").content.decode()
    assert "钱*" in by_template and "赵*" not in by_template
    by_case = client.get(f"{OUTBOX}?case={first.case_id}").content.decode()
    assert "赵*" in by_case and "钱*" not in by_case and f"#{first.case_id}" in by_case
    nothing = client.get(f"{OUTBOX}?view=queued&template=due-reminder").content.decode()
    assert "没有符合筛选的记录" in nothing


def test_pages_go_on_by_key(place: NamedPlace) -> None:
    case = place.case()
    for _ in range(51):
        written(case)
        replied(case)
    client = log_in(somebody(place, Role.SUPERVISOR))
    for view in ("unknown", "replies"):
        page = client.get(f"{OUTBOX}?view={view}").content.decode()
        assert page.count('class="row-link"') == 50
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        assert following
        rest = client.get(following[1].replace("&amp;", "&")).content.decode()
        assert rest.count('class="row-link"') == 1


def test_a_message_is_told_without_names_and_numbers(place: NamedPlace) -> None:
    row = written(place.case(name="王小明"), code="SENDER-GONE")
    page = log_in(somebody(place, Role.COMPLIANCE)).get(f"{OUTBOX}{row.pk}/").content.decode()
    assert "138****8000" in page and "13800138000" not in page
    assert "王先生" not in page and "善信小贷" in page and "发送程序中断" in page
    assert page.count("timeline-dot") == 3 and "settle" not in page


def test_an_unknown_message_is_settled_with_who_says_so_and_why(place: NamedPlace) -> None:
    anna = place.staff("anna")
    row = written(place.case(holder=anna))
    client, address = log_in(anna), f"{OUTBOX}{row.pk}/settle/"
    for wrong in ({**SETTLED, "why": "好"}, {**SETTLED, "told_by": ""}, {"why": "没有选结果"}):
        assert client.post(address, wrong).status_code == 400
    assert Message.objects.get().state == "unknown"
    done = client.post(address, SETTLED, follow=True).content.decode()
    assert "已认定" in done and "网关或运营商查询的结果" in done and SETTLED["why"] in done
    kept = Message.objects.get()
    assert (kept.state, kept.code) == ("delivered", "SETTLED-BY-HAND")
    told = Entry.objects.get(verb="message.settle")
    assert told.why == SETTLED["why"] and "gateway" in told.figures
    assert client.post(address, SETTLED).status_code == 400, "settled once"


def test_only_who_may_write_to_the_borrower_settles(place: NamedPlace) -> None:
    row = written(place.case(holder=place.staff("anna")))
    address = f"{OUTBOX}{row.pk}/settle/"
    assert log_in(somebody(place, Role.COMPLIANCE)).post(address, SETTLED).status_code == 403
    assert log_in(place.staff("ben")).post(address, SETTLED).status_code in (403, 404)
    assert Message.objects.get().state == "unknown"


def test_a_receipt_that_is_not_there_is_not_given_out(place: NamedPlace) -> None:
    row = written(place.case())
    client = log_in(somebody(place, Role.SUPERVISOR))
    assert client.get(f"{OUTBOX}{row.pk}/receipt/").status_code in (400, 404)


def test_a_reply_is_answered_at_the_desk_or_closed_and_waits_no_more(place: NamedPlace) -> None:
    anna = place.staff("anna")
    case = place.case(name="赵强", holder=anna)
    first, second = replied(case), replied(case, "晚点联系", minutes=1)
    client = log_in(anna)
    waiting = client.get(f"{OUTBOX}?view=replies").content.decode()
    assert waiting.index("我下周发工资就还") < waiting.index("晚点联系")
    page = client.get(f"{OUTBOX}replies/{first.pk}/").content.decode()
    assert 'data-key="d"' in page and "138****8000" in page
    done = client.post(f"{OUTBOX}replies/{first.pk}/handled/", {"then": "desk"})
    assert done.url == f"/desk/{case.pk}/"
    closed = client.post(f"{OUTBOX}replies/{second.pk}/handled/", {"then": "list"})
    assert closed.url == f"{OUTBOX}?view=replies"
    assert {row.handled_by_id for row in Reply.objects.all()} == {anna.pk}
    assert Entry.objects.filter(verb="reply.handled").count() == 2
    again = client.post(f"{OUTBOX}replies/{first.pk}/handled/", follow=True).content.decode()
    assert "没有待处理的回复" in again
    assert "已处理" in client.get(f"{OUTBOX}replies/{first.pk}/").content.decode()


def test_a_reply_of_an_unknown_number_goes_to_whoever_manages_messages(place: NamedPlace) -> None:
    row = replied(None)
    anna = log_in(place.staff("anna"))
    assert anna.get(f"{OUTBOX}replies/{row.pk}/").status_code == 404
    assert anna.post(f"{OUTBOX}replies/{row.pk}/handled/").status_code == 403
    lead = log_in(somebody(place, Role.SUPERVISOR))
    page = lead.get(f"{OUTBOX}replies/{row.pk}/").content.decode()
    assert "不在任何客户名下" in page and 'value="desk"' not in page
    lead.post(f"{OUTBOX}replies/{row.pk}/handled/")
    assert Reply.objects.get().handled_at is not None


@pytest.mark.parametrize("rows", [1, 100])
def test_the_pages_ask_a_fixed_number_of_questions(place: NamedPlace, rows: int) -> None:
    client = log_in(place.staff("anna"))
    for _ in range(rows):
        case = place.case(decided=False)
        message, reply = written(case), replied(case)
    pages = {
        OUTBOX: LIST_QUESTIONS,
        f"{OUTBOX}?view=replies": REPLY_LIST_QUESTIONS,
        f"{OUTBOX}{message.pk}/": MESSAGE_QUESTIONS,
        f"{OUTBOX}replies/{reply.pk}/": REPLY_QUESTIONS,
    }
    for address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        assert len(seen) == pages[address], address
