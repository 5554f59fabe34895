"""What stands, in a real Chromium: the form comes into the panel, a double click says it once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from dunwell.store.people.models import Role
from dunwell.store.permits.models import Standing
from tests.faces.gate.conftest import log_in, staff_of
from tests.flows.contact.people import Office, open_office

pytestmark = pytest.mark.browser

NAMES = (os.environ.get("DUNWELL_CHROMIUM", "chromium"), "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")

Open = Callable[[Role, str], Page]
Found = TypeVar("Found")


def apart(work: Callable[[], Found]) -> Found:
    """Work on the database in a thread of its own: Playwright runs a loop in this one."""

    def whole() -> Found:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(whole).result()


def standing(**wanted: Any) -> int:
    """How many of these stand."""
    return apart(lambda: Standing.objects.filter(**wanted).count())


class Quiet(WSGIRequestHandler):
    """Requests are no news to a test."""

    def log_message(self, format: str, *args: object) -> None: ...


class Server(ThreadingMixIn, WSGIServer):
    """Answers two requests at once, as a double click makes them."""

    daemon_threads = True


@pytest.fixture
def office(committed_database: object) -> Office:
    """An office at the present moment: the browser's clock is the machine's."""
    made = open_office()
    made.now = timezone.now()
    return made


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The whole web on a free port."""
    application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(office: Office, address: str, browser: Browser) -> Iterator[Open]:
    """Opens a page as somebody of a role; a broken policy or script fails the test."""
    faults: list[str] = []

    def open_page(role: Role, path: str) -> Page:
        client = apart(lambda: log_in(office, role))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        page = context.new_page()
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
