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


def test_fen_are_said_in_yuan_and_parts_per_million_in_percent() -> None:
    told = say("PROMISE-AMOUNT", {"amount_fen": 123456, "most_fen": 90000}, language="zh-hans")
    assert "¥1,234.56" in told
    assert "¥900.00" in told
    told = say("PLAN-OVER-CAP", {"all_in_ppm": 243100, "cap_ppm": 240000}, language="en")
    assert "24.31 %" in told
    assert "24 %" in told


def test_a_code_of_a_closed_list_is_said_as_its_word() -> None:
    figures = {"request": 7, "role": "legal", "own": False}
    assert "另一位法务审批" in say("APPROVAL-NOT-YOURS", figures, language="zh-hans")
    assert "a visit" in say("PERMITS-NO-WAY", {"contact": 3, "channel": "visit"}, language="en")
    assert "已过期" in say("PERMITS-OVER", {"permit": 3, "state": "expired"}, language="zh-hans")


def test_a_code_nobody_has_a_word_for_is_said_as_it_is() -> None:
    told = say("APPROVAL-NOT-YOURS", {"request": 7, "role": "x-ray"}, language="zh-hans")
    assert "x-ray" in told
