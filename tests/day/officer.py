"""A colleague of the story at a real Chromium: logs in, calls by keyboard, looks at pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, Page, Response, TimeoutError

from dunwell.faces.cli.demo import PASSWORD
from tests.browser import PATIENCE_SECONDS, press
from tests.day.calls import REASON, Call, sound

PICTURES = os.environ.get("DUNWELL_DAY_PICTURES", "")
"""A folder: pictures of the day are kept there; empty, none are taken."""
SAME_CLOCK = """
(() => {
  const shift = %d - Date.now(), Real = Date;
  window.Date = class extends Real {
    constructor(...told) { told.length ? super(...told) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (!this.href.startsWith("tel:")) click.call(this);
  };
})();
"""
"""The browser's clock shows what the server's does; no telephone hangs on this machine."""

SOON_MS, TRIES = 20_000, 4


SEEN = """
() => ({
  at: location.pathname, focus: document.activeElement?.outerHTML.slice(0, 80),
  dialogs: document.querySelectorAll("dialog[open]").length, shown: document.visibilityState,
  numbers: [...document.querySelectorAll("[data-dial]")].map((each) => each.dataset.key ?? "-"),
})
"""
"""What a person would look at when a key does nothing."""


@dataclass
class Officer:
    """Somebody at a screen."""

    page: Page
    faults: list[str] = field(default_factory=list)
    texts: int = 0
    """Messages put into the outbox."""

    def picture(self, name: str) -> None:
        """Keep what is on the screen, where pictures are wanted."""
        if PICTURES:
            self.page.screenshot(path=str(Path(PICTURES) / f"day-{name}.png"))

    def heard(self, response: Response) -> None:
        """An answer of the server; a refusal or fault is one the story did not foresee.

        But for words kept on their way while their record was saved: they are rightly too late.
        """
        late_words = response.status == 400 and response.url.endswith("/draft/")
        if response.status >= 400 and not late_words:
            path = response.url.partition("//")[2].partition("/")[2]
            self.faults.append(f"{response.status} /{path}")

    def call(self, call: Call, number: int, *, due_on: date | None = None) -> int:
        """Dial, choose what it came to, say what that needs, save; answers the case."""
        case = self.dial()
        known = ("i",) if call.known else ()
        press(self.page, *known, *call.keys, *(REASON if call.reason else ()))
        if call.words:
            self.page.fill("#desk-words", call.words)
        if due_on is not None:
            self.page.fill("#desk-due", due_on.isoformat())
        if call.answered:
            self._answered(call, number)
        if call.text:
            self._text()
        if call.part == "kept":
            self.picture("call")
        self.save()
        return case

    def dial(self) -> int:
        """Ring the number on top."""
        self.ready()
        # A second Ctrl+Enter of a slow machine may have met this page, which then asks for what
        # is missing; with that field in focus the space bar would write.
        self.page.evaluate("document.activeElement?.blur?.()")
        try:
            self.until(
                lambda: press(self.page, " "),
                lambda most: self.page.wait_for_selector("#desk[data-call=on]", timeout=most),
            )
        except TimeoutError:
            told = self.page.locator("#desk-told").inner_text()
            seen = self.page.evaluate(SEEN)
            raise AssertionError(f"it does not ring: {told} {seen} {self.faults}") from None
        return int(self.page.url.partition("/desk/")[2].partition("/")[0])

    def ready(self) -> None:
        """The desk has its buttons, and so its keys."""
        self.page.wait_for_selector("#desk-likely > button:nth-child(9)")

    def save(self) -> None:
        """Save, and come to what is next."""
        here = self.page.url
        try:
            self.until(
                lambda: press(self.page, "Control+Enter"),
                lambda most: self.page.wait_for_url(
                    lambda address: address != here, wait_until="commit", timeout=most
                ),
            )
        except TimeoutError:
            told = self.page.locator("#desk-missing").inner_text()
            raise AssertionError(f"not saved: {told} {self.faults}") from None
        self.page.wait_for_load_state()
        assert "record=1" not in self.page.url, "a saved record was taken for none"

    def until(self, act: Callable[[], object], seen: Callable[[int], object]) -> None:
        """Act, and again where nothing came of it: a browser under load loses a key now and then.

        Whatever is done so must be safe to do twice, as a double click is.
        """
        for _ in range(TRIES):
            act()
            try:
                seen(SOON_MS)
            except TimeoutError:
                continue
            return
        seen(1)

    def _answered(self, call: Call, number: int) -> None:
        if not call.known:
            self.page.check("#desk-stated")
        if self.page.locator("#desk-recording-box").is_visible():
            self.page.set_input_files(
                "#desk-file",
                {"name": f"{number}.wav", "mimeType": "audio/wav", "buffer": sound(number)},
            )
            self.page.wait_for_selector("#desk-recording-told:has-text('秒')")

    def _text(self) -> None:
        """The phone failed: a message with the number to call back."""
        self.page.evaluate("document.activeElement?.blur?.()")
        press(self.page, "s")
        self.page.wait_for_selector("#desk-sms-parts:has-text('条')")
        self.page.select_option("#desk-sms-template", "missed-call")
        self.page.wait_for_selector("#desk-sms-text:has-text('未能联系上')")
        if not self.texts:
            self.picture("sms")
        self.until(
            lambda: self.page.click("#desk-sms-send", timeout=SOON_MS),
            lambda most: self.page.wait_for_selector("#desk-sms", state="hidden", timeout=most),
        )
        told = self.page.locator("#desk-told").inner_text()
        assert "短信已排入发送" in told, told
        self.texts += 1


@contextmanager
def at_a_screen(browser: Browser, address: str, username: str) -> Iterator[Officer]:
    """Logged in with name and password; a fault in a script fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=address, locale="zh-CN",
        timezone_id="Asia/Shanghai", reduced_motion="reduce",
    )  # fmt: skip
    context.add_init_script(SAME_CLOCK % int(timezone.now().timestamp() * 1000))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1_000)
    officer = Officer(page)
    page.on("pageerror", lambda error: officer.faults.append(str(error)))
    page.on("response", officer.heard)
    page.goto("/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    press(page, "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    yield officer
    context.close()
    assert not officer.faults
