"""Whoever types what a page or a sentence says finds the command and its options."""

from __future__ import annotations

from pathlib import Path

from dunwell.faces.words import LANGUAGES, catalogue
from tests.house.commands_on_pages import (
    commands_told,
    pages,
    wrong_commands,
    wrong_in_sentences,
)
from tests.house.tree import ROOT, expect_none


def test_every_command_on_a_page_exists_with_the_options_it_names() -> None:
    expect_none(
        finding
        for page in pages(ROOT)
        for finding in wrong_commands(page.relative_to(ROOT).as_posix(), page.read_text("utf-8"))
    )


def test_every_command_a_sentence_names_exists() -> None:
    expect_none(
        finding for language in LANGUAGES for finding in wrong_in_sentences(catalogue(language))
    )


def test_a_command_or_an_option_that_is_not_there_is_found() -> None:
    fenced = "```sh\ndunwell day walk\ndunwell day run --twice  # no\n```\n"
    page = f"{fenced}see `dunwell pack list|sing`\n"
    found = [str(finding) for finding in wrong_commands("page.md", page)]
    assert any("day walk" in each for each in found)
    assert any("--twice" in each for each in found)
    assert any("pack sing" in each for each in found)
    assert list(wrong_in_sentences({"X-Y": "用 dunwell people 查看"}))
    assert not list(wrong_in_sentences({"X-Y": "用 dunwell people list 查看"}))


def test_a_command_that_goes_on_in_the_next_line_is_one() -> None:
    page = "```sh\ndunwell book import PATH... [--lender CODE]\n        [--dry-run]\n```\n"
    assert list(commands_told(page)) == [
        (3, "dunwell book import PATH... [--lender CODE] [--dry-run]")
    ]


def test_the_pages_of_both_languages_are_read() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in pages(ROOT)}
    assert {"README.md", "README.en.md", "docs/zh/gate.md", "docs/en/gate.md"} <= names
    assert Path("docs/cli.md").as_posix() in names
