"""Look-alikes: however a forbidden word is written, it is found, and exactly where it stands."""

from __future__ import annotations

import pytest

from dunwell.core.wording import CaseState
from dunwell.store.policy.lexicon import wording_checker
from tests.core.wording.checked import classes_in, marked_in


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("我们已经起·诉你", "已经起·诉"),  # a symbol put in
        ("我们已经起 诉你", "已经起 诉"),  # a blank
        ("我们已经起\u200b诉你", "已经起\u200b诉"),  # zero width
        ("我们已经起🔥诉你", "已经起🔥诉"),  # an emoji
        ("我們已經起訴你", "已經起訴"),  # traditional
        ("我们已经qisu你", "已经qisu"),  # spelled
        ("我们已经QI SU你", "已经QI SU"),  # spelled apart, capitals
        ("我们已经ｑｉｓｕ你", "已经ｑｉｓｕ"),  # full width
        ("我们已经q i s u你", "已经q i s u"),  # letter by letter
        ("我们已经起su你", "已经起su"),  # half spelled
        ("我们已经q诉你", "已经q诉"),  # an initial
        ("我们已经7诉你", "已经7诉"),  # a digit
        ("我们已经企诉你", "已经企诉"),  # a homophone
        ("案子已经QS了", "已经QS"),  # initials beside a word that makes them plain
        ("等着做牢吧", "做牢"),
        ("王8蛋", "王8蛋"),
        ("再不还就爆光你", "爆光"),
        ("今晚上门泼【油】漆", "泼【油】漆"),  # brackets around one character
        (
            "已联系你的紧,急,联,系,人告知欠款",
            "联系你的紧,急,联,系,人告知欠",
        ),  # marks between characters
        ("我是氵去院的", "我是氵去院"),  # a character taken apart
        ("消息hōng炸安排上了", "消息hōng炸"),  # letters with tones
    ],
)
def test_a_word_in_disguise_is_marked_from_its_first_to_its_last_character(
    text: str, marked: str
) -> None:
    assert marked in marked_in(text)


def test_a_finding_says_whether_the_word_was_disguised() -> None:
    check = wording_checker()
    open_, hidden = (
        check(text, facts=CaseState(), audience="borrower")[0]
        for text in ("你等着坐牢", "你等着做牢")
    )
    assert (open_.disguised, hidden.disguised) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "经查询，您名下没有其他借据",  # sounds like police
        "您预期什么时候方便",  # sounds like overdue, to a contact
        "老来生活有保障",  # sounds like deadbeat
        "请打开 https://example.com/qisu 查看",  # an address of the web
        "APP 已更新，请登录查看账单",
        "本期诉求已记录",  # half of one word beside half of another
        "合计17诉讼请求编号",  # a digit inside a number
    ],
)
def test_ordinary_words_that_sound_alike_are_left_alone(text: str) -> None:
    assert classes_in(text) == set()


def test_spans_are_of_the_text_as_it_was_given_though_characters_were_left_out() -> None:
    text = "★★您好★★ 再不还就 弄 ★ 死 你"
    assert marked_in(text) == ["弄 ★ 死 你"]


def test_a_text_of_symbols_only_has_no_findings() -> None:
    assert classes_in("★☆…… !!! 🔥🔥") == set()
    assert classes_in("") == set()
