"""The frame in a real Chromium: keys, input methods, preferences, charts, and the strict policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, press, served

pytestmark = pytest.mark.browser


@pytest.fixture
def address(web: Client) -> Iterator[str]:
    """The frame's pages on a free port."""
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The style page at a desk, in Chinese; a broken policy or script fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=address
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    opened.goto("/_styles")
    yield opened
    context.close()
    assert faults == []


def open_dialogs(page: Page) -> int:
    return page.locator("dialog[open]").count()


def test_a_slash_goes_to_the_search_and_is_not_written_into_it(page: Page) -> None:
    press(page, "/")
    page.keyboard.type("wx?[")
    assert page.locator("input[name=q]").input_value() == "wx?["
    assert open_dialogs(page) == 0


def test_the_palette_finds_a_place_by_pinyin_initials_and_goes_there(page: Page) -> None:
    press(page, "Control+k")
    page.keyboard.type("aj")
    page.locator(".palette-item", has_text="案件").wait_for()
    press(page, "Enter")
    page.wait_for_url("**/cases/")


def test_no_key_fires_while_an_input_method_is_composing(page: Page) -> None:
    press = "(composing) => document.body.dispatchEvent(new KeyboardEvent('keydown', %s))"
    page.evaluate(press % "{key: '?', bubbles: true, isComposing: composing}", True)
    assert open_dialogs(page) == 0
    page.evaluate(press % "{key: '?', bubbles: true, isComposing: composing}", False)
    assert open_dialogs(page) == 1


def test_the_keys_of_a_page_are_listed_by_the_page_itself(page: Page) -> None:
    press(page, "?")
    assert page.locator("[data-keys-here] dt").all_inner_texts() == ["[", "/", "n", "m"]


def test_the_theme_turns_at_once_and_the_chart_with_it(page: Page) -> None:
    text = page.locator(".chart text").first
    text.wait_for()
    before = text.get_attribute("fill")
    page.locator("details.top-wide > summary").click()
    page.locator("details.top-wide button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(text).not_to_have_attribute("fill", before or "")


def test_more_rows_come_without_leaving_the_page(page: Page) -> None:
    rows = page.locator("#cases-rows tr")
    had = rows.count()
    page.locator("#cases-foot a", has_text="更多").click()
    rows.nth(had).wait_for()
    expect(page.locator("#cases-foot")).to_have_count(1)


@pytest.mark.parametrize("text", ["normal", "large"])
def test_a_phone_never_scrolls_sideways(browser: Browser, address: str, text: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, base_url=address
    )
    context.add_cookies([{"name": "dunwell_text", "value": text, "url": address}])
    page = context.new_page()
    page.goto("/_styles")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".phone-bar").is_visible() and not page.locator(".rail").is_visible()
    context.close()


def test_without_scripts_preferences_are_plain_forms(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.goto("/cases/")
    page.locator("header form[data-what=language] button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
