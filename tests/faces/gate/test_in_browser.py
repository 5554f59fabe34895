"""What stands, in a real Chromium: the form comes into the panel, a double click says it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from dunwell.store.people.models import Role
from dunwell.store.permits.models import Standing
from tests.browser import apart, chromium, desk_of, served
from tests.faces.gate.conftest import log_in, staff_of
from tests.flows.contact.people import Office, open_office

pytestmark = pytest.mark.browser

Open = Callable[[Role, str], Page]


def standing(**wanted: Any) -> int:
    """How many of these stand."""
    return apart(lambda: Standing.objects.filter(**wanted).count())


@pytest.fixture
def office(committed_database: object) -> Office:
    """An office at the present moment: the browser's clock is the machine's."""
    made = open_office()
    made.now = timezone.now()
    return made


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The whole web on a free port."""
    with served() as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(office: Office, address: str, browser: Browser) -> Iterator[Open]:
    """Opens a page as somebody of a role; a broken policy or script fails the test."""
    faults: list[str] = []

    def open_page(role: Role, path: str) -> Page:
        client = apart(lambda: log_in(office, role))
        page = desk_of(browser, address=address, client=client).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    assert not faults


def test_a_double_click_lets_it_stand_once(office: Office, opened: Open) -> None:
    page = opened(Role.COLLECTOR, f"/cases/{office.case.pk}/")
    page.click("#stands a:has-text('停止联系')")
    form = page.locator("#stand-form form")
    form.wait_for()
    assert page.url.endswith(f"/cases/{office.case.pk}/")
    form.locator("[name=kind]").select_option("complaint")
    form.locator("[name=why]").fill("客户来电投诉")
    form.locator("button").dblclick()
    page.wait_for_selector("#stands td:has-text('客户来电投诉')")
    page.wait_for_load_state("networkidle")
    assert page.locator("#stands tbody tr").count() == 1
    assert standing(what="freeze") == 1


def test_a_form_without_its_token_is_refused_in_the_house_s_words(
    office: Office, opened: Open
) -> None:
    page = opened(Role.COLLECTOR, f"/gate/cases/{office.case.pk}/stands/freeze/")
    page.locator("main [name=why]").fill("客户来电投诉")
    page.eval_on_selector("main [name=csrfmiddlewaretoken]", "field => field.remove()")
    with page.expect_response(lambda response: response.request.method == "POST") as answered:
        page.locator("main form button.primary").click()
    assert answered.value.status == 403
    assert standing(what="freeze") == 0


def test_nobody_is_offered_what_they_may_not_do(office: Office, opened: Open) -> None:
    case = f"/cases/{office.case.pk}/"
    collector = opened(Role.COLLECTOR, case)
    assert collector.locator("#stands a:has-text('登记同意')").count() == 1
    assert collector.locator("#stands a:has-text('批准联系')").count() == 0
    assert opened(Role.SUPERVISOR, case).locator("#stands a:has-text('批准联系')").count() == 1
    auditor = opened(Role.AUDITOR, case)
    assert auditor.locator("#stands").count() == 1
    assert auditor.locator("#stands a.button").count() == 0


def test_a_trainer_certifies_with_a_reason_and_a_double_click_does_so_once(
    office: Office, opened: Open
) -> None:
    new = apart(lambda: staff_of(office, Role.FIELD, "new-one").pk)
    page = opened(Role.TRAINER, f"/house/people/{new}/")
    page.fill("#why-certified", "考核通过")
    page.locator("#contact-right button.primary").dblclick()
    page.wait_for_selector("#contact-right :text('已认证')")
    page.wait_for_load_state("networkidle")
    assert standing(staff=new, kind="certified") == 1
