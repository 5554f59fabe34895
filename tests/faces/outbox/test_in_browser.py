"""Messages in a real Chromium: tabs, what is to settle, a reply closed; by keys, phone size too."""

from __future__ import annotations

import pytest

from dunwell.store.outreach.models import Message, Reply
from dunwell.store.people.models import Role
from tests.browser import press
from tests.faces.outbox.conftest import NamedPlace, replied, somebody, written
from tests.faces.work.test_in_browser import Open, apart, opened  # noqa: F401  # fixture

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def shared(committed_database: object) -> NamedPlace:
    """A collector with a message of unknown fate and two replies that wait, one of a stranger."""
    made = NamedPlace()
    anna = made.staff("anna")
    case = made.case(name="赵强", holder=anna)
    written(case, code="SENDER-GONE")
    written(case, state="delivered")
    replied(case)
    replied(None, "你是谁", minutes=1)
    somebody(made, Role.SUPERVISOR, name="lead")
    return made


def test_a_message_is_settled_and_a_reply_closed_by_keyboard(
    opened: Open,  # noqa: F811
    shared: NamedPlace,
) -> None:
    page = opened("anna", "/messages/")
    press(page, "6")
    page.locator("text=去向不明").first.wait_for()
    press(page, "n")
    page.locator("#settle").wait_for()
    page.locator("#id_happened_0").focus()
    press(page, "Space")
    press(page, "Tab")
    press(page, "Space")
    press(page, "Tab")
    page.keyboard.type("网关查询结果为送达")
    press(page, "Enter")
    page.locator("text=已认定，理由已留痕。").wait_for()
    assert apart(lambda: Message.objects.filter(state="delivered").count()) == 2
    page.goto("/messages/?view=replies")
    press(page, "n")
    page.locator("text=到工作台答复").first.wait_for()
    press(page, "c")
    page.locator("text=没有待处理的回复").wait_for()
    assert apart(lambda: Reply.objects.filter(handled_at=None).count()) == 1


def test_no_page_is_wider_than_a_phone(opened: Open, shared: NamedPlace) -> None:  # noqa: F811
    page = opened("lead", "/messages/")
    page.set_viewport_size({"width": 390, "height": 844})
    message, reply = apart(
        lambda: (Message.objects.earliest("pk").pk, Reply.objects.earliest("pk").pk)
    )
    for path in ("", "?view=replies", f"{message}/", f"replies/{reply}/"):
        page.goto(f"/messages/{path}")
        assert page.evaluate(WIDE) <= 0, path
