"""Every fact that a rule may look at has a name and values in words of both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.faces.web.work.fact_words import TITLES, told, value_words


def test_every_field_of_a_strategy_has_a_name() -> None:
    assert set(STRATEGY_FIELDS) <= set(TITLES)


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("overdue_fen", 320_000, "逾期金额：¥3,200.00", "Overdue amount: ¥3,200.00"),
        ("overdue_share_ppm", 455_000, "逾期占未还：46%", "Overdue share: 46%"),
        ("days_past_due", 45, "逾期天数：45 天", "Days past due: 45 days"),
        ("reachability", "half_lost", "可联状态：半失联", "Reachability: half-lost"),
        ("held", True, "停催：是", "Hold: Yes"),
        ("assets", 0, "登记的资产：0", "Assets on record: 0"),
        ("monthly_income_fen", None, "月收入：不知道", "Monthly income: not known"),
    ],
)
def test_a_fact_is_told_with_its_unit(name: str, value: object, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert told(name, value) == zh
    with translation.override("en"):
        assert told(name, value) == en


def test_a_code_nobody_named_is_shown_as_it_is() -> None:
    assert value_words("legal_state", "suit_filed") == "suit_filed"
