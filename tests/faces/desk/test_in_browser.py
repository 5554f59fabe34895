"""The desk in a real Chromium: by keyboard, while composing, through reload and a lost network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from dunwell.flows.contact.drafts import seal_due
from dunwell.store.cases.models import Case, CaseEvent
from dunwell.store.desk.models import PutOff
from dunwell.store.outreach.models import Draft, Note
from dunwell.store.permits.models import Step
from dunwell.store.promises.models import Promise
from dunwell.store.work.models import WorkItem
from tests.browser import NO_TEL, apart, chromium, desk_of, press, served
from tests.faces.desk.conftest import OVERDUE_FEN, Floor, browser_of

pytestmark = pytest.mark.browser

MOST_KEYS = 12
REASON = ("w", "j", "Enter")
"""忘记."""
COMMON = (
    ("1",),
    ("2", *REASON, "Enter"),
    ("3",),
    ("4",),
    ("d", "g", "j", "Enter"),
    ("6", "Enter"),
    ("8", *REASON, "Enter"),
    ("9", " ", "Enter"),
    ("d", "k", "h", "Enter"),
    ("d", "w", "r", "j", "t", "Enter"),
)
"""What the officer presses after dialling, result by result; Enter attaches the recording."""
SPOKEN = frozenset({1, 5, 6})
"""Of those, the calls in which the borrower's identity is checked first."""


@pytest.fixture
def address(floor: Floor) -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def page(floor: Floor, address: str) -> Iterator[Page]:
    """The collector's browser; a fault in a script fails the test."""
    faults: list[str] = []
    client = apart(lambda: browser_of(floor.office.collector))
    with chromium() as browser:
        context = desk_of(browser, address=address, client=client)
        # Following tel: asks the desktop for a program, and Chromium takes no keys meanwhile.
        context.add_init_script(NO_TEL)
        opened = context.new_page()
        opened.on("pageerror", lambda error: faults.append(str(error)))
        yield opened
    assert not faults


def dial(page: Page) -> None:
    ready(page)
    press(page, " ")
    page.wait_for_selector("#desk[data-call=on]")
    page.wait_for_function("() => window.rang?.startsWith('tel:')")


def ready(page: Page) -> None:
    """The desk has its buttons, and so its keys."""
    page.wait_for_function("() => document.getElementById('desk-likely').children.length === 9")


def opened_event(case: Case) -> CaseEvent:
    """A line of the timeline that names a sum."""
    return CaseEvent.objects.create(
        case=case, day=case.opened_on, kind="opened", to_bucket="M1", why="entry_met",
        overdue_fen=OVERDUE_FEN,
    )  # fmt: skip


def saved_notes() -> int:
    return apart(lambda: Note.objects.count() + Draft.objects.exclude(seals_at=None).count())


def test_twenty_cases_are_disposed_of_by_keyboard_in_twelve_strokes_each(
    floor: Floor, page: Page
) -> None:
    apart(lambda: floor.add(20))
    page.goto("/desk/")
    for turn in range(20):
        here = page.url
        way = COMMON[turn % len(COMMON)]
        dial(page)
        if turn % len(COMMON) in SPOKEN:
            press(page, "i")
        press(page, *way)
        if way[-1] == "Enter" and page.locator("#desk-recording-box").is_visible():
            page.wait_for_selector("#desk-recording-told:has-text('秒')")
        press(page, "Control+Enter")
        page.wait_for_function("address => location.href !== address", arg=here)
        page.wait_for_load_state()
        strokes = 1 + (turn % len(COMMON) in SPOKEN) + len(way) + 1
        assert strokes <= MOST_KEYS, (turn, strokes)
    assert saved_notes() == 20
    expect(page.locator("main")).to_contain_text("今天没有要办的了")
    apart(lambda: seal_due(now=timezone.now() + timedelta(minutes=1)))
    assert apart(Note.objects.count) == 20
    assert apart(Promise.objects.count) >= 1
    assert apart(lambda: Step.objects.filter(kind="used").count()) == 20
    assert apart(lambda: WorkItem.objects.filter(state="done").count()) == 20


def test_no_key_fires_while_an_input_method_composes_or_in_a_text(floor: Floor, page: Page) -> None:
    apart(lambda: floor.add(2))
    page.goto("/desk/")
    here = page.url
    composing = (
        "(keys) => keys.forEach((key) => document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key, bubbles: true, cancelable: true, isComposing: true, keyCode: 229})))"
    )
    page.evaluate(composing, ["n", " ", "d", "x", "s", "1", "Enter"])
    assert page.locator("dialog[open]").count() == 0
    assert page.get_attribute("#desk", "data-call") == "off"
    dial(page)
    page.focus("#desk-result")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "wrjt", "selectionStart": 4, "selectionEnd": 4}
    )
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229},
    )
    assert page.locator("#desk-chosen").is_hidden()
    keyboard.send("Input.insertText", {"text": "无人"})
    expect(page.locator("#desk-results li").first).to_contain_text("无人接听")
    page.focus("#desk-words")
    page.keyboard.type("next x d s 1 ")
    assert (page.url, page.locator("dialog[open]").count()) == (here, 0)


def test_a_draft_survives_a_reload_and_a_lost_network(floor: Floor, page: Page) -> None:
    apart(lambda: floor.add(1))
    page.goto("/desk/")
    dial(page)
    press(page, "2")
    # The result may be kept by itself before: it is the words that have to have arrived.
    with page.expect_response(lambda answer: carried(answer, "月底发工资")):
        page.fill("#desk-words", "月底发工资")
    expect(page.locator("#desk-kept")).to_have_text("草稿已保存")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#desk-words")).to_have_value("月底发工资")
    expect(page.locator("#desk-chosen")).to_have_text("承诺还款")
    assert page.get_attribute("#desk", "data-call") == "on"
    page.context.set_offline(True)
    page.fill("#desk-words", "月底发工资，想分两次还")
    expect(page.locator("#desk-kept")).to_contain_text("已加密存在本机")
    assert on_the_shelf(page)
    page.context.set_offline(False)
    expect(page.locator("#desk-kept")).to_have_text("草稿已保存")
    assert on_the_shelf(page) == ""
    page.reload()
    expect(page.locator("#desk-words")).to_have_value("月底发工资，想分两次还")


def carried(answer: Response, words: str) -> bool:
    """Whether the server took a draft with these words."""
    sent = answer.request.post_data or ""
    return answer.ok and answer.url.endswith("/draft/") and words in sent


def test_when_the_log_in_ends_nothing_is_called_kept_and_after_a_new_one_the_same_page_goes_on(
    floor: Floor, page: Page, address: str
) -> None:
    apart(lambda: floor.add(2))
    page.goto("/desk/")
    dial(page)
    press(page, "1")
    expect(page.locator("#desk-kept")).to_have_text("草稿已保存")
    apart(lambda: Session.objects.all().delete())
    page.fill("#desk-words", "登录结束以后写的")
    expect(page.locator("#desk-kept")).to_contain_text("登录已结束")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#desk-missing")).to_contain_text("登录已结束")
    assert saved_notes() == 0
    again = apart(lambda: browser_of(floor.office.collector)).cookies
    cookie = again[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    with page.expect_response(lambda answer: answer.url.endswith("/save/")) as told:
        page.keyboard.press("Control+Enter")
    assert told.value.ok and "登录结束以后写的" in (told.value.request.post_data or "")
    page.wait_for_selector("#desk-undo")
    assert saved_notes() == 1


def on_the_shelf(page: Page) -> str:
    return page.evaluate("localStorage.getItem('dunwell-desk-waiting') ?? ''")


def test_what_waits_for_the_network_cannot_be_read_and_survives_a_reload(
    floor: Floor, page: Page
) -> None:
    apart(lambda: floor.add(1))
    page.goto("/desk/")
    here = page.url
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/draft/", lambda route: route.abort())
    page.fill("#desk-words", "在老家，月底回来")
    expect(page.locator("#desk-kept")).to_contain_text("已加密存在本机")
    whole = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "老家" not in whole and "words" not in whole
    assert set(json.loads(on_the_shelf(page))) == {"iv", "sealed"}
    page.reload()
    expect(page.locator("#desk-words")).to_have_value("在老家，月底回来")
    assert on_the_shelf(page)
    locked = page.evaluate(
        """() => new Promise((done) => {
          const asked = indexedDB.open('dunwell-desk');
          asked.onsuccess = () => {
            const read = asked.result.transaction('keys').objectStore('keys').get('key');
            read.onsuccess = () => crypto.subtle.exportKey('raw', read.result.key)
              .then(() => done('read'), () => done('locked')).finally(() => asked.result.close());
          };
        })"""
    )
    assert locked == "locked"
    page.unroute("**/draft/")
    page.wait_for_function("() => localStorage.getItem('dunwell-desk-waiting') === null")
    page.goto(here)
    expect(page.locator("#desk-words")).to_have_value("在老家，月底回来")


def test_log_out_asks_first_and_leaves_nothing_and_another_log_in_finds_nothing(
    floor: Floor, page: Page, address: str
) -> None:
    apart(lambda: floor.add(1))
    page.goto("/desk/")
    page.route("**/draft/", lambda route: route.abort())
    page.fill("#desk-words", "在老家")
    expect(page.locator("#desk-kept")).to_contain_text("已加密存在本机")
    asked: list[str] = []
    old = on_the_shelf(page)
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    log_out = "document.querySelector('form[data-waits-words]').requestSubmit()"
    page.evaluate(log_out)
    assert "还没有送达" in asked[0] and old and on_the_shelf(page) == old
    page.once("dialog", lambda dialog: dialog.accept())
    page.evaluate(log_out)
    page.wait_for_selector("[data-nobody-here]")
    page.wait_for_function("async () => (await indexedDB.databases()).length === 0")
    assert on_the_shelf(page) == ""
    # Whoever puts the old text back reads nothing either: its key is gone.
    page.evaluate("old => localStorage.setItem('dunwell-desk-waiting', old)", old)
    cookie = apart(lambda: browser_of(floor.office.collector)).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.goto("/desk/")
    ready(page)
    page.wait_for_function("() => localStorage.getItem('dunwell-desk-waiting') === null")
    expect(page.locator("#desk-words")).to_have_value("")


def test_without_encryption_a_draft_stays_in_the_page_and_says_so(floor: Floor, page: Page) -> None:
    apart(lambda: floor.add(1))
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.goto("/desk/")
    page.route("**/draft/", lambda route: route.abort())
    page.fill("#desk-words", "在老家")
    expect(page.locator("#desk-kept")).to_contain_text("只留在本页")
    assert on_the_shelf(page) == ""
    page.unroute("**/draft/")
    expect(page.locator("#desk-kept")).to_have_text("草稿已保存")


def test_next_without_a_record_asks_for_one_reason_by_keyboard_and_takes_it_back(
    floor: Floor, page: Page
) -> None:
    first, second = apart(lambda: floor.add(2))
    page.goto("/desk/")
    ready(page)
    press(page, "n")
    expect(page.locator("#desk-put-off-why")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    page.wait_for_url(f"**/desk/{second.pk}/**")
    expect(page.locator("#desk-put-aside")).to_contain_text(f"#{first.pk}")
    ready(page)
    press(page, "z")
    page.wait_for_url(f"**/desk/{first.pk}/")
    assert apart(lambda: PutOff.objects.filter(replaced=None).count()) == 0


def test_a_saved_record_can_be_undone_and_a_double_click_saves_once(
    floor: Floor, page: Page
) -> None:
    apart(lambda: floor.add(2))
    page.goto("/desk/")
    first = page.url
    dial(page)
    press(page, "1")
    # What is saved can be taken back for ten seconds, and the machine may be slow.
    floor.clock.move_to(timezone.now(), tick=False)
    page.locator("#desk-save").dblclick()
    page.wait_for_selector("#desk-undo")
    assert saved_notes() == 1
    press(page, "z")
    page.wait_for_url(first)
    expect(page.locator("#desk-chosen")).to_have_text("无人接听")
    assert saved_notes() == 0


def test_nobody_leaves_a_call_without_a_record(floor: Floor, page: Page) -> None:
    apart(lambda: floor.add(2))
    page.goto("/desk/")
    first = page.url
    dial(page)
    press(page, "n")
    expect(page.locator("#desk-missing")).to_contain_text("先记录这通电话的结果")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/desk/next/")
    page.wait_for_url(f"{first}?record=1")


def test_a_case_is_put_off_by_keyboard_but_not_a_call(floor: Floor, page: Page) -> None:
    apart(lambda: floor.add(2))
    page.goto("/desk/")
    first = page.url
    ready(page)
    press(page, "w", "ArrowDown", "ArrowDown", "Enter")
    page.wait_for_function("address => location.href !== address", arg=first)
    row = apart(PutOff.objects.get)
    assert (row.reason, f"/desk/{row.case_id}/" in first) == ("appointment", True)
    dial(page)
    press(page, "w")
    expect(page.locator("#desk-missing")).to_contain_text("先记录这通电话的结果")
    assert page.locator("dialog[open]").count() == 0


def test_no_amount_is_on_the_screen_of_a_call_before_identity_is_checked(
    floor: Floor, page: Page
) -> None:
    (case,) = apart(lambda: floor.add(1))
    apart(lambda: opened_event(case))
    page.goto("/desk/")
    assert page.locator(".desk-owed .owed").is_visible()
    dial(page)
    assert page.locator(".desk-owed .owed").is_hidden()
    assert page.locator(".desk-who .owed").is_hidden()
    blurred = "(element) => getComputedStyle(element).filter"
    assert "blur" in page.eval_on_selector("#desk-past", blurred)
    press(page, "i")
    assert page.locator(".desk-owed .owed").is_visible()
    assert "blur" not in page.eval_on_selector("#desk-past", blurred)


def test_a_threat_is_marked_where_it_stands_with_a_gentler_wording(
    floor: Floor, page: Page
) -> None:
    apart(lambda: floor.add(1))
    page.goto("/desk/")
    page.fill("#desk-summary", "告诉他再不还就上门抄家")
    page.focus("#desk-words")
    page.wait_for_selector("#desk-findings mark")
    page.click("#desk-findings button")
    assert page.locator("#desk-findings mark").count() == 0
