"""A draft: changed by form or as text, its faults by line, proposed, and answered by another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dunwell.faces.web.strategy.lines import line_of
from dunwell.faces.web.strategy.rule_text import (
    rule_at,
    with_rule,
    with_rule_after,
    without_rule,
)
from dunwell.faces.worker.looks import work
from dunwell.store.people.models import Lender, Role, Staff
from dunwell.store.policy.document_kinds import seed_text
from dunwell.store.policy.documents import find_in_force
from dunwell.store.policy.models import Document
from dunwell.store.policy.seeds import read_yaml
from tests.faces.cases.conftest import DAY
from tests.faces.cases.conftest import log_in as log_in_at
from tests.faces.gate.conftest import log_in
from tests.faces.strategy.conftest import begin, page
from tests.flows.contact.people import Office

TEXT = seed_text("strategy") or ""
GENTLER = TEXT.replace("200000", "500000")


def rewrite(client: Client, draft: str, text: str, act: str = "save") -> str:
    return page(client, f"{draft}text/", text=text, act=act)


def propose(client: Client, draft: str) -> str:
    return page(client, f"{draft}propose/", from_on="2026-03-03", why="visits cost too much")


def test_a_draft_is_seen_by_who_made_it_only(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    assert analyst.get(draft).status_code == 200
    for other in (log_in(office, Role.SUPERVISOR), log_in(office, Role.ANALYST, "two")):
        for address in (draft, f"{draft}text/", f"{draft}rules/rest.held/"):
            assert other.get(address).status_code == 404
        assert other.post(f"{draft}propose/").status_code == 404
    assert Client().get(draft).status_code == 302


def test_a_fault_is_told_with_its_line_and_an_example_in_words(
    office: Office, analyst: Client
) -> None:
    draft = begin(analyst)
    wrong = rewrite(analyst, draft, TEXT.replace("reachability: lost", "reachability: gone", 1))
    line = TEXT.splitlines().index("        when: {reachability: lost}") + 1
    assert f"第 {line} 行" in wrong and "不能写「gone」" in wrong
    gap = rewrite(analyst, draft, TEXT.replace("{from: 200000}}", "{from: 500000}}", 1))
    assert "有客户不属于任何规则" in gap and "例如这样的客户：" in gap and "逾期金额：¥" in gap
    assert "提出，请同事批准" not in page(analyst, draft)
    broken = rewrite(analyst, draft, "id: [")
    assert "YAML" in broken and analyst.get(draft).status_code == 200


def test_a_rule_is_changed_by_form_and_the_rest_of_the_text_stays(
    office: Office, analyst: Client
) -> None:
    draft = begin(analyst)
    address = f"{draft}rules/stages.middle.rules.middle_visit/"
    form = page(analyst, address)
    assert 'value="2000.00"' in form and "通话未果再上门" in form
    said = {
        "act": "save", "id": "middle_visit", "answer": "phone_steady", "why": "先不上门",
        "why_en": "no visit yet", "c0_field": "overdue_fen", "c0_from": "2000.00",
        "c1_field": "ability",
    }  # fmt: skip
    wrong = page(analyst, address, **said)
    assert "不能写" in wrong  # nothing is ticked for ability
    answer = analyst.post(
        address,
        {**said, "c1_values": ["yes", "unknown"], "c2_field": "reachability",
         "c2_values": ["unknown", "reachable", "half_lost"]},
        follow=True,
    ).content.decode()  # fmt: skip
    assert "规则已改" in answer and "先不上门" in answer and "有改动" in answer
    text = page(analyst, f"{draft}text/")
    assert "# Judged, not learned" in text  # comments stay


def test_a_condition_is_added_and_taken_away_by_form(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}rules/rest.not_late/"
    more = page(
        analyst, address, act="condition", c0_field="bucket", c0_values="current",
        new_field="days_since_payment",
    )  # fmt: skip
    assert "距上次还款" in more and 'name="c1_from"' in more
    less = page(
        analyst, address, act="condition", c0_field="bucket", c0_values="current", c0_remove="1"
    )
    assert 'name="c0_field"' not in less
    assert analyst.get(f"{draft}rules/rest.nowhere/").status_code == 404
    assert "只能在文本里改" in page(analyst, f"{draft}rules/rest.deceased/")


def test_two_persons_bring_a_strategy_into_force(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    assert "没有问题" in rewrite(analyst, draft, GENTLER)
    shown = propose(analyst, draft)
    row = Document.objects.get()
    assert "待批准" in shown and "撤回提议" in shown and "批准，从生效日起算" not in shown
    own = analyst.post(f"/strategy/documents/{row.pk}/answer/", {"answer": "approve", "why": "yes"})
    assert own.status_code in (400, 403)
    supervisor = log_in(office, Role.SUPERVISOR)
    asked = page(supervisor, f"/strategy/documents/{row.pk}/")
    assert "逾期金额 ¥5,000.00 起" in asked and "逾期金额 ¥2,000.00 起" in asked  # both sides
    assert "等待批准" in page(supervisor, "/strategy/")
    short = {"answer": "approve", "why": ""}
    assert supervisor.post(f"/strategy/documents/{row.pk}/answer/", short).status_code == 400
    done = page(
        supervisor, f"/strategy/documents/{row.pk}/answer/", answer="approve", why="tried it"
    )
    assert "已批准" in done
    found = find_in_force(kind="strategy", lender=None, day=row.from_on)
    assert found is not None and found.number == row.pk
    again = begin(analyst)
    assert "还没有改动" in page(analyst, again)


def test_a_proposal_is_turned_down_or_taken_back_with_a_reason(
    office: Office, analyst: Client
) -> None:
    for who, answer, words in (
        (log_in(office, Role.COMPLIANCE), "turn_down", "未批准"),
        (analyst, "withdraw", "已撤回"),
    ):
        draft = begin(analyst)
        rewrite(analyst, draft, GENTLER)
        propose(analyst, draft)
        row = Document.objects.latest("pk")
        address = f"/strategy/documents/{row.pk}/"
        assert words in page(who, f"{address}answer/", answer=answer, why="not like this")
        assert "答复" in page(who, address)


def test_an_older_version_is_where_a_draft_may_begin(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    rewrite(analyst, draft, GENTLER)
    propose(analyst, draft)
    row = Document.objects.get()
    answer = analyst.post(f"/strategy/strategy/change/?of={row.pk}", {"whom": "house"})
    assert "¥5,000.00" in page(analyst, str(answer.headers["Location"]))
    missing = analyst.post("/strategy/strategy/change/?of=999999", {"whom": "house"})
    assert missing.status_code == 404


def test_a_draft_is_thrown_away(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    assert analyst.post(f"{draft}discard/").status_code == 302
    assert analyst.get(draft).status_code == 404


@pytest.mark.parametrize("kind", ["card", "quadrant", "categories", "five_classes", "gains"])
def test_the_same_pages_serve_the_other_kinds(office: Office, analyst: Client, kind: str) -> None:
    draft = begin(analyst, kind)
    text = (seed_text(kind) or "").replace("title: ", "title: 新", 1)
    assert "没有问题" in rewrite(analyst, draft, text)
    propose(analyst, draft)
    assert Document.objects.get().kind == kind


def test_a_preview_tells_who_moves_on_todays_book(
    book: Lender, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    client = log_in_at(book, Role.ANALYST)
    draft = begin(client)
    steadier = TEXT.replace(
        "plan: phone_first\n        why: 逾期数日", "plan: phone_steady\n        why: 逾期数日"
    )
    rewrite(client, draft, steadier)
    staff = Staff.objects.get(username="analyst")
    work(draft=draft.strip("/").rpartition("/")[2], asked_by=staff.pk)
    shown = page(client, draft)
    assert "会换方案" in shown and "稳步通话" in shown and 'href="/cases/' in shown
    assert client.get(f"{draft}news/").headers["HX-Refresh"] == "true"
    proposed = page(client, f"{draft}propose/", from_on=str(DAY), why="steadier calls")
    assert "提出时在账上试算的结果" in proposed
    assert Document.objects.get().preview["moved"] == 1


def test_a_line_is_found_by_rule_and_by_number() -> None:
    lines = TEXT.splitlines()
    found = line_of(TEXT, "stages.early.rules.early_lost.when.reachability")
    assert found is not None and "reachability: lost" in lines[found - 1]
    assert line_of(TEXT, "line 7") == 7
    assert line_of(TEXT, "nowhere") is None


def test_a_rule_is_rewritten_in_place() -> None:
    whole = read_yaml(TEXT, file="t")
    place = rule_at(TEXT, "stages.early.rules.early_phone")
    assert place is not None
    assert read_yaml(with_rule(TEXT, place, place.rule), file="t") == whole
    more = with_rule_after(TEXT, place, {**place.rule, "id": "further"})
    assert rule_at(more, "stages.early.rules.further") is not None
    less = without_rule(more, rule_at(more, "stages.early.rules.further"))  # type: ignore[arg-type]
    assert read_yaml(less, file="t") == whole


def test_a_preview_of_other_steps_says_that_work_changes_though_nobody_moves(
    book: Lender, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    client = log_in_at(book, Role.ANALYST)
    draft = begin(client)
    rewrite(client, draft, TEXT.replace("again_days: 4", "again_days: 1"))
    staff = Staff.objects.get(username="analyst")
    work(draft=draft.strip("/").rpartition("/")[2], asked_by=staff.pk)
    assert "没有人换方案；方案里的步骤变了" in page(client, draft)
