"""Cases disposed of in a real browser by keyboard: the machine's seconds, for bench/desk.py.

Three strokes a case: space calls, 1 is no answer, Ctrl+Enter saves and goes on. Counted is what
the officer waits for: from the space bar to the call being on, and from saving to the next case
being there to be called.
"""

from __future__ import annotations

import os
import shutil
import time

from bench.desk_load import Seat

NO_TEL = """
const follow = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () {
  if (this.protocol !== "tel:") follow.call(this);
};
"""
READY = "() => document.getElementById('desk-likely')?.children.length === 9"
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


def dispose(port: int, seat: Seat, cases: int) -> list[float]:
    """The machine's seconds of each case; empty where there is no browser."""
    names = (os.environ.get("DUNWELL_CHROMIUM", "chromium"), "chromium", "chromium-browser")
    browser = next(filter(None, map(shutil.which, names)), "")
    if not browser:
        return []
    from playwright.sync_api import sync_playwright  # reason: optional

    address = f"http://127.0.0.1:{port}"
    took = []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = started.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        context.add_cookies([{"name": "sessionid", "value": seat.session, "url": address}])
        context.add_init_script(NO_TEL)
        page = context.new_page()
        page.goto("/desk/")
        for _ in range(cases):
            page.wait_for_function(READY)
            page.wait_for_function(PAINTED)  # before that Chromium takes no keys
            here, begun = page.url, time.perf_counter()
            page.keyboard.press(" ")
            page.wait_for_selector("#desk[data-call=on]")
            called = time.perf_counter() - begun
            page.keyboard.press("1")
            begun = time.perf_counter()
            page.keyboard.press("Control+Enter")
            page.wait_for_function("address => location.href !== address", arg=here)
            page.wait_for_function(READY)
            took.append(called + time.perf_counter() - begun)
        started.close()
    return took
