"""`dunwell work`: what it prints, refuses, and leaves behind; nothing personal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dunwell.faces.cli.main import main
from dunwell.faces.words.work_prices import price_sentences
from dunwell.store.cases.models import Case
from dunwell.store.work.models import HandOver, WorkItem
from tests.flows.prepare.a_work_day import MONDAY, NOW, WorkPlace

pytestmark = pytest.mark.django_db
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place() -> Iterator[WorkPlace]:
    with time_machine.travel(NOW, tick=False):
        yield WorkPlace()


@pytest.fixture
def say(place: WorkPlace, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_dry_run_tells_the_same_and_writes_nothing(place: WorkPlace, say: Say) -> None:
    place.staff("anna", minutes=16)
    for fen in (300_000, 500_000, 700_000):
        place.case(overdue_fen=fen)
    code, shown, err = say("work", "assign", "--dry-run", "--json")
    assert code == 0 and "2026-11-23" in err
    assert not WorkItem.objects.exists()
    code, done, _ = say("work", "assign", "--json")
    assert {**json.loads(shown), "preview": False} == json.loads(done)
    told = json.loads(done)
    assert told["people"][0]["staff"] == "anna"
    assert told["limits"]["minutes"]["used"] == 16
    assert any("电话时间再多一分钟" in sentence for sentence in told["prices"])


def test_a_day_to_come_is_shared_only_where_that_is_meant(place: WorkPlace, say: Say) -> None:
    place.staff("anna")
    place.case()
    asked = ("work", "assign", "--as-of", "2026-11-24")
    code, _, err = say(*asked)
    assert code == 1 and "WORK-DAY-NOT-COME" in err
    assert not WorkItem.objects.exists() and not HandOver.objects.exists()
    assert say(*asked, "--dry-run")[0] == 0
    code, _, err = say(*asked, "--ahead")
    assert code == 0 and "2026-11-24" in err
    assert WorkItem.objects.exists() and HandOver.objects.exists()


def test_sharing_is_told_in_sentences_of_both_languages(
    place: WorkPlace, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.staff("anna", minutes=8)
    place.case()
    place.case(overdue_fen=900_000)
    place.case(decided=False)
    code, out, _ = say("work", "assign")
    assert code == 0
    assert "到期 2 件" in out and "anna：0 → 1 件" in out and "还没有决策" in out
    monkeypatch.setenv("DUNWELL_LANGUAGE", "en")
    _, out, _ = say("work", "assign")
    assert "2 cases due" in out and "anna: 1 → 1 cases" in out


def test_todays_list_names_cases_by_number(place: WorkPlace, say: Say) -> None:
    place.staff("anna")
    case = place.case()
    say("work", "assign")
    _, out, _ = say("work", "today", "--staff", "anna")
    assert f"案件 #{case.pk}" in out and "策略的这一步" in out
    _, out, _ = say("work", "today", "--json")
    assert json.loads(out)[0]["action"] == "phone"
    code, out, _ = say("work", "today", "--as-of", "2026-11-24")
    assert code == 0 and "没有待办" in out


def test_a_case_is_moved_kept_and_taken_back(place: WorkPlace, say: Say) -> None:
    place.staff("anna")
    place.staff("bert")
    case = place.case()
    assert say("work", "move", str(case.pk), "--to", "bert", "--why", "熟悉客户")[0] == 0
    until = (MONDAY + timedelta(days=5)).isoformat()
    assert say("work", "hold", str(case.pk), "--until", until, "--why", "正在协商")[0] == 0
    assert say("work", "recall", str(case.pk), "--why", "主管收回")[0] == 0
    case = Case.objects.get(pk=case.pk)
    assert case.holder is None
    code, _, err = say("work", "recall", str(case.pk), "--why", "主管收回")
    assert code == 1 and "WORK-NO-HOLDER" in err


def test_capacity_is_set_and_shown(place: WorkPlace, say: Say) -> None:
    place.staff("anna")
    code, _, _ = say(
        "work", "capacity", "set", "anna", "--minutes", "400", "--skills", "phone,visit",
        "--regions", "长沙市", "--most", "visit=3",
    )  # fmt: skip
    assert code == 0
    _, out, _ = say("work", "capacity", "show")
    assert "400/400/400/400/400/0/0" in out and "长沙市" in out and "visit=3" in out
    _, out, _ = say("work", "capacity", "show", "--json")
    assert json.loads(out)[0]["skills"] == ["phone", "visit"]
    code, _, err = say("work", "capacity", "set", "anna", "--minutes", "eight hours")
    assert code == 1 and "WORK-CAPACITY" in err
    assert say("work", "capacity", "set", "nobody")[0] == 1


def test_a_price_is_a_sentence_a_manager_can_use() -> None:
    limits = {"visits:长沙市": (4, 4, 21_240), "minutes": (960, 960, 412), "sms": (9, 3, 0)}
    assert price_sentences(limits, language="zh-hans") == [
        "长沙市再多一次外访，值 ¥212（现为 4 次）。",
        "电话时间再多一分钟，值 ¥4.12（现为 960 分钟）。",
    ]
    assert price_sentences(limits, language="en")[0] == (
        "One more visit in 长沙市 is worth ¥212 (now 4)."
    )
