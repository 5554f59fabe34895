"""Every command is documented as it is."""

from __future__ import annotations

from tests.house.cli_reference import PAGE, page, unexplained
from tests.house.tree import expect_none


def test_every_command_and_option_has_a_help_text() -> None:
    expect_none(unexplained())


def test_the_reference_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make reference`"
