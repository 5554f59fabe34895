"""Every page of the frame: its language, its headers, its rail, and its manner when things fail."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from dunwell.faces.words import say

WEB = Path(__file__).parents[3] / "src/dunwell/faces/web"
PAGES = ["/", "/_styles", "/cases/", "/nowhere", "/closed", "/odd"]
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("code", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_every_page_says_its_language(web: Client, address: str, code: str, lang: str) -> None:
    web.cookies["django_language"] = code
    assert f'<html lang="{lang}"' in web.get(address).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_scripts_come_from_this_house_only(web: Client, address: str) -> None:
    answer = web.get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    scripts = re.search(r"script-src[^;]*", policy)
    assert scripts is None or "unsafe-inline" not in scripts[0]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_carries_a_script_of_its_own(web: Client, address: str) -> None:
    page = web.get(address).content.decode()
    for attributes, body in SCRIPT.findall(page):
        assert 'type="application/json"' in attributes or not body.strip()
    assert not HANDLER.search(page)


def test_no_template_of_any_room_holds_an_inline_script_or_handler() -> None:
    templates = sorted(WEB.rglob("*.html"))
    assert templates
    for template in templates:
        text = template.read_text(encoding="utf-8")
        for attributes, body in SCRIPT.findall(text):
            assert not body.strip(), f"{template.name}: inline script {attributes}"
        assert not HANDLER.search(text), f"{template.name}: inline handler"
        assert "javascript:" not in text, template.name


def test_the_rail_shows_only_rooms_that_exist(web: Client) -> None:
    page = web.get("/").content.decode()
    rail = page[page.index('<nav class="rail"') : page.index('<header class="top"')]
    hrefs = re.findall(r'class="rail-link" href="([^"]*)"', rail)
    assert hrefs == ["/", "/cases/", "/imports/"]


def test_the_rail_says_where_the_reader_is(web: Client) -> None:
    page = web.get("/imports/").content.decode()
    assert re.search(r'href="/imports/" aria-current="true"', page)
    assert re.search(r'rail-sub" href="/imports/" aria-current="page"', page)
    assert not re.search(r'class="rail-link" href="/" aria-current', page)


def test_the_first_link_skips_to_the_content(web: Client) -> None:
    page = web.get("/").content.decode()
    first = re.search(r"<a [^>]*>", page)
    assert first is not None and 'href="#main"' in first[0]
    assert '<main class="page" id="main"' in page


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere", 404, "这里没有内容"),
        ("/closed", 403, "您没有这项权限"),
        ("/odd", 400, "请求读不懂"),
        ("/broken", 500, "系统出了差错"),
    ],
)
def test_a_failure_says_what_happened(web: Client, address: str, status: int, words: str) -> None:
    web.raise_request_exception = False
    answer = web.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_refusal_shows_its_code(web: Client) -> None:
    assert "PEOPLE-NOT-PERMITTED" in web.get("/closed").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_of_a_flow_becomes_its_sentence(web: Client, language: str) -> None:
    web.cookies["django_language"] = language
    answer = web.get("/unheld")
    sentence = say("MONEY-UNREADABLE", {"value": "一千二"}, language=language)
    assert answer.status_code == 400
    assert "一千二" in sentence and sentence in unescape(answer.content.decode())


def test_a_refused_part_of_a_page_is_told_as_a_toast(web: Client) -> None:
    answer = web.get("/unheld", headers={"HX-Request": "true"})
    told = json.loads(answer["HX-Trigger"])["dunwell:toast"]
    assert (answer.status_code, answer.content, told["tone"]) == (400, b"", "stop")
    assert "一千二" in told["text"]


def test_the_style_page_is_not_there_in_production(web: Client, settings: LazySettings) -> None:
    assert web.get("/_styles").status_code == 200
    settings.ENVIRONMENT = "production"
    assert web.get("/_styles").status_code == 404


@pytest.mark.parametrize(
    ("environment", "words"), [("production", "生产"), ("demo", "演示"), ("test", "测试")]
)
def test_the_environment_is_said_in_words(
    web: Client, settings: LazySettings, environment: str, words: str
) -> None:
    settings.ENVIRONMENT = environment
    page = web.get("/").content.decode()
    assert re.search(rf'data-place="{environment}">{words}<', page)
