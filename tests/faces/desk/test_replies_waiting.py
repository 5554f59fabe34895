"""A borrower's reply that waits is told where people work: the desk, the list, the front page."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Letterhead, Message, Reply
from dunwell.store.vault import seal
from tests.faces.desk.conftest import Floor, browser_of


def reply(case: Case, name: str) -> Reply:
    row = Reply.objects.create(
        gateway="sandbox", gateway_id=name, at=timezone.now(), kind=Reply.Kind.REPLY, case=case
    )
    for column, words in (("text_sealed", "下月五号还"), ("phone_sealed", "13910000000")):
        setattr(row, column, seal(words, table="outreach_reply", column=column, row=row.pk))
    row.save()
    return row


def test_a_reply_is_told_on_the_desk_the_list_and_the_front_page_until_it_is_seen_to(
    floor: Floor,
) -> None:
    case, other = floor.add(2)
    client = browser_of(floor.office.collector)
    paths = (f"/desk/{case.pk}/", "/worklist/today/", "/")
    assert not any("待处理" in client.get(path).content.decode() for path in paths[:2])
    row = reply(case, "one")
    here = f"/messages/replies/{row.pk}/"
    desk = client.get(f"/desk/{case.pk}/").content.decode()
    assert "1 条回复待处理" in desk and desk.count(here) == 2
    assert "短信回复 · 客户回复 · 待处理" in desk
    today = client.get("/worklist/today/").content.decode()
    assert "1 条客户回复等你处理" in today and today.count("1 条回复待处理") == 1
    assert "1 条客户回复等人处理" in client.get("/").content.decode()
    assert f"/desk/{case.pk}/" in client.get(here).content.decode()
    assert "待处理" not in client.get(f"/desk/{other.pk}/").content.decode()
    Reply.objects.update(handled_at=timezone.now())
    desk = client.get(f"/desk/{case.pk}/").content.decode()
    assert "待处理" not in desk and desk.count(here) == 1
    assert "客户回复等" not in client.get("/worklist/today/").content.decode()


def test_what_came_in_parts_waits_first_for_its_parts(floor: Floor) -> None:
    (case,) = floor.add(1)
    row = reply(case, "one")
    Reply.objects.update(waits_until=timezone.now() + timedelta(minutes=5))
    desk = browser_of(floor.office.collector).get(f"/desk/{case.pk}/").content.decode()
    assert "待处理" not in desk and f"/messages/replies/{row.pk}/" in desk


def test_a_list_asks_once_however_many_replies_there_are(floor: Floor) -> None:
    cases = floor.add(3)
    client = browser_of(floor.office.collector)
    reply(cases[0], "one")
    client.get("/worklist/today/")
    with CaptureQueriesContext(connection) as few:
        client.get("/worklist/today/")
    for place, case in enumerate(cases):
        reply(case, f"more{place}")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/worklist/today/").content.decode()
    assert len(many) == len(few)
    assert "2 条回复待处理" in page and "4 条客户回复等你处理" in page


def test_a_message_of_the_timeline_leads_to_its_page_and_back(floor: Floor) -> None:
    (case,) = floor.add(1)
    Letterhead.objects.create(
        lender=floor.office.lender, signature="善催小贷", call_back="4001234567",
        at=timezone.now(), by_label="test",
    )  # fmt: skip
    client = browser_of(floor.office.collector)
    wish = {
        "contact": floor.office.contacts["n0"].pk, "template": "missed-call", "key": "one",
    }  # fmt: skip
    client.post(f"/desk/{case.pk}/message/send/", wish, content_type="application/json")
    here = f"/messages/{Message.objects.get().pk}/"
    assert f'href="{here}"' in client.get(f"/desk/{case.pk}/").content.decode()
    assert f'href="/desk/{case.pk}/"' in client.get(here).content.decode()
