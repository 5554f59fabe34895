"""An import stands at the top of its file, or says why not."""

from __future__ import annotations

from tests.house.inline_imports import unreasoned_imports
from tests.house.tree import Source, expect_none, sources


def test_every_import_inside_a_function_gives_a_listed_reason() -> None:
    # A bench runs each way in a process of its own that loads only what it measures.
    written = sources(".py", under=("src/", "tests/"))
    expect_none(found for source in written for found in unreasoned_imports(source))


def test_an_import_inside_a_function_needs_a_reason_from_the_list() -> None:
    def inside(line: str) -> Source:
        return Source("a.py", f"import os\n\ndef f():\n    {line}\n")

    assert not list(unreasoned_imports(inside("import dask  # reason: extra — dask")))
    assert list(unreasoned_imports(inside("import dask")))
    assert list(unreasoned_imports(inside("from dask import x  # reason: convenient")))
