"""A collector's day in a real browser, from logging in to the next morning's settled promises.

Nothing is put into the database by hand: the house is made with the commands of an operator,
the day is played at the screens, messages go to an SMSC that is not ours, and what is asserted
at the end is what a stranger could check: permits, receipts, the peer's own count.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from dunwell.core.money import format_yuan
from dunwell.flows.contact.receipt import show_receipt
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.book.models import Loan
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Message, Note, Recording
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Standing, Step
from dunwell.store.promises.models import Plan, Promise
from tests.browser import apart, chromium
from tests.day.calls import CALLS
from tests.day.conftest import FIRST_DAY, NEXT_DAY, House
from tests.day.officer import Officer, at_a_screen

pytestmark = [pytest.mark.browser, pytest.mark.peer]

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_receipt.py"
TEXTS = sum(call.text for call in CALLS)
ANSWERED = sum(call.answered for call in CALLS)


def test_a_day_from_the_log_in_to_the_next_mornings_settled_promises(house: House) -> None:
    with chromium() as browser:
        with at_a_screen(browser, house.address, "cuishou") as officer:
            cases = _calls(officer)
            _messages_arrive(house, officer, cases["text"])
            _stopped(officer, cases["dispute"])
            plan = _plan(browser, house, officer, cases["plan"])
        _next_morning(house, cases)
        with at_a_screen(browser, house.address, "cuishou") as officer:
            _followed_up(officer, cases, plan)
    apart(lambda: _all_by_permit(house))


def _calls(officer: Officer) -> dict[str, int]:
    """Twenty calls; answers the cases the story goes on with."""
    cases: dict[str, int] = {}
    officer.page.goto("/desk/")
    for number, call in enumerate(CALLS):
        due_on = FIRST_DAY if call.code == "PTP" else None
        case = officer.call(call, number, due_on=due_on)
        cases[call.part or ("text" if call.text else call.code)] = case
    return cases


def _messages_arrive(house: House, officer: Officer, case: int) -> None:
    assert officer.texts == TEXTS
    house.clock.shift(15)  # the last record seals
    # The strategy's own messages go out beside those of the desk; all of them have to arrive.
    under_way = Message.objects.filter(state__in=("queued", "handed", "accepted"))
    house.work(until=lambda: not under_way.all().exists())
    by_hand = Message.objects.filter(state="delivered", queued_by__isnull=False)
    assert apart(by_hand.count) == TEXTS
    assert apart(Note.objects.count) == len(CALLS)
    assert apart(Recording.objects.count) == ANSWERED
    officer.page.goto(f"/desk/{case}/")
    expect(officer.page.locator("#desk-past")).to_contain_text("短信")
    officer.picture("text-delivered")


def _stopped(officer: Officer, case: int) -> None:
    """A dispute stops collection at once; a stranger's number is never rung again."""
    officer.page.goto(f"/desk/{case}/")
    expect(officer.page.locator("[data-dial]")).to_have_count(0)
    officer.picture("dispute-stops")
    kinds = apart(lambda: set(Standing.objects.values_list("what", "kind")))
    assert ("freeze", "dispute") in kinds
    assert "refusal" in {what for what, _ in kinds}


def _plan(browser: Browser, house: House, officer: Officer, case: int) -> int:
    """Asked for at the calculator, approved by the supervisor, agreed with the borrower."""
    page = officer.page
    page.goto(f"/follow-up/case/{case}/plan/")
    page.fill("[name=income]", "9000")
    page.fill("[name=installments]", "6")
    page.click("button[value=reckon]")
    page.locator("#offers tr", has_text="主管").locator("input:enabled").first.check()
    page.fill("[name=why]", "失业三个月，刚找到新工作，想分期还")
    officer.picture("calculator")
    page.click("button[value=propose]")
    expect(page.locator("main")).to_contain_text("在等主管审批")
    with at_a_screen(browser, house.address, "zhuguan") as supervisor:
        supervisor.page.goto("/approvals/")
        supervisor.page.click("text=从第一件开始")
        supervisor.page.fill("#approve-why", "有稳定收入，分期负担得起")
        supervisor.picture("approval")
        supervisor.page.click("#answer button.primary")
        supervisor.page.wait_for_load_state()
    page.goto(f"/follow-up/case/{case}/plan/")
    page.click("form[action$='/agree/'] button")
    page.wait_for_url("**/follow-up/plans/*/")
    officer.picture("plan-agreed")
    request = apart(lambda: ApprovalRequest.objects.select_related("answer").get(case=case))
    assert request.answer.verdict == "approved"
    plan = apart(lambda: Plan.objects.get(case=case))
    assert plan.approval_id == request.pk
    return plan.pk


def _next_morning(house: House, cases: dict[str, int]) -> None:
    """The core system's payments come in: one borrower paid as promised, the other did not."""

    def paid() -> dict[str, str]:
        case = Case.objects.get(pk=cases["kept"])
        loan = Loan.objects.filter(borrower__party=case.party_id).order_by("-pk").first()
        assert loan is not None
        promise = Promise.objects.get(case=case)
        return {
            "payment_no": "MORNING-1",
            "loan_no": loan.loan_no,
            "paid_on": FIRST_DAY.isoformat(),
            "amount": format_yuan(promise.amount_fen, mark="").replace(",", ""),
        }

    house.at(NEXT_DAY, 9)
    house.say("book", "import", str(house.paid([apart(paid)])), "--as-of", NEXT_DAY.isoformat())
    house.say("day", "run", "--as-of", NEXT_DAY.isoformat())
    house.at(NEXT_DAY, 10)
    states = apart(lambda: dict(Promise.objects.values_list("case", "state__state")))
    assert states == {cases["kept"]: "kept", cases["broken"]: "broken"}


def _followed_up(officer: Officer, cases: dict[str, int], plan: int) -> None:
    page = officer.page
    page.goto("/follow-up/?whose=team")
    expect(page.locator(f"main a[href*='/{cases['broken']}/']").first).to_be_visible()
    officer.picture("follow-up")
    page.goto(f"/follow-up/plans/{plan}/")
    expect(page.locator("main")).to_contain_text("下一期")


def _all_by_permit(house: House) -> None:
    """Every contact has its used permit, receipt and record; the peer counts as the gate does."""
    used = Step.objects.filter(kind=Step.Kind.USED).select_related("permit")
    calls = {step.pk for step in used if step.permit.channel == "call"}
    texts = {step.pk for step in used if step.permit.channel == "sms"}
    assert calls == set(Note.objects.exclude(channel="none").values_list("permit", flat=True))
    messages = list(Message.objects.exclude(handed_at=None))
    assert {each.permit_id for each in messages} == texts
    assert len(calls) == len(CALLS)
    assert len(messages) == len(texts)
    assert sum(each.queued_by_id is not None for each in messages) == TEXTS
    accepted = [row for row in house.peer.seen() if row.gateway_id]
    assert len(accepted) == sum(each.parts for each in messages)
    assert len({row.number for row in accepted}) == len(texts)
    assert all(count == 1 for count in house.peer.took().values())
    _receipts_verify(house.home / "receipts", calls | texts)


def _receipts_verify(folder: Path, permits: set[int]) -> None:
    """Each receipt, by the program anybody may run, with nothing of ours installed."""
    folder.mkdir()
    for permit in permits:
        told = show_receipt(actor=system_actor("command-line"), now=timezone.now(), permit=permit)
        file = folder / f"{permit}.txt"
        file.write_bytes(told.encode())
        subprocess.run(
            [sys.executable, "-I", str(VERIFIER), str(file)], check=True, capture_output=True
        )
