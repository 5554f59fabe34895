"""The pages on grading: their card, run over their rows, answers what they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dunwell.bulk.grading.scoring import score_file

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_of_the_page_is_what_the_command_answers(language: str, tmp_path: Path) -> None:
    text = (DOCS / language / "grade.md").read_text("utf-8")
    (card,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    features, answer = re.findall(r"```csv\n(.*?)```", text, flags=re.DOTALL)
    (tmp_path / "card.yaml").write_text(card, "utf-8")
    (tmp_path / "features.csv").write_text(features, "utf-8")
    out = tmp_path / "scores.csv"
    score_file(features=tmp_path / "features.csv", model=tmp_path / "card.yaml", out=out)
    assert out.read_text("utf-8") == answer
