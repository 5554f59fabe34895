"""The list of features and the record of one borrower are the same names in the same order."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from dunwell.core.features import FEATURE_NAMES, FEATURES, BorrowerFeatures, days_back, months_back


def test_the_record_has_the_features_of_the_list_in_order() -> None:
    assert tuple(field.name for field in fields(BorrowerFeatures)) == FEATURE_NAMES


def test_only_choices_have_choices_and_only_they() -> None:
    for feature in FEATURES:
        assert (feature.kind == "choice") == bool(feature.choices), feature.name


def test_nothing_personal_is_a_feature() -> None:
    for word in ("sex", "gender", "birth", "education", "marriage", "marital"):
        assert not [name for name in FEATURE_NAMES if word in name]
    assert "age" not in FEATURE_NAMES


def test_a_window_begins_after_its_first_day_and_ends_with_the_day_asked() -> None:
    window = months_back(date(2026, 3, 31), 1)
    assert [window.holds(day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [False, True]
    assert window.holds(date(2026, 3, 31))
    assert not window.holds(date(2026, 4, 1))


def test_months_are_calendar_months_and_end_with_the_month() -> None:
    assert months_back(date(2024, 2, 29), 12).from_on == date(2023, 2, 28)
    assert months_back(date(2026, 1, 15), 24).from_on == date(2024, 1, 15)
    assert days_back(date(2026, 3, 2), 30).from_on == date(2026, 1, 31)
