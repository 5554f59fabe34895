"""Figures are put into sentences as people write them."""

from __future__ import annotations

from dunwell.faces.words import say


def test_several_names_are_written_one_after_the_other() -> None:
    figures = {"file": "f.csv", "columns": ["late", "share"], "found": []}
    assert "缺少列：late、share。" in say("GRADE-NO-COLUMN", figures, language="zh-hans")
    assert "late, share" in say("GRADE-NO-COLUMN", figures, language="en")


def test_what_is_not_there_is_a_dash_and_what_was_not_given_an_ellipsis() -> None:
    told = say("PEOPLE-NO-SUCH-PLACE", {"lender": "x", "team": None}, language="zh-hans")
    assert "None" not in told
    assert "–" in told
    assert "…" in say("GRADE-NO-COLUMN", {}, language="en")
