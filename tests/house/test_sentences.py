"""Codes inside, words outside: the two are equal."""

from __future__ import annotations

from dunwell.faces.words import LANGUAGES, catalogue
from tests.house.sentences import (
    orphans,
    refusal_classes,
    told_without_figures,
    unequal_languages,
    unsaid_codes,
)
from tests.house.tree import Source, expect_none, sources

ZH, EN = catalogue("zh_Hans"), catalogue("en")

CATALOGUES = tuple(f"src/dunwell/faces/words/{folder}/" for folder in LANGUAGES)

EXAMPLE = Source(
    "a.py",
    'class Late(Refusal):\n    code = "DAYS-LATE"\n\n'
    "class VeryLate(Late): ...\n\n"
    "raise Late(by_days=3, loan=1)\n",
)


def test_every_refusal_can_be_said_in_both_languages_with_the_figures_it_carries() -> None:
    refusals = refusal_classes(sources(".py", under=["src/dunwell/"]))
    assert refusals
    expect_none(unsaid_codes(refusals, zh=ZH, en=EN))


def test_whatever_a_face_tells_comes_with_the_figures_of_its_sentence() -> None:
    faces = sources(".py", under=["src/dunwell/faces/"])
    expect_none(found for source in faces for found in told_without_figures(source, zh=ZH))


def test_both_languages_hold_the_same_codes_with_the_same_figures() -> None:
    expect_none(unequal_languages(zh=ZH, en=EN))


def test_no_sentence_is_left_over() -> None:
    written = sources(".py", ".yaml", ".sql", ".html", under=["src/dunwell/"])
    outside = [source for source in written if not source.path.startswith(CATALOGUES)]
    expect_none(orphans(ZH, outside))


def test_no_two_refusals_share_a_code() -> None:
    codes = [r.code for r in refusal_classes(sources(".py", under=["src/dunwell/"]))]
    assert sorted(codes) == sorted(set(codes))


def test_a_code_without_a_sentence_is_found() -> None:
    late = refusal_classes([EXAMPLE])
    assert [refusal.code for refusal in late] == ["DAYS-LATE"]
    said = {"DAYS-LATE": "late by {by_days} days"}
    assert not list(unsaid_codes(late, zh=said, en=said))
    assert list(unsaid_codes(late, zh=said, en={}))


def test_a_figure_that_is_said_but_never_given_is_found() -> None:
    late = refusal_classes([EXAMPLE])
    said = {"DAYS-LATE": "late by {weeks} weeks"}
    assert list(unsaid_codes(late, zh=said, en=said))


def test_two_refusals_of_one_name_are_told_apart_by_where_they_come_from() -> None:
    twin = Source("src/b.py", 'class Late(Refusal):\n    code = "B-LATE"\n')
    user = Source("src/c.py", "from b import Late\nraise Late(weeks=1)\n")
    figures = {r.code: r.figures for r in refusal_classes([EXAMPLE, twin, user])}
    assert figures == {"DAYS-LATE": [{"by_days", "loan"}], "B-LATE": [{"weeks"}]}


def test_telling_a_sentence_without_its_figure_is_found() -> None:
    said = {"DAYS-LATE": "late by {by_days} days"}
    good, bad = 'tell("DAYS-LATE", by_days=3)', 'tell("DAYS-LATE")'
    assert not list(told_without_figures(Source("a.py", good), zh=said))
    assert list(told_without_figures(Source("a.py", bad), zh=said))


def test_sentences_that_differ_between_the_languages_are_found() -> None:
    assert not list(unequal_languages(zh={"A": "{n} 天"}, en={"A": "{n} days"}))
    assert list(unequal_languages(zh={"A": "{n} 天"}, en={"A": "days"}))
    assert list(unequal_languages(zh={"A": "天"}, en={}))


def test_a_sentence_nobody_answers_with_is_found() -> None:
    assert not list(orphans(["DAYS-LATE"], [EXAMPLE]))
    assert list(orphans(["DAYS-EARLY"], [EXAMPLE]))
    composed = Source("a.py", 'say(f"DAYS-STEP-{step}")')
    assert not list(orphans(["DAYS-STEP-FIRST"], [composed]))
