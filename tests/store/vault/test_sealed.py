"""Sealed values open at their own place only, and never when they were touched."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunwell.store.vault import (
    CannotOpen,
    KeyUnknown,
    init_keyring,
    open_many,
    open_sealed,
    seal,
    seal_many,
)

PLACE = {"table": "people_party", "column": "name_sealed"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(), row=st.integers(min_value=0, max_value=2**62))
def test_what_was_sealed_opens_again(keys, text, row):
    assert open_sealed(seal(text, **PLACE, row=row), **PLACE, row=row) == text


def test_many_at_once_are_the_same_as_one_by_one(keys):
    texts = ["王小明", None, "", *map(str, range(5_000))]
    rows = list(range(len(texts)))
    sealed = seal_many(texts, **PLACE, rows=rows)
    assert open_many(sealed, **PLACE, rows=rows) == texts
    assert open_sealed(sealed[0], **PLACE, row=0) == "王小明"
    assert open_many([seal("李", **PLACE, row=3)], **PLACE, rows=[3]) == ["李"]


def test_equal_texts_never_look_equal(keys):
    assert len(set(seal_many(["王"] * 10_000, **PLACE, rows=[1] * 10_000))) == 10_000


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"table": "people_party", "column": "name_sealed", "row": 2},
        {"table": "people_party", "column": "id_no_sealed", "row": 1},
        {"table": "book_contact", "column": "name_sealed", "row": 1},
    ],
)
def test_a_value_copied_elsewhere_does_not_open(keys, elsewhere):
    with pytest.raises(CannotOpen) as refusal:
        open_sealed(seal("王小明", **PLACE, row=1), **elsewhere)
    assert refusal.value.figures == elsewhere


def test_a_value_with_any_byte_changed_does_not_open(keys):
    sealed = seal("王小明", **PLACE, row=1)
    for at in range(len(sealed)):
        touched = bytearray(sealed)
        touched[at] ^= 1
        with pytest.raises((CannotOpen, KeyUnknown)):
            open_sealed(bytes(touched), **PLACE, row=1)


def test_a_value_cut_short_does_not_open(keys):
    sealed = seal("王小明", **PLACE, row=1)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            open_sealed(sealed[:length], **PLACE, row=1)


def test_a_value_of_another_key_file_names_the_key_it_misses(keys, settings, tmp_path):
    sealed = seal("王小明", **PLACE, row=1)
    settings.KEYS_FILE = tmp_path / "other.json"
    init_keyring(now=datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(KeyUnknown) as refusal:
        open_sealed(sealed, **PLACE, row=1)
    assert refusal.value.figures["key"] > 0


def test_a_column_with_more_values_than_rows_is_a_fault(keys):
    with pytest.raises(ValueError):
        seal_many(["王", "李"], **PLACE, rows=[1])
