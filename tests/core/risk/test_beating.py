"""A learned card beats another only by more than the fold spread, and without a breach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dunwell.core.risk.beating import beats
from dunwell.core.risk.training.judging import Evaluation

OLD = Evaluation(
    auc=0.70,
    auc_fold_sd=0.02,
    ks=0.3,
    brier=0.2,
    calibration_slope=1.0,
    ece=0.01,
    ece_floor=0.01,
    top10_capture=0.15,
    psi=0.01,
    monotonicity_breaches=0,
)


@pytest.mark.parametrize(
    ("auc", "spread", "breaches", "better"),
    [
        (0.73, 0.01, 0, True),
        (0.715, 0.01, 0, False),  # the old one's own spread is 0.02
        (0.73, 0.04, 0, False),
        (0.80, 0.01, 1, False),
        (0.60, 0.01, 0, False),
    ],
)
def test_a_card_beats_another(auc: float, spread: float, breaches: int, better: bool) -> None:
    new = replace(OLD, auc=auc, auc_fold_sd=spread, monotonicity_breaches=breaches)
    assert beats(new, OLD).beats is better
