"""Numbers of the desk in a real Chromium: one that rests asks why, one found is entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dunwell.store.cases.models import Case
from dunwell.store.desk.models import FoundNumber
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note
from dunwell.store.permits.models import Desk
from tests.browser import NO_TEL, apart, chromium, desk_of, press, served
from tests.faces.desk.conftest import Floor, browser_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(floor: Floor) -> Iterator[Page]:
    """The collector's browser; a fault in a script fails the test."""
    faults: list[str] = []
    with served() as address, chromium() as browser:
        client = apart(lambda: browser_of(floor.office.collector))
        context = desk_of(browser, address=address, client=client)
        context.add_init_script(NO_TEL)
        opened = context.new_page()
        opened.on("pageerror", lambda error: faults.append(str(error)))
        yield opened
    assert not faults


def switched_off(floor: Floor) -> Case:
    """A case whose only number was found switched off just now."""
    (case,) = floor.add(1)
    Note.objects.create(
        case=case, contact=floor.office.contacts["n0"], channel="call", number_code="OFF",
        at=timezone.now(), rest_until=timezone.now() + timedelta(hours=12), by_label="test",
    )  # fmt: skip
    return case


def test_a_number_that_rests_rings_after_one_reason_given_by_keyboard(
    floor: Floor, page: Page
) -> None:
    case = apart(lambda: switched_off(floor))
    page.goto(f"/desk/{case.pk}/")
    expect(page.locator(".desk-dial")).to_have_count(0)
    page.focus(".desk-numbers [data-dial]")
    press(page, "Enter")
    expect(page.locator("#desk-rest-said")).to_contain_text("歇到")
    expect(page.locator("#desk-rest-why")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    page.wait_for_selector("#desk[data-call=on]")
    page.wait_for_function("() => window.rang?.startsWith('tel:')")
    kept = apart(lambda: Entry.objects.get(verb="call.before_rest_ends").figures)
    assert '"works_again"' in kept


def test_a_number_found_is_entered_in_the_panel_and_stands_unverified(
    floor: Floor, page: Page
) -> None:
    (case,) = apart(lambda: floor.add(1))
    apart(lambda: Desk.objects.update_or_create(pk=case.party_id, defaults={"failed_in_row": 3}))
    page.goto(f"/desk/{case.pk}/")
    page.click("[data-locate=own_replies]")
    expect(page.locator("#desk-locate-code")).to_be_focused()
    expect(page.locator("#desk-locate-phone")).to_be_hidden()
    page.select_option("#desk-locate-code", "found_number")
    page.fill("#desk-locate-phone", "139 8765 4321")
    page.fill("#desk-locate-words", "短信里写的")
    press(page, "Enter")
    expect(page.locator(".desk-numbers")).to_contain_text("139****4321")
    expect(page.locator(".desk-numbers")).to_contain_text("未核实")
    found = apart(FoundNumber.objects.get)
    assert found.said_by == "borrower" and found.told_on == timezone.localdate()
