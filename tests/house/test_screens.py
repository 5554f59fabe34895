"""Every string of the screens is Chinese inside a translation call, and has its English."""

from __future__ import annotations

from babel.messages.catalog import Catalog

from tests.house.collect_words import collected, written
from tests.house.screens import (
    WEB,
    bare_chinese,
    catalogues,
    disagreements,
    left_over,
    room_of,
    screen_sources,
    shown_strings,
    untranslated,
)
from tests.house.tree import Source, expect_none

PAGE = Source(
    f"{WEB}cases/templates/cases/list.html",
    '{% translate "案件" %}{% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件'
    "{% endblocktranslate %}",
)


def _book(**texts: str) -> Catalog:
    book = Catalog(locale="en")
    for msgid, text in texts.items():
        book.add(msgid, text)
    return book


def test_every_string_of_the_screens_has_an_english_text() -> None:
    shown = [one for source in screen_sources() for one in shown_strings(source)]
    expect_none(untranslated(shown, catalogues()))


def test_no_translation_is_left_over() -> None:
    shown = [one for source in screen_sources() for one in shown_strings(source)]
    expect_none(left_over(shown, catalogues()))


def test_no_two_rooms_put_a_string_into_english_differently() -> None:
    expect_none(disagreements(catalogues()))
    assert list(disagreements({"cases": _book(逾期="overdue"), "runs": _book(逾期="late")}))


def test_no_screen_shows_chinese_that_cannot_be_translated() -> None:
    expect_none(found for source in screen_sources() for found in bare_chinese(source))


def test_strings_are_read_from_templates_and_from_python() -> None:
    view = Source(f"{WEB}cases/views.py", 'from x import gettext as _\n_("案件")\n')
    assert [one.msgid for one in shown_strings(view)] == ["案件"]
    assert [one.key[1] for one in shown_strings(PAGE)] == ["案件", "%(n)s 件"]


def test_a_string_without_english_and_an_english_text_without_string_are_found() -> None:
    shown = [next(shown_strings(PAGE))]
    assert not list(untranslated(shown, {"cases": _book(案件="Cases")}))
    assert list(untranslated(shown, {"cases": _book(案件="")}))
    assert list(untranslated(shown, {"runs": _book(案件="Cases")}))
    assert not list(untranslated(shown, {"frame": _book(案件="Cases")}))
    assert not list(left_over(shown, {"cases": _book(案件="Cases")}))
    assert list(left_over(shown, {"cases": _book(账龄="Ageing")}))


def test_chinese_outside_a_translation_call_is_found() -> None:
    assert not list(bare_chinese(PAGE))
    assert not list(bare_chinese(Source("a.html", "{# 说明 #}<p>{{ name }}</p>")))
    assert list(bare_chinese(Source("a.html", "<p>案件</p>")))
    assert not list(bare_chinese(Source("a.py", '"""案件"""\nx = _("案件")\n')))
    assert list(bare_chinese(Source("a.py", 'x = "案件"\n')))


def test_templates_beside_the_rooms_belong_to_the_frame() -> None:
    assert room_of(PAGE.path) == "cases"
    assert room_of(f"{WEB}templates/base.html") == "frame"
    assert room_of(f"{WEB}urls.py") == "frame"


def test_collecting_keeps_what_is_translated_and_writes_the_same_bytes_again() -> None:
    shown = list(shown_strings(PAGE))
    book = collected(shown, _book(案件="Cases"))
    assert book.get("案件").string == "Cases"
    assert written(book) == written(collected(shown, book))
    assert b"POT-Creation" not in written(book)
