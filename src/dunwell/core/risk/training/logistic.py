"""Logistic regression in two small forms: with weights that may not be negative, and a line.

Called by `fitting` and `figures`. The first joins the columns of a card: a negative weight
would turn a column's direction round, so none is allowed. The second puts a score on the
scale of log odds (calibration).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dunwell.core.risk.training.binning import Flags, Floats

_MOST_STEPS, _MOST_HALVINGS, _MOST_SWEEPS = 30, 20, 300
_BLOCK_ROWS, _BLOCK_CELLS, _BLOCK_PRODUCTS = 512, 1 << 13, 1 << 18
"""Above these, cells of a block and products of it with itself, OpenBLAS wakes its threads."""
_NEAR = 1e-7
"""A step this small changes no point of a card."""


class Line(NamedTuple):
    """Log odds of bad = `start` + `slope` x score."""

    start: float
    slope: float

    def probabilities(self, scores: Floats) -> Floats:
        """The chance of bad of each score."""
        return _chance(self.start + self.slope * scores)


def fit_weights(
    columns: Floats, bad: Flags, *, penalty: float, begin: Floats | None = None
) -> Floats:
    """Intercept and weights of the penalised logistic regression; no weight is below 0.

    `penalty` weighs the sum of squares of the weights per row. `begin` is where to start
    from: the answer for a penalty nearby, if there is one.
    """
    rate, width = float(bad.mean()), columns.shape[1]
    blocks = _blocks(columns, bad)
    held = np.concatenate([[0.0], np.full(width, penalty)])
    at = begin
    if at is None:
        at = np.concatenate([[np.log(rate / (1 - rate))], np.full(width, 0.3)])
    value = _loss(blocks, held, at)
    for _ in range(_MOST_STEPS):
        step = _best_step(*_bend_and_slope(blocks, held, at), at)
        # Newton's step is for the parabola; where the loss itself rises, half of it is tried.
        for _ in range(_MOST_HALVINGS):
            tried = _loss(blocks, held, at + step)
            if tried <= value:
                break
            step = step / 2
        at, value = at + step, tried
        if float(np.abs(step).max()) < _NEAR:
            break
    return at


class _Blocks(NamedTuple):
    """Rows in blocks of one size, the last filled up with rows that weigh nothing.

    Small blocks are multiplied by one thread each, in one order: the same bytes whatever
    the machine, and no threads that wait for one another.
    """

    wide: Floats
    bad: Floats
    weight: Floats
    rows: int


def _blocks(columns: Floats, bad: Flags) -> _Blocks:
    rows, width = len(columns), columns.shape[1] + 1
    block = max(1, min(_BLOCK_ROWS, _BLOCK_CELLS // width, _BLOCK_PRODUCTS // width**2))
    count = -(-rows // block)
    room = count * block
    wide = np.zeros((room, width))
    wide[:rows, 0], wide[:rows, 1:] = 1.0, columns
    hit, weight = np.zeros(room), np.zeros(room)
    hit[:rows], weight[:rows] = bad, 1.0
    shape = (count, block)
    return _Blocks(wide.reshape(*shape, -1), hit.reshape(shape), weight.reshape(shape), rows)


def _loss(blocks: _Blocks, held: Floats, at: Floats) -> float:
    linear = blocks.wide @ at
    lost = blocks.weight * np.logaddexp(0, linear) - blocks.bad * linear
    return float(lost.sum() / blocks.rows + held @ (at * at) / 2)


def _bend_and_slope(blocks: _Blocks, held: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Second and first derivatives of the loss."""
    chance = _chance(blocks.wide @ at) * blocks.weight
    across = blocks.wide.transpose(0, 2, 1)
    slope = (across @ (chance - blocks.bad)[..., None]).sum(axis=0)[:, 0] / blocks.rows
    curved = blocks.wide * (chance * (1 - chance))[..., None]
    bend = (across @ curved).sum(axis=0) / blocks.rows
    return bend + np.diag(held + 1e-9), slope + held * at


def _best_step(bend: Floats, slope: Floats, at: Floats) -> Floats:
    """The step to the least point of the parabola that keeps all but the intercept from
    falling below 0, found one weight after the other."""
    step, now = np.zeros_like(at), slope.copy()
    for _ in range(_MOST_SWEEPS):
        moved = 0.0
        for n in range(len(at)):
            wanted = step[n] - now[n] / bend[n, n]
            change = (wanted if n == 0 else max(wanted, -at[n])) - step[n]
            if change:
                now += bend[:, n] * change
                step[n] += change
                moved = max(moved, abs(change))
        if moved < _NEAR:
            break
    return step


def fit_line(scores: Floats, bad: Flags) -> Line:
    """The calibration of scores: log odds as a line of the score, by likelihood.

    A hair of penalty on the slope keeps it finite where scores part the outcomes wholly.
    """
    centre, spread = float(scores.mean()), float(scores.std()) or 1.0
    rate, scaled = float(bad.mean()), (scores - centre) / spread
    start, slope = float(np.log(rate / (1 - rate))), 0.0
    for _ in range(_MOST_STEPS):  # Newton's steps: the loss is convex and smooth
        chance = _chance(start + slope * scaled)
        wrong, curve = chance - bad, chance * (1 - chance)
        down = np.array([wrong.sum(), (wrong * scaled).sum() + 1e-6 * slope])
        cross = (curve * scaled).sum()
        bend = np.array(
            [[curve.sum() + 1e-9, cross], [cross, (curve * scaled * scaled).sum() + 1e-6]]
        )
        step = np.clip(np.linalg.solve(bend, down), -4, 4)
        start, slope = start - float(step[0]), slope - float(step[1])
        if float(np.abs(step).max()) < _NEAR:
            break
    return Line(start=start - slope * centre / spread, slope=slope / spread)


def fit_rising_line(scores: Floats, bad: Flags) -> Line:
    """The same for scores that must rise with the odds of bad.

    Where they came out the other way round nothing was learned, so nothing is said: everybody
    gets the share of bad among these rows.
    """
    line = fit_line(scores, bad)
    if line.slope > 0:
        return line
    rate = float(bad.mean())
    return Line(float(np.log(rate / (1 - rate))), 0.0)


def _chance(linear: Floats) -> Floats:
    """The chance behind log odds; far out it is 0 or 1 without an overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(linear / 2), dtype=np.float64)
