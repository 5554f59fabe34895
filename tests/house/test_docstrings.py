"""Modules and promises are described where they stand."""

from __future__ import annotations

from tests.house.docstrings import PROMISING, silent_modules, silent_promises
from tests.house.tree import Source, expect_none, sources


def test_every_module_says_what_question_it_answers() -> None:
    written = (
        source
        for source in sources(".py", under=("src/", "bench/", "proof/", "tests/"))
        if "/migrations/" not in source.path
    )
    expect_none(found for source in written for found in silent_modules(source))


def test_every_public_function_of_core_bulk_and_flows_says_what_it_promises() -> None:
    promising = sources(".py", under=PROMISING)
    expect_none(found for source in promising for found in silent_promises(source))


def test_an_empty_file_needs_no_docstring_and_one_with_code_does() -> None:
    assert not list(silent_modules(Source("a.py", "")))
    assert not list(silent_modules(Source("a.py", '"""What."""\nx = 1\n')))
    assert list(silent_modules(Source("a.py", "x = 1\n")))


def test_a_private_function_may_be_silent_and_a_public_one_may_not() -> None:
    assert not list(silent_promises(Source("a.py", "def _f(): ...\n")))
    assert not list(silent_promises(Source("a.py", 'def f():\n    """Promise."""\n')))
    assert list(silent_promises(Source("a.py", "def f(): ...\n")))
    assert list(silent_promises(Source("a.py", "class F: ...\n")))
