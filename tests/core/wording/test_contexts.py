"""Denial, warning, reported speech and bans are no breach; tricks with them are."""

from __future__ import annotations

import pytest

from tests.core.wording.checked import classes_in


@pytest.mark.parametrize(
    "text",
    [
        "我们不会起诉",
        "请勿相信自称公检法的电话",
        "我司严禁威胁、恐吓、辱骂，违者开除",
        "您没有被列入失信名单",
        "声称能删除征信记录的都是骗子",
        "任何要求转账到个人微信的都不是我司人员",
        "请问您是否收到过要打断腿的短信？",
    ],
)
def test_what_is_denied_or_warned_of_is_not_said(text: str) -> None:
    assert classes_in(text) == set()


@pytest.mark.parametrize(
    ("text", "class_"),
    [
        ("别以为我们不会起诉你，明天就起诉你", "invented"),
        ("不还就等着坐牢", "invented"),
        ("你不要逼我弄死你", "threat"),
        ("我们不想吵，但你再拖就打断你的腿", "threat"),
        ("没有商量，今天就去你单位闹", "harassment"),
        ("不用走APP，转到我微信上", "private_account"),
        ("没还款，已经起诉了", "invented"),
    ],
)
def test_a_denial_reaches_no_further_than_its_clause_and_can_be_taken_back(
    text: str, class_: str
) -> None:
    assert class_ in classes_in(text)


def test_a_note_may_report_what_the_customer_said() -> None:
    assert classes_in("客户称前一家公司威胁要弄死他，已登记", audience="note") == set()
    assert classes_in("借款人辱骂我们是骗子、人渣，已结束通话", audience="note") == set()


def test_a_note_may_not_report_what_the_staff_said_to_the_customer() -> None:
    assert classes_in("客户说没钱，我警告他再不还就弄死他", audience="note") == {"threat"}
    assert "invented" in classes_in("告知客户案件已立案，要求今日还款", audience="note")


def test_reported_speech_lifts_nothing_from_a_message() -> None:
    assert "threat" in classes_in("客户说了，再不还就弄死你", audience="borrower")


def test_a_note_records_facts_without_being_taken_for_a_claim() -> None:
    assert classes_in("法院已冻结客户账户，待核实", audience="note") == set()


def test_a_denial_does_not_make_a_loan_a_secret_before_a_contact() -> None:
    assert classes_in("他没有逾期，您放心", audience="contact") == {"disclosure"}
    assert classes_in("请不要提他欠款的事", audience="contact") == {"disclosure"}


def test_the_signature_names_the_sender_and_discloses_nothing() -> None:
    assert classes_in("【善信小贷】请高先生回电，谢谢", audience="contact") == set()
    assert classes_in("请高先生回电，谢谢【善信小贷】", audience="contact") == set()
    assert classes_in("善信小贷请高先生还款", audience="contact") == {"disclosure"}


def test_a_signature_does_not_cover_posing_as_a_court() -> None:
    assert "impersonation" in classes_in("【人民法院】请立即联系书记员")
