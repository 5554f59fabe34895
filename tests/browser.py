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
from threading import Thread
from typing import TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright

# As setup/find-chromium.sh looks for it.
NAMES = ("chromium", "chromium-browser", "google-chrome")

Found = TypeVar("Found")


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
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context


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


@contextmanager
def served() -> Iterator[str]:
    """The whole web on a free port; answers its address."""
    application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
