"""No link in the documents leads nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.house.links import dead_links, dead_paths
from tests.house.tree import ROOT, Source, expect_none, sources


def test_every_link_in_the_documents_leads_somewhere() -> None:
    pages = sources(".md")
    expect_none(found for page in pages for found in dead_links(page, root=ROOT))


def test_every_file_the_documents_name_exists() -> None:
    pages = sources(".md")
    expect_none(found for page in pages for found in dead_paths(page, root=ROOT))


def test_a_page_that_names_a_missing_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert not list(dead_paths(Source("page.md", "see `src/`, `docs/<lang>/`"), root=tmp_path))
    assert list(dead_paths(Source("page.md", "see `src/gone.py`"), root=tmp_path))


def test_a_link_to_a_missing_file_or_heading_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# The gate, explained\n")
    page = Source("page.md", "[a](there.md) [b](there.md#the-gate-explained) [c](https://x.y)\n")
    assert not list(dead_links(page, root=tmp_path))
    assert list(dead_links(Source("page.md", "[a](gone.md)\n"), root=tmp_path))
    assert list(dead_links(Source("page.md", "[a](there.md#gone)\n"), root=tmp_path))
    assert list(dead_links(Source("page.md", "![a](gone.png)\n"), root=tmp_path))


def test_code_in_a_page_is_not_read_as_links(tmp_path: Path) -> None:
    page = Source("page.md", "```\n[a](gone.md)\n```\n`[b](gone.md)`\n")
    assert not list(dead_links(page, root=tmp_path))
