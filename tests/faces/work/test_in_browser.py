"""Work in a real Chromium: keys, the overruling form inside the card, a selection and its undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from dunwell.flows.prepare.assign_work import assign_work
from dunwell.flows.prepare.work_capacity import TakesOn, set_capacity
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Role, Staff
from tests.browser import apart, chromium, desk_of, press, served
from tests.faces.work.conftest import NamedPlace, log_in, somebody
from tests.flows.prepare.a_work_day import OPERATOR

pytestmark = pytest.mark.browser

Open = Callable[[str, str], Page]


@pytest.fixture
def shared(committed_database: object) -> NamedPlace:
    """Two collectors and three cases of one of them, shared for the machine's own day."""
    made = NamedPlace()
    day, now = timezone.localdate(), timezone.now()
    anna, _bert = made.staff("anna"), made.staff("bert")
    for staff in Staff.objects.all():
        set_capacity(
            actor=OPERATOR, day=day, now=now, lender=made.lender, staff=staff, from_on=day,
            until_on=None, takes=TakesOn(minutes=[480] * 7, skills=["phone"]),
        )  # fmt: skip
    for _ in range(3):
        made.case(holder=anna, due_on=day)
    assign_work(actor=OPERATOR, lender=made.lender, day=day, now=now, preview=False)
    somebody(made, Role.SUPERVISOR, name="lead")
    return made


@pytest.fixture
def opened(shared: NamedPlace) -> Iterator[Open]:
    """Opens a page of the whole web as somebody; a broken policy or script fails the test."""
    faults: list[str] = []

    def open_page(browser: Browser, address: str, name: str, path: str) -> Page:
        client = apart(lambda: log_in(Staff.objects.get(username=name)))
        page = desk_of(browser, address=address, client=client).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    with served() as address, chromium() as browser:
        yield lambda name, path: open_page(browser, address, name, path)
    assert not faults


def test_n_goes_on_with_the_next_case_and_j_walks_the_list(opened: Open) -> None:
    page = opened("anna", "/worklist/today/")
    press(page, "j")
    assert page.evaluate("document.activeElement.matches('a.row-link')")
    press(page, "n")
    page.wait_for_url("**/desk/*/")


def test_the_overruling_form_comes_into_the_card(opened: Open) -> None:
    case = apart(lambda: Case.objects.order_by("pk").first())
    assert case is not None
    page = opened("lead", f"/cases/{case.pk}/")
    page.click("#plan a:has-text('改判等级')")
    page.locator("#plan-form form").wait_for()
    assert page.url.endswith(f"/cases/{case.pk}/")
    page.fill("#plan-form [name=why]", "嗯")
    page.click("#plan-form button.primary")
    page.wait_for_url("**/overrule/grade/")
    assert page.locator(".error").count() >= 1


def test_a_selection_is_moved_and_the_u_key_undoes_it(opened: Open) -> None:
    page = opened("lead", "/worklist/board/hands/")
    page.check("[data-tick-all]")
    for box in page.locator("tbody input[type=checkbox]").all()[2:]:
        box.uncheck()
    assert page.locator("[data-ticked]").inner_text() == "2"
    assert page.evaluate("document.querySelector('[data-tick-all]').indeterminate")
    page.select_option("[name=staff]", label="bert")
    page.fill("[name=why]", "休假交接")
    page.click("main form button.primary")
    page.locator("form.notice:has-text('已调案 2 件')").wait_for()
    assert apart(lambda: Case.objects.filter(holder__username="bert").count()) == 2
    press(page, "u")
    page.locator("text=已撤销，2 案回到原处。").first.wait_for()
    assert apart(lambda: Case.objects.filter(holder__username="anna").count()) == 3


def test_no_page_of_work_scrolls_sideways_on_a_phone(opened: Open) -> None:
    page = opened("lead", "/worklist/board/")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("board/", "board/assign/", "board/hands/", "capacity/", "today/?state=all"):
        page.goto(f"/worklist/{path}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0, path
