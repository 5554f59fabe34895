"""`dunwell pack … --published` and `dunwell policy`: what counts here, and who changed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from dunwell.faces.cli.main import main
from dunwell.flows.conduct.publish_pack import Wanted, propose_change, rule_on_proposal
from dunwell.store.policy.packs import shipped_pack
from tests.flows.contact.people import NOON, Office, open_office

Say = Callable[..., tuple[int, str, str]]
NUMBER = "contact.conversations_per_debtor_per_day"
WANTED = Wanted(
    pack="cn_small_loan", parameter=NUMBER, value=1, from_on=date(2026, 3, 3),
    source="GB/T 45251-2027, 5.3", force="recommended", read="text",
    checked_on=date(2026, 3, 1), recheck_by=date(2026, 9, 1),
)  # fmt: skip


@pytest.fixture
def office(committed_database: object) -> Iterator[Office]:
    """Two numbers published together at noon of 2026-03-02, to count from the next day."""
    with time_machine.travel(NOON, tick=False):
        yield open_office()


@pytest.fixture
def say(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def _publish(office: Office) -> None:
    one, two = office.person("compliance"), office.person("legal")
    first = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    night = replace(WANTED, parameter="contact.quiet_from", value=21 * 60)
    propose_change(actor=one, now=office.now, wanted=night, why="same text", joins=first.pk)
    rule_on_proposal(actor=two, now=office.now, proposal=first.pk, approve=True, why="read it")


def _listed(say: Say) -> list[dict[str, Any]]:
    code, out, err = say("pack", "list", "--published", "--json")
    assert code == 0, err
    return list(json.loads(out))


def test_as_long_as_nothing_is_published_the_packs_in_force_are_the_shipped_ones(say: Say) -> None:
    assert all(each["hash"] == each["shipped_hash"] for each in _listed(say))
    assert "没有发布过改动" in say("pack", "list", "--published")[1]


def test_what_is_published_is_listed_with_its_day_and_the_two_who_published_it(
    office: Office, say: Say
) -> None:
    _publish(office)
    packs = {each["pack"]: each for each in _listed(say)}
    china = packs["cn_small_loan"]
    assert china["hash"] != china["shipped_hash"] and packs["house"]["published"] == []
    row = china["published"][0]
    assert (row["parameter"], row["value"], row["from"]) == (NUMBER, 1, "2026-03-03")
    assert row["proposed_by"].startswith("compliance") and row["approved_by"].startswith("legal")
    assert not row["counts"]
    assert len(china["published"]) == 2
    told = say("pack", "show", "cn_small_loan", "--published", "--as-of", "2026-03-03")[1]
    assert f"{NUMBER} = 1" in told and "2026-03-03" in told and row["version"][:12] in told


def test_a_published_version_is_compared_with_the_shipped_one_on_a_day(
    office: Office, say: Say
) -> None:
    _publish(office)
    words = ("pack", "diff", "cn_small_loan", "--published", "--json", "--as-of")
    found = json.loads(say(*words, "2026-03-03")[1])
    assert found["first"] == shipped_pack("cn_small_loan").hash != found["second"]
    assert {row["name"] for row in found["changes"]} == {NUMBER, "contact.quiet_from"}
    assert json.loads(say(*words, "2026-03-02")[1])["changes"] == []
    version = _listed(say)[0]["published"][0]["version"]
    by_version = say(
        "pack", "diff", "cn_small_loan", "--version", version[:8], "--as-of", "2026-03-03"
    )
    assert by_version[0] == 0 and NUMBER in by_version[1]
    code, _, err = say("pack", "show", "cn_small_loan", "--version", "ffff")
    assert code == 1 and "PACK-NO-SUCH-VERSION" in err
    assert say("pack", "diff", "cn_small_loan")[0] == 2


def test_a_number_of_the_gate_is_not_set_but_published(say: Say) -> None:
    for name in ("contact.burst_minutes", NUMBER):
        words = ("policy", "set", name, "5", "--from", "2026-04-01", "--why", "we want to")
        code, _, err = say(*words)
        assert code == 1 and "POLICY-PUBLISHED-ONLY" in err and "--published" in err
        assert say("policy", "show", name)[0] == 1
    shown = {each["name"] for each in json.loads(say("policy", "show", "--json")[1])}
    assert "permit.reserve_minutes" in shown
    assert not any(name.partition(".")[0] in {"contact", "sms", "visit"} for name in shown)


def test_a_year_is_entered_from_a_file_with_its_source(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("date,kind\n2027-01-01,holiday\n2027-01-03,workday\n", "utf-8")
    words = ("policy", "calendar", "import", file, "--source", "made up for this test")
    assert "未写入" in say(*words, "--dry-run")[1]
    assert say("policy", "calendar", "show", "2027")[0] == 1
    assert json.loads(say(*words, "--json")[1])["known_until"] == "2027-12-31"
    assert "2027-01-03,workday" in say("policy", "calendar", "show", "2027")[1]
    late = ("pack", "check", "--as-of", "2026-12-01")
    assert "2027-01-01" in say(*late)[2]
    assert say(*late, "--published")[2] == ""
    file.write_text("date,kind\n2027-01-01,off\n", "utf-8")
    code, _, err = say(*words)
    assert code == 1 and "CALENDAR-FILE" in err
    assert "CALENDAR-UNREAD" in say(*words[:3], tmp_path / "none.csv", *words[4:])[2]
