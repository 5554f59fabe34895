"""Experiments: who is treated how by chance, what can be seen at all, and when a look may end it.

An experiment is data (`parse_experiment`); `arm_of` draws a borrower's arm by a stable
hash, so that the same borrower keeps one arm for ever and the chance of it is known;
`power` says what a test can see before it starts, `sequential` how far apart the arms must
be at an early look, `results` what each arm did, harm beside money. Called by the day
run's deciding and by the experiment flows. Amounts are fen, shares parts per million.
"""

from dunwell.core.experiment.arms import Arm, Drawn, arm_of, draw_ppm
from dunwell.core.experiment.power import needed_per_arm, smallest_effect
from dunwell.core.experiment.record import (
    HOLD_OUT,
    Experiment,
    Measure,
    UnsoundExperiment,
    parse_experiment,
)
from dunwell.core.experiment.results import ArmCounts, Comparison, compare
from dunwell.core.experiment.sequential import early_bounds

__all__ = [
    "HOLD_OUT",
    "Arm",
    "ArmCounts",
    "Comparison",
    "Drawn",
    "Experiment",
    "Measure",
    "UnsoundExperiment",
    "arm_of",
    "compare",
    "draw_ppm",
    "early_bounds",
    "needed_per_arm",
    "parse_experiment",
    "smallest_effect",
]
