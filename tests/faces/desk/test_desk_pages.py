"""The desk's pages and acts: who may, what is answered, what is kept."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dunwell.faces.web.desk.demo_sound import demo_sound
from dunwell.faces.web.desk.labels import initials
from dunwell.flows.contact.drafts import draft_of, seal_due
from dunwell.store.desk.models import ActTime, Claim, Keys, PutOff
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Draft, Letterhead, Message, Note
from dunwell.store.people.models import Staff
from dunwell.store.permits.models import Desk, Standing
from tests.faces.desk.conftest import Floor, browser_of, noon


@pytest.fixture
def client(floor: Floor) -> Client:
    floor.add(2)
    return browser_of(floor.office.collector)


def post(client: Client, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def first_case(client: Client) -> int:
    page = client.get("/desk/")
    assert page.status_code == 302
    return int(page.headers["Location"].split("/")[2])


def dialled(floor: Floor, client: Client) -> tuple[int, int]:
    """A case on the desk and the permit of the call to it."""
    case = first_case(client)
    assert client.get(f"/desk/{case}/").status_code == 200
    contact = floor.office.contacts[f"n{[each.pk for each in floor.cases].index(case)}"].pk
    status, told = post(client, f"/desk/{case}/dial/", contact=contact, draft={})
    assert (status, told["rings"]) == (200, True), told
    return case, told["permit"]


NOAS = {"channel": "call", "number_code": "NOAS", "next_step": "call"}


def test_a_call_is_dialled_recorded_and_sealed_after_ten_seconds(
    floor: Floor, client: Client
) -> None:
    case, permit = dialled(floor, client)
    status, told = post(client, f"/desk/{case}/save/", draft=NOAS, permit=permit)
    assert (status, told["saved"]) == (200, True)
    assert (Note.objects.count(), Draft.objects.get().seals_at is not None) == (0, True)
    seal_due(now=timezone.now() + timedelta(seconds=11))
    assert Note.objects.get().number_code == "NOAS"


def test_nobody_calls_again_before_the_saved_record_is_sealed(floor: Floor, client: Client) -> None:
    case, permit = dialled(floor, client)
    assert post(client, f"/desk/{case}/save/", draft=NOAS, permit=permit)[0] == 200
    _status, told = post(client, f"/desk/{case}/dial/", contact=1, draft={})
    assert (told["rings"], len(told["sentences"])) == (False, 1)
    assert Draft.objects.get().seals_at is not None


def test_an_answered_call_is_not_saved_without_its_recording(floor: Floor, client: Client) -> None:
    case, permit = dialled(floor, client)
    draft = {
        "channel": "call", "number_code": "SELF", "case_code": "KNOW", "reason": "FTP",
        "identity_checked": True, "closing": {"identity_stated": True},
    }  # fmt: skip
    status, told = post(client, f"/desk/{case}/save/", draft=draft, permit=permit)
    assert (status, told["code"]) == (400, "NOTES-NOT-CLOSABLE")
    assert client.post(f"/desk/{case}/recording/", {"demo": "1"}).json()["seconds"] >= 2
    assert post(client, f"/desk/{case}/save/", draft=draft, permit=permit)[0] == 200


def test_what_may_not_be_said_is_marked_with_its_place(floor: Floor, client: Client) -> None:
    case, permit = dialled(floor, client)
    draft = {**NOAS, "summary": "告诉他再不还就上门抄家"}
    _status, told = post(client, f"/desk/{case}/save/", draft=draft, permit=permit)
    assert told["code"] == "NOTES-WORDING"
    assert told["findings"][0]["text"] in draft["summary"]


def test_a_case_page_goes_back_to_the_call_without_a_record(floor: Floor, client: Client) -> None:
    case, _permit = dialled(floor, client)
    other = next(each.pk for each in floor.cases if each.pk != case)
    for path in ("/desk/", f"/desk/{other}/"):
        assert client.get(path).headers["Location"] == f"/desk/{case}/?record=1"


def test_nobody_else_opens_what_lies_on_a_desk(floor: Floor, client: Client) -> None:
    case = first_case(client)
    page = browser_of(floor.office.colleague).get(f"/desk/{case}/")
    assert page.status_code == 400
    assert "另一位同事" in page.content.decode()


@pytest.mark.parametrize("role", ["auditor", "analyst"])
def test_who_writes_no_notes_has_no_desk(floor: Floor, role: str) -> None:
    assert browser_of(floor.office.person(role)).get("/desk/").status_code == 403


def test_a_message_is_previewed_with_its_parts_and_queued_once(
    floor: Floor, client: Client
) -> None:
    case = first_case(client)
    contact = floor.office.contacts[f"n{[each.pk for each in floor.cases].index(case)}"].pk
    Letterhead.objects.create(
        lender=floor.office.lender, signature="善催小贷", call_back="4001234567",
        at=timezone.now(), by_label="test",
    )  # fmt: skip
    shown = client.get(f"/desk/{case}/message/?contact={contact}&template=missed-call").json()
    assert shown["text"].startswith("【善催小贷】") and shown["parts"] >= 1
    wish = {"contact": contact, "template": "missed-call", "key": "one"}
    for _ in range(2):
        assert post(client, f"/desk/{case}/message/send/", **wish)[0] == 200
    assert Message.objects.count() == 1


def test_a_freeze_stands_at_once(floor: Floor, client: Client) -> None:
    case = first_case(client)
    assert post(client, f"/desk/{case}/freeze/", kind="hardship", why="失业三个月")[0] == 200
    assert Standing.objects.filter(what="freeze", kind="hardship").count() == 1
    assert "困难申请" in client.get(f"/desk/{case}/").content.decode()


def test_not_now_puts_the_case_aside_and_gives_the_next(floor: Floor, client: Client) -> None:
    case = first_case(client)
    page = client.get(f"/desk/{case}/").content.decode()
    assert "客户请我们晚一点再联系" in page and "不从中学习任何个人" in page
    wish = {"reason": "other", "until": "2000-01-01T09:00", "words": ""}
    assert post(client, f"/desk/{case}/put-off/", **wish)[1]["code"] == "DESK-PUT-OFF-UNTIL"
    wish["until"] = f"{timezone.localtime() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert post(client, f"/desk/{case}/put-off/", **wish)[1]["code"] == "DESK-PUT-OFF-WORDS"
    wish["words"] = "下午再打"
    status, told = post(client, f"/desk/{case}/put-off/", **wish)
    row = PutOff.objects.get()
    assert (status, told["next"]) == (200, f"/desk/next/?after={case}&put_off={row.pk}")
    assert first_case(client) != case
    assert "暂缓到" in client.get("/worklist/today/").content.decode()
    page = client.get(f"/desk/{case}/").content.decode()
    assert page.count("暂缓到") >= 2 and "下午再打" in page


def test_next_without_a_record_asks_why_and_the_answer_can_be_taken_back(
    floor: Floor, client: Client
) -> None:
    case = first_case(client)
    asked = client.get(f"/desk/next/?after={case}")
    assert asked.headers["Location"] == f"/desk/{case}/?leave=1"
    page = client.get(f"/desk/{case}/?leave=1").content.decode()
    assert "还没有通话、短信或记录" in page and "按规则不能联系" not in page
    until = f"{timezone.localtime() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    told = post(client, f"/desk/{case}/put-off/", reason="appointment", until=until)[1]
    follows = client.get(told["next"]).headers["Location"]
    row = PutOff.objects.get()
    assert follows.endswith(f"/?put_off={row.pk}") and not follows.startswith(f"/desk/{case}/")
    page = client.get(follows).content.decode()
    assert "撤销暂缓" in page and f"#{case}" in page
    undone = post(client, f"/desk/{case}/put-off/undo/", put_off=row.pk)
    assert undone == (200, {"href": f"/desk/{case}/"})
    assert "撤销暂缓" not in client.get(follows).content.decode()
    assert "（已撤销）" in client.get(f"/desk/{case}/").content.decode()
    assert post(client, f"/desk/{case}/put-off/undo/", put_off=row.pk)[0] == 400


def test_a_number_that_rests_is_not_the_suggested_one_and_asks_why_before_it_rings(
    floor: Floor, client: Client
) -> None:
    case, permit = dialled(floor, client)
    draft = {"channel": "call", "number_code": "OFF", "next_step": "call"}
    assert post(client, f"/desk/{case}/save/", draft=draft, permit=permit)[0] == 200
    seal_due(now=timezone.now() + timedelta(minutes=1))
    page = client.get(f"/desk/{case}/").content.decode()
    assert "desk-dial" not in page and "能拨的号码都在歇" in page and "歇到" in page
    contact = floor.office.contacts[f"n{[each.pk for each in floor.cases].index(case)}"].pk
    status, told = post(client, f"/desk/{case}/dial/", contact=contact, draft={})
    assert (status, told["code"]) == (400, "DIAL-NUMBER-RESTS")
    wish = {"contact": contact, "draft": {}, "rest_why": "asked"}
    assert post(client, f"/desk/{case}/dial/", **wish)[1]["rings"]


def test_at_night_the_reason_offered_first_is_that_nobody_may_be_contacted(floor: Floor) -> None:
    floor.add(1)
    with time_machine.travel(noon() + timedelta(hours=11)):
        client = browser_of(floor.office.collector)
        page = client.get(f"/desk/{floor.cases[0].pk}/").content.decode()
    first = re.search(r'<option value="(\w+)" data-until="([^"]+)"', page)
    assert first is not None and first.group(1) == "closed"
    assert first.group(2) == f"{noon() + timedelta(days=1):%Y-%m-%d}T08:00"


def test_analysts_see_which_steps_are_put_off_and_nobody_by_name(
    floor: Floor, client: Client
) -> None:
    assert (
        "还没有放到后面的案件"
        in browser_of(floor.office.supervisor).get("/desk/put-off/").content.decode()
    )
    until = f"{timezone.localtime() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    case = first_case(client)
    assert post(client, f"/desk/{case}/put-off/", reason="supervisor", until=until)[0] == 200
    name = Staff.objects.get(pk=floor.office.collector.staff).display_name
    for role in ("analyst", "supervisor"):
        page = browser_of(floor.office.person(role)).get("/desk/put-off/").content.decode()
        assert "需要主管先看 1" in page and name not in page
        assert ("等主管的案件" in page) == (role == "supervisor")
    assert client.get("/desk/put-off/").status_code == 403


def lose(floor: Floor, case: int) -> None:
    """So many attempts in a row failed that the gate counts the borrower as lost."""
    party = next(each.party_id for each in floor.cases if each.pk == case)
    Desk.objects.update_or_create(pk=party, defaults={"failed_in_row": 3})


def test_the_locate_panel_is_there_for_the_lost_only_and_names_what_is_forbidden(
    floor: Floor, client: Client
) -> None:
    case = first_case(client)
    assert "desk-locate" not in client.get(f"/desk/{case}/").content.decode()
    wish = {"source": "own_records", "purpose": "renew"}
    assert post(client, f"/desk/{case}/locate/", **wish)[1]["code"] == "LOCATE-NOT-LOST"
    lose(floor, case)
    page = client.get(f"/desk/{case}/").content.decode()
    assert "个人信息保护法" in page and "抓取、导入手机通讯录" in page
    assert post(client, f"/desk/{case}/locate/", source="bought", purpose="renew")[0] == 400
    status, told = post(client, f"/desk/{case}/locate/", **wish)
    assert status == 200 and "139****" in told["lines"][0]
    assert client.get("/desk/next/").headers["Location"] == f"/desk/{case}/?record=1"
    assert f'data-pending="{told["look_up"]}"' in client.get(f"/desk/{case}/").content.decode()
    done = {"look_up": told["look_up"], "result": "nothing"}
    assert post(client, f"/desk/{case}/located/", **done) == (200, {"result": "nothing"})
    assert "没有新的信息" in client.get(f"/desk/{case}/").content.decode()


def test_after_a_hard_call_a_pause_is_offered_and_nobody_is_named_by_it(
    floor: Floor, client: Client
) -> None:
    case, permit = dialled(floor, client)
    assert client.post(f"/desk/{case}/recording/", {"demo": "1"}).status_code == 200
    draft = {
        "channel": "call", "number_code": "SELF", "case_code": "ABUS", "words": "骂了几句",
        "identity_checked": True, "closing": {"identity_stated": True},
    }  # fmt: skip
    assert post(client, f"/desk/{case}/save/", draft=draft, permit=permit)[0] == 200
    other = client.get("/desk/next/").headers["Location"]
    assert "歇 10 分钟" in client.get(other).content.decode()
    assert "歇 10 分钟" not in browser_of(floor.office.colleague).get("/desk/").content.decode()
    before = Entry.objects.count()
    assert "早一点晚一点回来都可以" in client.get("/desk/pause/").content.decode()
    mine = Claim.objects.filter(staff=floor.office.collector.staff)
    assert (mine.count(), Entry.objects.count()) == (0, before)
    assert post(client, "/desk/times/in/", took=[{"act": "pause", "tenths": 6000, "keys": 0}])
    assert ActTime.objects.get().act == "pause"
    page = browser_of(floor.office.supervisor).get("/desk/times/").content.decode()
    assert "歇一会儿" in page and "collector" not in page


def test_an_ordinary_call_offers_no_pause(floor: Floor, client: Client) -> None:
    case, permit = dialled(floor, client)
    assert post(client, f"/desk/{case}/save/", draft=NOAS, permit=permit)[0] == 200
    other = client.get("/desk/next/").headers["Location"]
    assert "desk-care" not in client.get(other).content.decode()


def test_keys_are_ones_own_and_one_key_does_one_thing(floor: Floor, client: Client) -> None:
    shipped = {"next": "n", "call": " ", "result": "d"}
    assert client.post("/desk/keys/", {**shipped, "next": "b"}).status_code == 302
    assert Keys.objects.get().chosen == {"next": "b"}
    refused = client.post("/desk/keys/", {**shipped, "next": "d"})
    assert "同时给了两个动作" in refused.content.decode()
    case = first_case(client)
    assert 'data-key="b"' in client.get(f"/desk/{case}/").content.decode()


def test_times_are_summed_for_the_process(floor: Floor, client: Client) -> None:
    took = [{"act": "whole", "tenths": 85, "keys": 6}]
    assert post(client, "/desk/times/in/", took=took) == (200, {"counted": 1})
    assert ActTime.objects.get().tenths == 85
    page = browser_of(floor.office.supervisor).get("/desk/times/").content.decode()
    assert "8.5" in page and "collector" not in page


def test_the_desk_is_read_in_english_too(floor: Floor, client: Client) -> None:
    english = browser_of(floor.office.collector, language="en")
    page = english.get(f"/desk/{first_case(english)}/").content.decode()
    assert "Save and next" in page and "保存并下一案" not in page


def test_results_are_found_by_their_initials() -> None:
    assert (initials("无人接听"), initials("承诺还款")) == ("wrjt", "cnhk")


def test_a_demo_recording_is_a_wav_of_a_few_seconds() -> None:
    assert demo_sound(1)[:4] == b"RIFF" and demo_sound(1) != demo_sound(2)


def test_what_no_script_would_send_is_answered_not_a_fault(floor: Floor, client: Client) -> None:
    case = first_case(client)
    for path, body in (
        ("dial", {"contact": "x", "draft": {}}),
        ("save", {"draft": {"next_at": 7, "promise": "soon", "summary": 5}, "permit": "x"}),
        ("save", {"draft": {**NOAS, "next_on": "soon"}, "permit": 999_999}),
        ("message/send", {"contact": None, "template": 5}),
        ("freeze", {"kind": 1}),
        ("dial", {"contact": 10**30}),
        ("save", {"draft": "x"}),
        ("save", {"draft": {**NOAS, "closing": 5}}),
        ("locate", {"source": 5, "purpose": {}}),
        ("located", {"look_up": "x", "result": 7}),
        ("put-off", {"reason": 5, "until": 7, "words": {}}),
    ):
        status, told = post(client, f"/desk/{case}/{path}/", **body)
        assert (status, bool(told["sentence"])) == (400, True), path
    assert post(client, "/desk/times/in/", took=[{"act": "whole", "tenths": "x"}, 5])[0] == 200
    assert client.post(f"/desk/{case}/draft/", "not json", content_type="text/plain").json()
    assert client.post(f"/desk/{case}/recording/", {"demo": "1"}).status_code == 400
    deep = "[" * 100_000
    assert client.post(f"/desk/{case}/words/", deep, content_type="application/json").json()


def test_half_an_emoji_loses_no_draft(floor: Floor, client: Client) -> None:
    case = first_case(client)
    assert post(client, f"/desk/{case}/draft/", draft={"words": "好\ud83d"})[0] == 200
    draft = draft_of(actor=floor.office.collector, case=case)
    assert draft is not None and draft.body["words"] == "好?"


def test_a_number_found_is_entered_with_the_result_and_stands_unverified(
    floor: Floor, client: Client
) -> None:
    case = first_case(client)
    lose(floor, case)
    assert "哪天得知" in client.get(f"/desk/{case}/").content.decode()
    told = post(client, f"/desk/{case}/locate/", source="own_replies", purpose="renew")[1]
    wish = {
        "look_up": told["look_up"], "result": "found_number", "words": "短信里写的",
        "phone": "1391234", "told_on": timezone.localdate().isoformat(), "said_by": "borrower",
    }  # fmt: skip
    assert post(client, f"/desk/{case}/located/", **wish)[1]["code"] == "LOCATE-NUMBER"
    wish["phone"] = "139 8765 4321"
    assert post(client, f"/desk/{case}/located/", **wish)[0] == 200
    page = client.get(f"/desk/{case}/").content.decode()
    assert "139****4321" in page and "未核实" in page and "13987654321" not in page
