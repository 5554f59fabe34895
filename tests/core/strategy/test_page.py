"""The pages on strategy are true: their example loads, and its borrower goes as the table says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dunwell.core.strategy import PlanStanding, parse_strategy, plan_of, step_of
from dunwell.store.policy.seeds import read_yaml
from tests.core.strategy.strategies import DAY, HOUSE
from tests.core.strategy.test_choosing import _borrower

ROOT = HOUSE.parents[3]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_worked_example_of_the_page(language: str) -> None:
    page = (ROOT / "docs" / language / "strategy.md").read_text("utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    strategy = parse_strategy(read_yaml(example, file="page"), file="page")
    told = re.findall(r"^\| (\d+) \| (\d+) \| (\w+) \| (\d+) \| (\w+) \|$", page, re.MULTILINE)
    assert len(told) == 7
    standing, seen = None, {}
    for days in range(28):
        facts = _borrower(failed_in_row=3 if days >= 6 else 0)
        day = DAY + timedelta(days=days)
        chosen = plan_of(strategy, facts)
        due = step_of(strategy, chosen, standing=standing, facts=facts, day=day)
        standing = PlanStanding(due.plan, due.step, due.since_on)
        seen[days] = (due.step, due.action, (due.due_on - DAY).days, due.why)
    for day_number, step, action, due_day, why in told:
        assert seen[int(day_number)] == (int(step), action, int(due_day), why)
