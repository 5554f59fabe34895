"""The pages about wording say what the lexicon and the labelled set say."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import read_wording_set
from tests.core.wording.checked import SET, scores_of

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [(DOCS / "zh/wording.md").read_text("utf-8"), (DOCS / "en/wording.md").read_text("utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_every_class_stands_there_with_its_rule_and_severity(page: str) -> None:
    for one in wording_checker().lexicon.classes.values():
        title = one.title if page is PAGES[0] else one.title_en
        assert f"| `{one.id}` | {title} | {one.rule} | {one.severity} |" in page


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
@pytest.mark.parametrize("split", ["development", "held_out", "fresh"])
def test_the_figures_of_the_table_are_the_measured_ones(page: str, split: str) -> None:
    sentences = [one for one in read_wording_set(SET) if one.split == split]
    pooled = scores_of(sentences)["pooled"]
    figures = (
        (pooled.precision, *pooled.precision_interval),
        (pooled.recall, *pooled.recall_interval),
    )
    cells = " | ".join(f"{share:.3f} [{low:.3f}, {high:.3f}]" for share, low, high in figures)
    assert f"{cells} |" in page
