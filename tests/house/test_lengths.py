"""Files and functions stay short."""

from __future__ import annotations

from tests.house.lengths import long_files, long_functions
from tests.house.tree import Source, expect_none, sources

WRITTEN = ("src/", "tests/", "bench/", "proof/", "setup/", "frontend/src/")
CODE = (".py", ".html", ".js", ".css", ".sql", ".sh")


def _function(*, lines: int) -> Source:
    return Source("src/a.py", "def f():\n" + "    1\n" * (lines - 1))


def test_no_file_is_too_long_to_read_whole() -> None:
    written = (s for s in sources(*CODE, under=WRITTEN) if "/migrations/" not in s.path)
    expect_none(found for source in written for found in long_files(source))


def test_no_function_is_longer_than_a_screen() -> None:
    written = (s for s in sources(".py", under=WRITTEN) if "/migrations/" not in s.path)
    expect_none(found for source in written for found in long_functions(source))


def test_399_lines_need_no_reason_400_do_and_600_have_none() -> None:
    reasons = {"a.py": "one table"}
    assert not list(long_files(Source("b.py", "x\n" * 399), reasons=reasons))
    assert list(long_files(Source("b.py", "x\n" * 400), reasons=reasons))
    assert not list(long_files(Source("a.py", "x\n" * 599), reasons=reasons))
    assert list(long_files(Source("a.py", "x\n" * 600), reasons=reasons))
    assert list(long_files(Source("a.py", "x\n" * 399), reasons=reasons))


def test_a_function_of_70_lines_passes_and_one_of_71_fails() -> None:
    assert not list(long_functions(_function(lines=70), allowed={}))
    assert list(long_functions(_function(lines=71), allowed={}))


def test_a_listed_function_may_neither_grow_nor_hide_that_it_shrank() -> None:
    allowed = {"src/a.py::f": 90}
    assert not list(long_functions(_function(lines=90), allowed=allowed))
    assert list(long_functions(_function(lines=91), allowed=allowed))
    assert list(long_functions(_function(lines=80), allowed=allowed))
