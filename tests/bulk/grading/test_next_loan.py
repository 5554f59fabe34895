"""The real next-loan set: both models stand at the anchors measured for the same label.

Points card 0.696 ± .019, trees 0.710 ± .020 (fold spread): a bar below is the anchor less
the noise of one seed (0.005). The loans lie in ../shared and are read here only.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bench.next_loan import DIRECTIONS, write_features
from dunwell.bulk.grading.evaluating import evaluate_file
from dunwell.bulk.grading.recipes import ModelKind
from dunwell.bulk.grading.training import train_file


@pytest.mark.parametrize(("kind", "bar"), [("card", 0.696), ("lightgbm", 0.705)])
def test_a_model_of_the_next_loan_stands_at_its_anchor(
    kind: ModelKind, bar: float, tmp_path: Path
) -> None:
    features, stated = tmp_path / "next_loan.parquet", tmp_path / "directions.json"
    write_features(features)
    stated.write_text(json.dumps({name: way for name, way in DIRECTIONS.items() if way}), "utf-8")
    trained = train_file(
        features=features,
        target="bad",
        out=tmp_path / "model",
        model=kind,
        monotone=stated,
        seed=1,
        from_on=date(2026, 11, 23),
    )
    assert (trained.rows, trained.bad) == (4_368, 952)
    found = evaluate_file(features=features, target="bad", model=tmp_path / "model").figures
    assert found.auc >= bar
    assert found.ece <= found.ece_floor + 0.01
    assert 0.9 <= found.calibration_slope <= 1.1
    assert found.monotonicity_breaches == 0
