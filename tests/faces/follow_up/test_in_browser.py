"""Following up in a real Chromium: a plan reckoned, asked for, approved and agreed by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dunwell.store.book.models import Adjustment
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Staff
from dunwell.store.promises.models import Plan
from tests.browser import press
from tests.faces.follow_up.conftest import promised
from tests.faces.work.test_in_browser import Open, apart, opened  # noqa: F401  # fixture
from tests.flows.follow_up.debtor import TODAY, make_debtor

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def shared(committed_database: object) -> Case:
    """A borrower who owes ¥3,020, a collector `anna` who holds the case, and `lead` above her."""
    made = make_debtor()
    office = made.office
    Adjustment.objects.create(
        entered=office.recording, loan=made.loan, adjustment_no="A1", seq=1, kind="accrual",
        component="penalty", amount_fen=2_000, effective_on=TODAY,
    )  # fmt: skip
    Staff.objects.filter(pk=office.collector.staff).update(username="anna", display_name="anna")
    Staff.objects.filter(pk=office.supervisor.staff).update(username="lead", display_name="lead")
    case = made.case
    Case.objects.filter(pk=case.pk).update(holder=office.collector.staff)
    promised(case, due_on=timezone.localdate() + timedelta(days=1))
    return case


def test_a_plan_is_asked_for_approved_and_agreed_by_keyboard(opened: Open, shared: Case) -> None:  # noqa: F811
    page = opened("anna", f"/follow-up/case/{shared.pk}/plan/")
    page.focus("#id_income")
    page.keyboard.type("9000")
    press(page, "Enter")
    page.locator("text=每月可支配").first.wait_for()
    page.check("input[value='at_once:1:2000:15000']")
    page.evaluate("document.activeElement.blur()")
    press(page, "w")
    page.keyboard.type("客户下月恢复收入")
    press(page, "Tab")
    press(page, "Enter")
    page.locator("text=有一份方案在等主管审批").first.wait_for()

    lead = opened("lead", "/approvals/")
    press(lead, "n")
    lead.locator("#answer").wait_for()
    press(lead, "r")
    assert lead.evaluate("document.activeElement.id") == "decline-why"
    lead.evaluate("document.activeElement.blur()")
    press(lead, "a")
    assert lead.evaluate("document.activeElement.id") == "approve-why"
    assert lead.input_value("#approve-why") == ""
    lead.keyboard.type("有稳定收入，负担得起")
    press(lead, "Enter")
    lead.locator("text=没有等您批的申请").wait_for()

    page.reload()
    press(page, "g")
    page.wait_for_url("**/follow-up/plans/*/")
    assert apart(lambda: Plan.objects.get().approval_id) is not None


def test_enter_in_the_month_reckons_and_never_agrees(opened: Open, shared: Case) -> None:  # noqa: F811
    page = opened("anna", f"/follow-up/case/{shared.pk}/plan/")
    page.check("input[value='at_once:1:0:0']")
    page.focus("#id_income")
    page.keyboard.type("9000")
    press(page, "Enter")
    page.locator("text=每月可支配").first.wait_for()
    assert apart(lambda: Plan.objects.exists()) is False


def test_the_keys_of_the_board_choose_whose_cases(opened: Open) -> None:  # noqa: F811
    page = opened("anna", "/follow-up/")
    press(page, "t")
    page.wait_for_url("**/follow-up/?whose=team")
    press(page, "j")
    assert page.evaluate("document.activeElement.matches('a.row-link')")
    press(page, "w")
    page.wait_for_url("**/follow-up/?whose=mine")


def test_no_page_scrolls_sideways_on_a_phone(opened: Open, shared: Case) -> None:  # noqa: F811
    page = opened("anna", "/follow-up/")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/follow-up/", f"/follow-up/case/{shared.pk}/plan/", "/approvals/?view=mine"):
        page.goto(path)
        assert page.evaluate(WIDE) == 0, path
