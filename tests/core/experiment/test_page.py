"""The pages on experiments: their example is sound, and their table of sizes comes out again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dunwell.core.experiment import needed_per_arm, parse_experiment

DOCS = Path(__file__).resolve().parents[3] / "docs"
ROW = re.compile(r"^\| (\d+) ?% \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_of_the_page_is_sound(language: str) -> None:
    text = (DOCS / language / "experiments.md").read_text("utf-8")
    written = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    found = parse_experiment(written, file="page", least_hold_out_ppm=20_000)
    assert [arm.name for arm in found.arms] == ["champion", "earlier", "hold_out"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_of_sizes_comes_out_again(language: str) -> None:
    text = (DOCS / language / "experiments.md").read_text("utf-8")
    rows = ROW.findall(text)
    assert len(rows) == 3
    for base, *sizes in rows:
        for points, size in zip((1, 2, 3, 5), sizes, strict=True):
            found = needed_per_arm(base_rate=int(base) / 100, effect=points / 100)
            assert found == int(size.replace(",", "")), (base, points)
