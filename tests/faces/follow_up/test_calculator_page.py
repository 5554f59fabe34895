"""The calculator: ways to pay, gentlest first; one of them agreed alone or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.approvals.models import ApprovalAnswer, ApprovalRequest
from dunwell.store.book.models import Adjustment
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Staff
from dunwell.store.promises.models import Plan
from tests.faces.follow_up.test_board_page import words_of
from tests.faces.work.conftest import log_in
from tests.flows.contact.people import NOON
from tests.flows.follow_up.debtor import DUES, TODAY, Debtor, make_debtor

EQUAL = "equal:3:0:0"


@pytest.fixture
def debtor(db: None) -> Iterator[Debtor]:
    """A borrower who owes three installments of ¥1,000, on their day at noon."""
    with time_machine.travel(NOON, tick=False):
        made = make_debtor()
        Adjustment.objects.create(
            entered=made.office.recording, loan=made.loan, adjustment_no="A1", seq=1,
            kind="accrual", component="penalty", amount_fen=2_000, effective_on=TODAY,
        )  # fmt: skip
        yield made


def person(actor: object) -> Staff:
    """The person behind an actor of the office."""
    return Staff.objects.get(pk=actor.staff)  # type: ignore[attr-defined]


def address(debtor: Debtor) -> str:
    return f"/follow-up/case/{debtor.case.pk}/plan/"


def test_nobody_and_who_holds_no_case_of_it_stay_out(debtor: Debtor) -> None:
    assert Client().get(address(debtor)).status_code == 302
    auditor = debtor.office.person("auditor")
    assert log_in(person(auditor)).get(address(debtor)).status_code == 403
    assert log_in(person(debtor.office.collector)).get(address(debtor)).status_code == 200


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", ["一次还清，带减免", "分 3 期", "收入未知", "主管", "自己可定"]),
        ("en", ["At once, with relief", "3 installments", "income not known", "you may decide"]),
    ],
)
def test_relief_comes_before_a_longer_term(debtor: Debtor, language: str, told: list[str]) -> None:
    client = log_in(person(debtor.office.collector), language=language)
    page = words_of(client.get(address(debtor)).content)
    assert all(each in page for each in told)
    assert page.index(told[0]) < page.index(told[1])
    assert "王小明" not in page


def test_what_the_borrower_says_of_a_month_is_not_kept_and_stands_in_no_address(
    debtor: Debtor,
) -> None:
    client = log_in(person(debtor.office.collector))
    page = client.post(address(debtor), {"act": "reckon", "income": "3,000", "dependants": "1"})
    assert "负担得起" in words_of(page.content) or "超出负担" in words_of(page.content)
    assert page.status_code == 200 and not Plan.objects.exists()
    assert "超出负担" in words_of(page.content)
    wrong = client.post(address(debtor), {"act": "reckon", "income": "三千"})
    assert wrong.status_code == 400 and "读不懂这个金额" in words_of(wrong.content)


def test_the_strain_the_borrower_told_of_reaches_whoever_decides(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    chosen = {"act": "propose", "offer": "equal:6:2000:0", "why": "客户下月恢复收入"}
    client.post(address(debtor), chosen | {"income": "9,000"})
    wanted = ApprovalRequest.objects.get().wanted
    assert wanted["value"]["strain"] == "fits" and "900000" not in str(wanted)


def test_what_was_chosen_stays_chosen_while_it_is_there(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))

    def checked(**asked: str) -> list[str]:
        page = client.post(address(debtor), {"act": "reckon", **asked}).content.decode()
        return re.findall(r'name="offer" value="([^"]+)" checked', page)

    assert checked() == []  # no income known: nobody is led to a way
    assert checked(offer=EQUAL) == [] and checked(offer="equal:3:2000:0") == ["equal:3:2000:0"]
    assert checked(offer="equal:6:2000:0", income="9,000") == ["at_once:1:0:0"]
    assert checked(offer="equal:3:2000:0", installments="2") == ["equal:2:0:0"]


def test_too_much_relief_is_said_beside_the_form(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    asked = {"act": "reckon", "installments": "3", "relief_interest": "9,999"}
    page = client.post(address(debtor), asked)
    assert page.status_code == 400 and "9999" in re.sub(r"[,.]", "", words_of(page.content))


def test_what_one_may_decide_is_agreed_at_once(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    chosen = {"act": "propose", "offer": EQUAL, "why": "客户下月恢复收入"}
    answer = client.post(address(debtor), chosen)
    plan = Plan.objects.get()
    assert answer.url == f"/follow-up/plans/{plan.pk}/"
    assert plan.lines.count() == 3 and plan.approval is None
    page = words_of(client.get(answer.url).content)
    assert "按期进行" in page and DUES[0].isoformat() in page
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        paper = client.get(f"{answer.url}agreement.{form}")
        assert paper.content.startswith(start) and paper.headers["Cache-Control"] == "no-store"
    auditor = log_in(person(debtor.office.person("auditor")))
    assert auditor.get(f"{answer.url}agreement.pdf").status_code == 403
    assert Entry.objects.filter(verb="plan.document").count() == 2
    again = client.post(address(debtor), chosen)
    assert again.status_code == 400 and Plan.objects.count() == 1


def test_what_takes_another_person_is_submitted_approved_and_then_agreed(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    chosen = {"act": "propose", "offer": "equal:6:2000:0", "why": "客户下月恢复收入"}
    assert client.post(address(debtor), chosen).status_code == 302
    request = ApprovalRequest.objects.get()
    assert (request.kind, request.role) == ("plan", "supervisor") and not Plan.objects.exists()
    assert "有一份方案在等主管审批" in words_of(client.get(address(debtor)).content)
    lead = log_in(person(debtor.office.supervisor))
    page = words_of(lead.get(f"/approvals/{request.pk}/").content)
    for told in ("客户下月恢复收入", "权限带", "由此批", "罚息减免", "客户共还", "综合年化"):
        assert told in page
    lead.post(f"/approvals/{request.pk}/answer/", {"verdict": "approved", "why": "在权限内"})
    assert ApprovalAnswer.objects.get().verdict == "approved"
    assert "已批准" in words_of(client.get(address(debtor)).content)
    answer = client.post(address(debtor) + "agree/", {"request": request.pk})
    plan = Plan.objects.get()
    assert answer.url == f"/follow-up/plans/{plan.pk}/" and plan.approval_id == request.pk
    assert "罚息减免" in words_of(client.get(answer.url).content)


def test_a_proposal_without_a_choice_or_with_a_made_up_one_is_refused(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    for offer in ("", "equal:3:0", "gift:3:0:0", "equal:99:0:0"):
        answer = client.post(address(debtor), {"act": "propose", "offer": offer, "why": "客户愿意"})
        assert answer.status_code == 400, offer
    assert not Plan.objects.exists() and not ApprovalRequest.objects.exists()


def test_the_calculator_asks_a_fixed_number_of_questions(debtor: Debtor) -> None:
    client = log_in(person(debtor.office.collector))
    client.get(address(debtor))
    counts = []
    for number in (2, 12):
        for other in range(number):
            debtor.another_loan(f"L{number}-{other}")
        with CaptureQueriesContext(connection) as asked:
            client.get(address(debtor))
        counts.append(len(asked))
    assert counts[0] == counts[1]
