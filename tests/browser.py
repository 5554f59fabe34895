"""What tests at a real Chromium share: the browser, the whole web on a port, somebody logged in.

Playwright runs a loop in the thread of the test, where Django refuses its database: `apart`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Condition, Thread
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# As setup/find-chromium.sh looks for it.
NAMES = ("chromium", "chromium-browser", "google-chrome")

PATIENCE_SECONDS = 60
"""Nobody gives up sooner: a machine under load is slow, and a test must not mind."""
PAINTED = """
() => document.readyState === "complete"
  && performance.getEntriesByName("first-contentful-paint").length > 0
"""

NO_TEL = """
const follow = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () {
  if (this.protocol === "tel:") window.rang = this.href;
  else follow.call(this);
};
"""
"""Following tel: asks the desktop for a program, and Chromium takes no keys meanwhile."""

Found = TypeVar("Found")

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the machine's own; Playwright's download is never used."""
    names = (os.environ.get("DUNWELL_CHROMIUM", NAMES[0]), *NAMES)
    program = next(filter(None, map(shutil.which, names)), "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def desk_of(browser: Browser, *, address: str, client: Client) -> BrowserContext:
    """A screen of an office at which the person of `client` is logged in."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other; Chromium drops keys until a new page was first painted."""
    page.wait_for_function(PAINTED)
    for key in keys:
        page.keyboard.press(key)


def apart(work: Callable[[], Found]) -> Found:
    """Work on the database in a thread of its own: Playwright runs a loop in this one."""

    def whole() -> Found:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(whole).result()


class Quiet(WSGIRequestHandler):
    """Requests are no news to a test."""

    def log_message(self, format: str, *args: object) -> None: ...


class Server(ThreadingMixIn, WSGIServer):
    """Answers several requests at once, as a browser or a double click sends them."""

    daemon_threads = True
    request_queue_size = 128
    """A browser knocks many times at once; with five places a slow machine lets it stand outside,
    and it knocks again after seconds only."""


class Counted:
    """The application, and how many of its answers are under way."""

    def __init__(self) -> None:
        self._application, self._going, self._still = get_wsgi_application(), 0, Condition()

    def __call__(self, environ: Any, start: Any) -> Iterator[bytes]:
        with self._still:
            self._going += 1
        answer = None
        try:
            answer = self._application(environ, start)
            yield from answer
        finally:
            if answer is not None:
                answer.close()
            with self._still:
                self._going -= 1
                self._still.notify_all()

    def wait_until_still(self) -> None:
        """Until nothing is under way: what a page left sending must not meet the next database."""
        with self._still:
            assert self._still.wait_for(lambda: not self._going, PATIENCE_SECONDS)


@contextmanager
def served() -> Iterator[str]:
    """The whole web on a free port; answers its address."""
    application = Counted()
    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        application.wait_until_still()
        server.server_close()
