"""Does a learned card beat the one in force? By more than chance, or it does not count.

Called by flows.improve.replace_card with two evaluations on the same rows and folds. AUC
moves from fold to fold by itself; only a gain above that spread is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dunwell.core.risk.training.judging import Evaluation


@dataclass(frozen=True, slots=True)
class Beaten:
    """The verdict: `gain` in AUC, the `spread` it had to exceed, and whether it counts."""

    beats: bool
    gain: float
    spread: float


def beats(new: Evaluation, old: Evaluation) -> Beaten:
    """Whether the new model is better out of fold than the old by more than the fold spread.

    The spread is the larger of the two models'. A model that ever went against a direction
    beats nobody.
    """
    gain = new.auc - old.auc
    spread = max(new.auc_fold_sd, old.auc_fold_sd)
    return Beaten(gain > spread and new.monotonicity_breaches == 0, gain, spread)
