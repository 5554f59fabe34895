"""What users will notice stands in changelog.d."""

from __future__ import annotations

from tests.house.changelog import malformed_fragment
from tests.house.tree import Source, expect_none, sources


def test_every_fragment_is_short_and_named_after_its_room() -> None:
    fragments = list(sources("", under=["changelog.d/"]))
    expect_none(found for source in fragments for found in malformed_fragment(source))


def test_a_fragment_with_a_heading_or_without_a_line_is_found() -> None:
    assert not list(malformed_fragment(Source("changelog.d/book.md", "- Imports read XLS.\n")))
    assert list(malformed_fragment(Source("changelog.d/book.md", "# Book\n")))
    assert list(malformed_fragment(Source("changelog.d/book.md", "\n")))
    assert list(malformed_fragment(Source("changelog.d/Book notes.md", "- Imports read XLS.\n")))
