"""The steps of a plan by form: rows added, dropped, moved; written back, nothing else touched."""

from __future__ import annotations

import re

import pytest
import yaml
from django.test import Client

from dunwell.faces.web.strategy.plan_form import StepRow, shaped
from dunwell.faces.web.strategy.plan_text import (
    plan_at,
    with_plan,
    with_plan_after,
    without_plan,
)
from dunwell.faces.web.strategy.rule_text import with_rule_moved
from dunwell.store.policy.document_kinds import seed_text
from dunwell.store.policy.seeds import read_yaml
from tests.faces.strategy.conftest import begin, page
from tests.flows.contact.people import Office

TEXT = seed_text("strategy")
assert TEXT is not None
WHOLE = yaml.safe_load(TEXT)
COMMENTED = """rest: []
plans:
  short: {title: 短, title_en: short, steps: [{action: none, wait_days: 3}]}
  long:
    title: 长
    title_en: long
    # about the steps
    steps:
      # the first
      - {action: none, wait_days: 3}  # three
      # the second
      - action: phone
        wait_days: 4
"""
INPUT = re.compile(
    r'<input (?:id="[^"]*" )?type="(?P<type>text|hidden|checkbox)"[^>]*? name="(?P<name>[^"]+)"'
    r' value="(?P<value>[^"]*)"(?P<ticked> checked)?'
)
SELECT = re.compile(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', re.S)


def typed(html: str) -> dict[str, list[str]]:
    """What a browser would send of the form of a plan as it is drawn."""
    form = html[html.index('<form id="plan-form"') :].split("</form>")[0]
    found: dict[str, list[str]] = {}
    for each in INPUT.finditer(form):
        if each["type"] != "checkbox" or each["ticked"]:
            found.setdefault(each["name"], []).append(each["value"])
    for name, options in SELECT.findall(form):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = [chosen[1] if chosen else ""]
    return found


def actions(html: str) -> list[str]:
    """What the rows do, in their order."""
    said = typed(html)
    return [said[f"s{n}_action"][0] for n in range(1, 40) if f"s{n}_action" in said]


def text_of(client: Client, draft: str) -> str:
    """The draft's text as the page of the text shows it."""
    content = client.get(f"{draft}text/").context["draft"].text
    assert isinstance(content, str)
    return content


@pytest.mark.parametrize("name", sorted(WHOLE["plans"]))
def test_a_plan_saved_as_it_stands_changes_no_letter(
    office: Office, analyst: Client, name: str
) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/{name}/"
    said = typed(page(analyst, address))
    answer = analyst.post(address, {**said, "act": "save"})
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"#plan-{name}")
    assert text_of(analyst, draft) == TEXT


def test_steps_are_moved_dropped_and_added_and_only_saving_writes(
    office: Office, analyst: Client
) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/phone_then_visit/"
    shown = page(analyst, address)
    assert actions(shown) == ["phone", "relief", "visit"]
    for act, then in (
        ("down-1", ["relief", "phone", "visit"]),
        ("below-1", ["relief", "phone", "phone", "visit"]),
        ("drop-2", ["relief", "phone", "visit"]),
        ("up-3", ["relief", "visit", "phone"]),
        ("up-1", ["relief", "visit", "phone"]),
        ("add", ["relief", "visit", "phone", "phone"]),
        ("drop-9", ["relief", "visit", "phone", "phone"]),
    ):
        shown = analyst.post(address, {**typed(shown), "act": act}).content.decode()
        assert actions(shown) == then, act
    assert text_of(analyst, draft) == TEXT
    assert analyst.post(address, {**typed(shown), "act": "save"}).status_code == 302
    changed = read_yaml(text_of(analyst, draft), file="t")
    stood = WHOLE["plans"]["phone_then_visit"]["steps"]
    assert changed["plans"]["phone_then_visit"]["steps"] == [  # type: ignore[index,call-overload]
        stood[1], stood[2], stood[0], {"action": "phone", "wait_days": 7},
    ]  # fmt: skip
    assert "# Judged, not learned" in text_of(analyst, draft)


def test_the_focus_goes_with_the_step_that_was_moved() -> None:
    rows = shaped([StepRow(), StepRow(), StepRow()], "down-1")
    assert [row.focus for row in rows] == ["", "down", ""]
    assert [row.focus for row in shaped(rows, "down-2")][2] == "up"  # it cannot go further down
    assert shaped([StepRow()], "drop-1") and len(shaped([StepRow()], "drop-1")) == 1


def test_what_cannot_be_said_is_told_at_its_row_and_nothing_is_written(
    office: Office, analyst: Client
) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/phone_then_visit/"
    said = typed(page(analyst, address))
    wrong = page(
        analyst, address,
        **{**said, "act": "save", "s1_wait_days": "0", "s2_offers": "", "s3_leave_c0_until": "x"},
    )  # fmt: skip
    first, second, third = wrong.split('<section class="card plan-step')[1:]
    assert "应为 1 到 365 的整数" in first and "至少要勾一项" in second and 'role="alert"' in third
    assert 'value="0"' in first and "还没有存" in wrong
    assert text_of(analyst, draft) == TEXT
    said = typed(page(analyst, address))
    lost = page(analyst, address, **{**said, "act": "save", "s1_instead": ""})
    assert "后备要写明" in lost


def test_what_is_not_sound_is_kept_and_told_at_its_row(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/phone_then_visit/"
    said = typed(page(analyst, address))
    told = page(analyst, address, **{**said, "act": "save", "s3_needs": ""})
    third = told.split('aria-labelledby="step-head-3"')[1]
    assert "请勾上前提：这一步事先要主管批准" in third and "已存到草稿里" in told
    assert "要先改好的" in page(analyst, draft)
    answer = analyst.post(address, {**typed(told), "act": "save", "s3_needs": "approval"})
    assert answer.status_code == 302 and text_of(analyst, draft) == TEXT


def test_a_longer_term_before_relief_is_told_at_its_row(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/relief_first/"
    said = typed(page(analyst, address))
    told = page(analyst, address, **{**said, "act": "save", "s2_offers": "extension"})
    assert "展期之前必须先谈过减免" in told.split('aria-labelledby="step-head-2"')[1]


def test_conditions_of_a_step_are_added_and_taken_away(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/locate/"
    said = typed(page(analyst, address))
    more = page(
        analyst, address, **{**said, "act": "condition", "s1_leave_new_field": "overdue_fen"}
    )
    assert 'name="s1_leave_c0_until"' in more
    analyst.post(address, {**typed(more), "act": "save", "s1_leave_c0_until": "50.00"})
    plan = read_yaml(text_of(analyst, draft), file="t")["plans"]["locate"]  # type: ignore[index,call-overload]
    assert plan["steps"][0]["exit"] == {"overdue_fen": {"until": 5000}}
    gone = {**typed(page(analyst, address)), "act": "save", "s1_leave_c0_remove": "1"}
    analyst.post(address, gone)
    assert read_yaml(text_of(analyst, draft), file="t") == read_yaml(TEXT, file="t")


def test_text_and_form_are_views_of_one_draft(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/locate/"
    said = {**typed(page(analyst, address)), "act": "text", "s1_wait_days": "5"}
    answer = analyst.post(address, said)
    assert answer.headers["Location"].endswith("/text/")
    text = text_of(analyst, draft)
    assert "wait_days: 5" in text
    analyst.post(f"{draft}text/", {"text": text.replace("wait_days: 5", "wait_days: 6")})
    assert 'name="s1_wait_days" value="6"' in page(analyst, address)


def test_a_plan_is_kept_under_another_name_and_removed(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    address = f"{draft}plans/locate/"
    said = {**typed(page(analyst, address)), "act": "further"}
    assert "请换一个" in page(analyst, address, **said)
    assert "新方案的编号" in page(analyst, address, **{**said, "id": "Nein!"})
    told = page(analyst, address, **{**said, "id": "locate_gently"})
    assert "没有规则用到" in told  # no rule leads to it yet
    assert analyst.get(f"{draft}plans/locate_gently/").status_code == 200
    analyst.post(f"{draft}plans/locate_gently/", {"act": "remove"})
    assert text_of(analyst, draft) == TEXT


def test_what_only_the_text_can_show_is_not_found_here(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    assert analyst.get(f"{draft}plans/nowhere/").status_code == 404
    analyst.post(f"{draft}text/", {"text": "plans: {locate: {steps: 7}}"})
    assert analyst.get(f"{draft}plans/locate/").status_code == 404
    analyst.post(f"{draft}text/", {"text": "id: ["})
    assert analyst.get(f"{draft}plans/locate/").status_code == 404
    other = begin(analyst, kind="categories")
    assert analyst.get(f"{other}plans/locate/").status_code == 404


def test_rules_of_which_the_first_counts_are_moved(office: Office, analyst: Client) -> None:
    draft = begin(analyst)
    answer = analyst.post(f"{draft}rules/rest.deceased/", {"act": "up"})
    assert answer.headers["Location"].endswith("#rule-rest-deceased")
    rest = read_yaml(text_of(analyst, draft), file="t")["rest"]  # type: ignore[index,call-overload]
    assert [rule["id"] for rule in rest][:3] == ["deceased", "not_late", "represented"]
    analyst.post(f"{draft}rules/rest.deceased/", {"act": "down"})
    assert text_of(analyst, draft) == TEXT
    assert with_rule_moved(TEXT, "rest.not_late", by=-1) == TEXT
    assert with_rule_moved(TEXT, "rest.nowhere", by=1) == TEXT


@pytest.mark.parametrize("name", ["short", "long"])
def test_a_plan_is_rewritten_in_place_with_its_comments(name: str) -> None:
    place = plan_at(COMMENTED, name)
    assert place is not None
    steps = place.plan["steps"]
    turned = {**place.plan, "steps": [{"action": "sms", "wait_days": 1}, *steps[::-1]]}
    text = with_plan(COMMENTED, place, turned, [None, *reversed(range(len(steps)))])
    assert yaml.safe_load(text)["plans"][name] == turned
    for comment in re.findall(r"#.*", COMMENTED):
        assert comment in text
    more = with_plan_after(COMMENTED, place, "further", place.plan)
    assert yaml.safe_load(more)["plans"]["further"] == place.plan
    further = plan_at(more, "further")
    assert further is not None and without_plan(more, further) == COMMENTED
