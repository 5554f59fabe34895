"""Language, theme, text size, rail and density: kept in cookies, shown on the root element."""

from __future__ import annotations

import pytest
from django.test import Client


def test_the_page_is_chinese_until_the_reader_says_otherwise(web: Client) -> None:
    page = web.get("/").content.decode()
    assert '<html lang="zh-Hans"' in page
    assert "案件" in page


def test_the_language_switch_turns_the_page_english_and_back(web: Client) -> None:
    answer = web.post("/_frame/language", {"value": "en", "next": "/cases/"})
    assert (answer.status_code, answer["Location"]) == (302, "/cases/")
    page = web.get("/cases/").content.decode()
    assert '<html lang="en"' in page
    assert "Cases" in page and "案件" not in page
    web.post("/_frame/language", {"value": "zh-hans", "next": "/"})
    assert '<html lang="zh-Hans"' in web.get("/").content.decode()


@pytest.mark.parametrize(
    ("what", "value", "default"),
    [
        ("theme", "dark", "system"),
        ("text", "large", "normal"),
        ("rail", "narrow", "wide"),
        ("density", "compact", "normal"),
    ],
)
def test_a_preference_is_kept_for_a_year(web: Client, what: str, value: str, default: str) -> None:
    assert f'data-{what}="{default}"' in web.get("/").content.decode()
    answer = web.post(f"/_frame/{what}", {"value": value, "next": "/"})
    cookie = answer.cookies[f"dunwell_{what}"]
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert f'data-{what}="{value}"' in web.get("/").content.decode()


def test_a_script_gets_an_empty_answer_and_the_same_cookie(web: Client) -> None:
    answer = web.post("/_frame/theme", {"value": "dark"}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    assert answer.cookies["dunwell_theme"].value == "dark"


@pytest.mark.parametrize(
    ("what", "value"), [("theme", "pink"), ("language", "fr"), ("shoe-size", "44"), ("text", "")]
)
def test_what_is_not_offered_is_refused(web: Client, what: str, value: str) -> None:
    answer = web.post(f"/_frame/{what}", {"value": value, "next": "/"})
    assert answer.status_code == 400
    assert not answer.cookies


def test_an_odd_cookie_reads_as_the_default(web: Client) -> None:
    web.cookies["dunwell_theme"] = 'x" onload="1'
    assert 'data-theme="system"' in web.get("/").content.decode()


@pytest.mark.parametrize(
    "foreign", ["https://elsewhere.example/", "//elsewhere.example/", "", "x:y"]
)
def test_a_foreign_way_back_leads_to_the_front_page(web: Client, foreign: str) -> None:
    answer = web.post("/_frame/theme", {"value": "dark", "next": foreign})
    assert answer["Location"] == "/"


def test_a_preference_is_never_kept_by_a_link(web: Client) -> None:
    assert web.get("/_frame/theme", {"value": "dark"}).status_code == 405
