"""No line says what the house does not say."""

from __future__ import annotations

import pytest

from tests.house.lines import LINE_RULES, LineRule, wrong_lines
from tests.house.tree import Source, expect_none, sources

TEXT = (".py", ".md", ".sh", ".toml", ".yaml", ".txt", ".in", ".html", ".js", ".mjs", ".css")
TEXT += (".sql", ".json", ".po", ".npmrc", ".importlinter", "Makefile", ".ci/run", ".gitignore")

rules = pytest.mark.parametrize("rule", LINE_RULES, ids=lambda rule: rule.name)


@rules
def test_no_line_breaks_the_rule(rule: LineRule) -> None:
    expect_none(found for source in sources(*TEXT) for found in wrong_lines(source, rule))


@rules
def test_the_examples_of_the_rule_pass_and_fail_as_they_say(rule: LineRule) -> None:
    path = f"{rule.under[0]}example{rule.endings[0]}"
    for line in rule.good:
        assert not list(wrong_lines(Source(path, line), rule)), line
    for line in rule.bad:
        assert list(wrong_lines(Source(path, line), rule)), line
