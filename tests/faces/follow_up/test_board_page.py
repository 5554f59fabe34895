"""The follow-up board: what is due, broken, late, held and kept back, and the figures of kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Role, Team
from dunwell.store.promises.models import PromiseState
from dunwell.store.work.models import Retention
from tests.faces.follow_up.conftest import NamedPlace, log_in, planned, promised, somebody
from tests.flows.prepare.a_work_day import MONDAY, NOW

BOARD = "/follow-up/"
QUESTIONS = 31
"""Of the board: log-in, seven lists with count and sum, names, limits, figures."""
YESTERDAY = MONDAY - timedelta(days=1)


def words_of(page: bytes) -> str:
    """What a person reads of a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def part(page: bytes, code: str) -> str:
    """One list of the board."""
    return words_of(page.split(f'id="{code}"'.encode())[1].split(b"</section>")[0])


def test_nobody_and_who_sees_no_case_stay_out(place: NamedPlace) -> None:
    assert Client().get(BOARD).status_code == 302
    assert log_in(somebody(place, Role.TRAINER)).get(BOARD).status_code == 403
    assert log_in(somebody(place, Role.COLLECTOR)).get(BOARD).status_code == 200


def test_a_team_sees_its_own_cases_only(place: NamedPlace) -> None:
    north, south = (Team.objects.create(lender=place.lender, code=c, name=c) for c in "ns")
    promised(place.case(team=north, name="赵强"), due_on=MONDAY, state="due")
    promised(place.case(team=south, name="钱多"), due_on=MONDAY, state="due")
    page = log_in(somebody(place, Role.SUPERVISOR, team=north)).get(BOARD).content.decode()
    assert "赵*" in page and "钱*" not in page


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "今天没有到期的承诺"), ("en", "No promise is due today")],
)
def test_empty_lists_say_what_will_appear(place: NamedPlace, language: str, told: str) -> None:
    page = log_in(somebody(place, Role.SUPERVISOR), language=language).get(BOARD)
    assert told in page.content.decode()


def test_each_matter_stands_in_its_list(place: NamedPlace) -> None:
    lead = place.staff("lead", role="supervisor")
    promised(place.case(name="赵今"), due_on=MONDAY, state="due")
    promised(place.case(name="钱宽"), due_on=YESTERDAY, state="due")
    promised(place.case(name="孙明"), due_on=MONDAY + timedelta(days=1))
    broken = {"state": "broken", "settled_on": MONDAY}
    promised(place.case(name="李断"), due_on=YESTERDAY, **broken)
    promised(
        place.case(name="周半"), due_on=YESTERDAY, state="part_kept", settled_on=MONDAY,
        paid_fen=20_000,
    )  # fmt: skip
    planned(place.case(name="吴迟"))
    frozen = place.case(name="郑停")
    place.stands(
        party=frozen.party, what="freeze", kind="complaint", until_at=NOW + timedelta(days=2)
    )
    kept = place.case(name="王留", holder=lead)
    Retention.objects.create(
        case=kept, staff=lead, from_on=MONDAY, until_on=MONDAY + timedelta(days=3),
        why="约好面谈", at=NOW, by_label="test",
    )  # fmt: skip
    page = log_in(lead).get(BOARD + "?whose=team").content
    today = part(page, "due_today")
    assert "赵*" in today and "钱*" in today and "2 件 · 还应到 ¥1,000.00" in today
    assert "孙*" in part(page, "due_tomorrow")
    assert "李*" in part(page, "broken") and "打电话" in part(page, "broken")
    assert "周*" in part(page, "part_kept") and "还差 ¥300.00" in part(page, "part_kept")
    assert "吴*" in part(page, "plans") and "计划逾期" in part(page, "plans")
    assert "郑*" in part(page, "holds") and "停止联系" in part(page, "holds")
    assert "王*" in part(page, "retained") and "1 / 1" in part(page, "retained")


def test_mine_is_what_is_in_my_hands(place: NamedPlace) -> None:
    anna = place.staff("anna")
    promised(place.case(name="赵我", holder=anna), due_on=MONDAY, state="due")
    promised(place.case(name="钱他"), due_on=MONDAY, state="due")
    client = log_in(anna)
    own = part(client.get(BOARD).content, "due_today")
    assert "赵*" in own and "钱*" not in own
    assert "钱*" in part(client.get(BOARD + "?whose=team").content, "due_today")


def test_a_promise_that_broke_long_ago_or_was_talked_about_is_not_listed(
    place: NamedPlace,
) -> None:
    old = MONDAY - timedelta(days=40)
    promised(place.case(name="赵旧"), due_on=old, state="broken", settled_on=old)
    talked = promised(place.case(name="钱谈"), due_on=old, state="broken", settled_on=YESTERDAY)
    PromiseState.objects.filter(pk=talked.pk).update(called_on=MONDAY)
    page = log_in(somebody(place, Role.SUPERVISOR)).get(BOARD).content
    assert "都谈过了" in part(page, "broken")


def test_the_kept_figures_stand_with_and_without_the_allowance(place: NamedPlace) -> None:
    on = MONDAY - timedelta(days=3)
    kept = {"state": "kept", "paid_fen": 50_000, "settled_on": on}
    promised(place.case(), due_on=on, **kept)
    promised(place.case(), due_on=on, strict="broken", **kept)
    promised(place.case(), due_on=on, state="broken", settled_on=YESTERDAY)
    promised(place.case(), due_on=on, state="rescheduled", settled_on=YESTERDAY)
    lead = log_in(somebody(place, Role.SUPERVISOR))
    told = part(lead.get(BOARD).content, "kept")
    assert "66.6%" in told and "33.3%" in told and "2 / 3" in told and "¥1,000.00" in told
    assert "3 个承诺，共 ¥1,500.00" in told and "1 个改期" in told
    empty = part(lead.get(f"{BOARD}?since={MONDAY}&until={MONDAY}").content, "kept")
    assert "这段时间没有到期的承诺" in empty


def test_one_list_is_shown_at_length(place: NamedPlace) -> None:
    for _ in range(10):
        promised(place.case(), due_on=MONDAY, state="due")
    lead = log_in(somebody(place, Role.SUPERVISOR))
    assert "还有 2 件" in part(lead.get(BOARD).content, "due_today")
    page = lead.get(BOARD + "?list=due_today").content.decode()
    assert page.count("王**") == 10 and 'id="broken"' not in page


def test_a_sheet_is_masked_and_leaves_an_entry(place: NamedPlace) -> None:
    promised(place.case(name="赵小今"), due_on=MONDAY, state="due")
    assert log_in(somebody(place, Role.COLLECTOR)).get(BOARD + "export.csv").status_code == 403
    answer = log_in(somebody(place, Role.SUPERVISOR)).get(BOARD + "export.csv")
    with translation.override("zh-hans"):
        text = b"".join(answer).decode("utf-8-sig")
    assert "今天到期的承诺" in text and "赵**" in text and "500.00" in text
    assert Entry.objects.filter(verb="case.export").count() == 1


@pytest.mark.parametrize("rows", [1, 20])
def test_the_board_asks_a_fixed_number_of_questions(place: NamedPlace, rows: int) -> None:
    lead = place.staff("lead", role="supervisor")
    for number in range(rows):
        promised(place.case(name=f"赵{number}"), due_on=MONDAY, state="due")
        promised(place.case(), due_on=MONDAY, state="broken", settled_on=MONDAY)
        planned(place.case())
        frozen: Case = place.case(holder=lead)
        place.stands(
            party=frozen.party, what="freeze", kind="complaint", until_at=NOW + timedelta(days=2)
        )
        Retention.objects.create(
            case=frozen, staff=lead, from_on=MONDAY, until_on=MONDAY + timedelta(days=3),
            why="约好面谈", at=NOW, by_label="test",
        )  # fmt: skip
    client = log_in(lead)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as asked:
        client.get(BOARD)
    assert len(asked) == QUESTIONS
