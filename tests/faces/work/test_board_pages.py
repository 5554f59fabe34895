"""The supervisor's board, the sharing previewed and confirmed, cases handed on and given back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.flows.prepare.case_hands import hold_case
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Role, Team
from dunwell.store.promises.models import Promise, PromiseState
from dunwell.store.work.models import HandOver, Retention, WorkItem
from tests.faces.work.conftest import NamedPlace, log_in, somebody
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR, items

BOARD, ASSIGN, HANDS = "/worklist/board/", "/worklist/board/assign/", "/worklist/board/hands/"


def _lead(place: NamedPlace, language: str = "") -> Client:
    return log_in(somebody(place, Role.SUPERVISOR), language=language)


def _promise(case: Case, *, due_on: object, state: str, settled_on: object = None) -> None:
    made = Promise.objects.create(
        case=case, amount_fen=50_000, due_on=due_on, made_on=MONDAY - timedelta(days=9),
        made_at=NOW, kept_share_ppm=900_000, grace_days=0, said_by="borrower", by_label="test",
    )  # fmt: skip
    PromiseState.objects.create(
        promise=made, state=state, strict=state, due_on=due_on, last_on=due_on,
        settled_on=settled_on, as_of=MONDAY,
    )  # fmt: skip


@pytest.mark.parametrize("address", [BOARD, ASSIGN, HANDS, "/worklist/capacity/"])
def test_only_who_gives_out_work_enters(place: NamedPlace, address: str) -> None:
    assert Client().get(address).status_code == 302
    assert log_in(somebody(place, Role.COLLECTOR)).get(address).status_code == 403
    assert log_in(somebody(place, Role.AUDITOR)).get(address).status_code == 403
    assert _lead(place).get(address).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["今天还没有分案", "没有要先处理的", "未设工时"]),
        ("en", ["The day is not assigned yet", "Nothing comes first", "no hours set"]),
    ],
)
def test_an_empty_board_says_what_will_appear(
    place: NamedPlace, language: str, words: list[str]
) -> None:
    page = _lead(place, language).get(BOARD).content.decode()
    assert all(each in page for each in words)


def test_todays_risk_comes_first_and_names_nobody(place: NamedPlace) -> None:
    due, broken, frozen = place.case(), place.case(), place.case()
    place.case(decided=False)
    _promise(due, due_on=MONDAY, state="due")
    yesterday = MONDAY - timedelta(days=1)
    _promise(broken, due_on=yesterday, state="broken", settled_on=MONDAY)
    place.stands(party=frozen.party, what="freeze", kind="complaint")
    page = re.sub(r"<[^>]+>", "", _lead(place).get(BOARD).content.decode())
    assert "1 个承诺今天到期，还没有提醒，合计 ¥500.00。" in page
    assert "1 个承诺昨天起未兑现，还没有回电，合计 ¥500.00。" in page
    assert "1 案停止联系中" in page and "1 案还没有判定" in page
    assert "王" not in page


def test_people_stand_by_name_with_load_and_no_ranking(place: NamedPlace) -> None:
    anna, bert = place.staff("anna", minutes=16), place.staff("bert")
    place.case(holder=bert, overdue_fen=900_000)
    place.case(holder=anna)
    place.share()
    page = _lead(place).get(BOARD).content.decode()
    assert page.index(">anna<") < page.index(">bert<")
    assert "8 / 16" in page and "8 / 480" in page
    assert f"?staff={anna.pk}" in page
    assert "排名" in page and "第 1 名" not in page  # it says that nobody is ranked


def test_prices_are_sentences(place: NamedPlace) -> None:
    place.staff("anna", minutes=8)
    for fen in (300_000, 500_000):
        place.case(overdue_fen=fen)
    place.share()
    page = _lead(place).get(BOARD).content.decode()
    assert "电话时间再多一分钟，值 ¥" in page


def test_a_preview_writes_nothing_and_a_confirmation_writes_what_was_shown(
    place: NamedPlace,
) -> None:
    place.staff("anna")
    place.case()
    lead = _lead(place)
    page = lead.get(ASSIGN).content.decode()
    assert "0 → <b>1</b>" in page and "还没有写入" in page and not WorkItem.objects.exists()
    mark = page.split('name="mark" value="')[1].split('"')[0]
    answer = lead.post(ASSIGN, {"mark": mark}, follow=True)
    assert "已分案，改动 1 件" in answer.content.decode()
    assert WorkItem.objects.get().staff.username == "anna"
    assert "没有要改的" in lead.get(ASSIGN).content.decode()


def test_a_confirmation_of_an_old_preview_writes_nothing_and_shows_the_new_one(
    place: NamedPlace,
) -> None:
    place.staff("anna")
    place.case()
    lead = _lead(place)
    mark = lead.get(ASSIGN).content.decode().split('name="mark" value="')[1].split('"')[0]
    place.case()
    answer = lead.post(ASSIGN, {"mark": mark})
    page = answer.content.decode()
    assert answer.status_code == 409 and "请看新的预览" in page and "0 → <b>2</b>" in page
    assert not WorkItem.objects.exists()


def test_the_supervisor_of_a_team_shares_no_whole_lender(place: NamedPlace) -> None:
    north = Team.objects.create(lender=place.lender, code="north", name="北")
    client = log_in(somebody(place, Role.SUPERVISOR, team=north))
    assert client.get(ASSIGN).status_code == 403
    page = client.get(BOARD).content.decode()
    assert ASSIGN not in page and HANDS in page


def test_a_selection_is_moved_with_a_reason_and_given_back(place: NamedPlace) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    cases = [place.case(holder=anna) for _ in range(3)]
    place.share()
    before = items()
    lead = _lead(place)
    form = {"case": [c.pk for c in cases[:2]], "act": "move", "staff": bert.pk, "why": "休假交接"}
    page = lead.post(HANDS, form, follow=True).content.decode()
    assert "已调案 2 件。" in page
    assert Case.objects.filter(holder=bert).count() == 2
    assert set(HandOver.objects.filter(kind="moved").values_list("why", flat=True)) == {"休假交接"}
    page = lead.post("/worklist/board/hands/undo/", follow=True).content.decode()
    assert "已撤销，2 案回到原处" in page
    assert Case.objects.filter(holder=anna).count() == 3
    again = items()
    kept = [field.name for field in WorkItem._meta.fields].index("kept")
    why = kept - 2
    assert [row[:why] for row in again] == [row[:why] for row in before]
    assert (
        "没有可以撤销的" in lead.post("/worklist/board/hands/undo/", follow=True).content.decode()
    )


def test_a_case_of_nobody_goes_back_to_nobody(place: NamedPlace) -> None:
    anna = place.staff("anna")
    case = place.case("sms")
    place.share()
    before = items()
    lead = _lead(place)
    lead.post(HANDS, {"case": case.pk, "act": "move", "staff": anna.pk, "why": "本人要求通话"})
    assert WorkItem.objects.get().staff == anna
    lead.post("/worklist/board/hands/undo/")
    item = WorkItem.objects.get()
    assert (item.staff, item.state, item.kept) == (None, "open", False)
    assert Case.objects.get().holder is None
    place.share()
    assert items() == before


def test_an_undo_is_refused_where_the_case_went_on(place: NamedPlace) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    first, second = _lead(place), log_in(somebody(place, Role.SUPERVISOR, name="other"))
    form = {"case": case.pk, "act": "move", "staff": bert.pk, "why": "休假交接"}
    first.post(HANDS, form)
    second.post(HANDS, {**form, "staff": anna.pk})
    page = first.post("/worklist/board/hands/undo/", follow=True).content.decode()
    assert "之后又换过手" in page
    assert Case.objects.get().holder == anna


def test_cases_are_kept_and_taken_back(place: NamedPlace) -> None:
    anna = place.staff("anna")
    case = place.case(holder=anna)
    place.share()
    lead = _lead(place)
    until = (MONDAY + timedelta(days=5)).isoformat()
    page = lead.post(
        HANDS, {"case": case.pk, "act": "hold", "until_on": until, "why": "正在协商"}, follow=True
    ).content.decode()
    assert "已留案 1 件。" in page and until in page
    lead.post("/worklist/board/hands/undo/")
    assert Retention.objects.filter(ends=None, end=None).count() == 0
    page = lead.post(
        HANDS, {"case": case.pk, "act": "recall", "why": "主管收回"}, follow=True
    ).content.decode()
    assert "已收回 1 件。" in page and Case.objects.get().holder is None
    lead.post("/worklist/board/hands/undo/")
    item = WorkItem.objects.get()
    assert item.staff == anna and item.state == "open"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"case": []}, "没有选中"),
        ({"staff": ""}, "调案要选一个人"),
        ({"why": "嗯"}, "至少"),
        ({"act": "hold", "until_on": ""}, "留案要有截止日"),
    ],
)
def test_what_is_missing_is_told_beside_the_form_and_moves_nothing(
    place: NamedPlace, wrong: dict[str, object], told: str
) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    form = {"case": [case.pk], "act": "move", "staff": bert.pk, "why": "休假交接", **wrong}
    answer = _lead(place).post(HANDS, form)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert Case.objects.get().holder == anna


def test_a_case_of_another_team_cannot_be_chosen(place: NamedPlace) -> None:
    north = Team.objects.create(lender=place.lender, code="north", name="北")
    anna = place.staff("anna", team=north)
    case = place.case(holder=None)
    client = log_in(somebody(place, Role.SUPERVISOR, team=north))
    form = {"case": [case.pk], "act": "move", "staff": anna.pk, "why": "休假交接"}
    answer = client.post(HANDS, form)
    assert answer.status_code == 400 and Case.objects.get().holder is None
    assert f"/cases/{case.pk}/" not in client.get(HANDS).content.decode()


def test_a_retention_that_ends_soon_is_told(place: NamedPlace) -> None:
    case = place.case(holder=place.staff("anna"))
    hold_case(
        actor=OPERATOR, day=MONDAY, now=NOW, case=case.pk, until_on=MONDAY + timedelta(days=2),
        why="正在协商",
    )  # fmt: skip
    page = re.sub(r"<[^>]+>", "", _lead(place).get(BOARD).content.decode())
    assert "1 案的留案三天内到期" in page


@pytest.mark.parametrize("address", [BOARD, HANDS, ASSIGN])
def test_more_cases_ask_no_more_questions(place: NamedPlace, address: str) -> None:
    anna, bert = place.staff("anna"), place.staff("bert")
    lead = _lead(place)
    place.case(holder=anna)
    place.case(holder=bert)
    place.share()
    with CaptureQueriesContext(connection) as few:
        lead.get(address)
    for _ in range(50):
        place.case(holder=anna)
        place.case(holder=bert)
    place.share()
    with CaptureQueriesContext(connection) as many:
        lead.get(address)
    assert len(many) == len(few)
