"""Names of files and folders mean something."""

from __future__ import annotations

from tests.house.names import deep_files, empty_names
from tests.house.tree import expect_none, paths


def test_every_name_says_what_is_inside() -> None:
    expect_none(found for path in paths() for found in empty_names(path))


def test_no_python_file_stands_deeper_than_three_folders() -> None:
    expect_none(found for path in paths() for found in deep_files(path))


def test_a_folder_named_utils_is_found_and_a_word_that_contains_it_is_not() -> None:
    assert list(empty_names("src/dunwell/utils/money.py"))
    assert list(empty_names("src/dunwell/core/helpers.py"))
    assert not list(empty_names("src/dunwell/core/commonlaw.py"))


def test_framework_folders_do_not_count_as_depth() -> None:
    assert not list(deep_files("src/dunwell/faces/web/frame/templatetags/money.py"))
    assert list(deep_files("src/dunwell/faces/web/frame/inner/deeper.py"))
