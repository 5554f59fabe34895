"""Draws: the only source of chance in the world.

Raw 64-bit words of PCG64 are turned into whole numbers here, by multiplication and shift.
Neither numpy's own distributions (their streams may change between versions) nor any floating
point takes part, so a seed gives the same bytes on every machine. Each part of a chunk of
loans draws from a stream of its own: a new draw in one part moves nothing in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Shape = int | tuple[int, ...]


class Stream(IntEnum):
    """One stream of draws per part of a chunk; a number once given is never used again."""

    PEOPLE = 1
    LENDING = 2
    PAYERS = 3
    CONDUCT = 4
    LEDGER = 5
    SURROUNDINGS = 6
    FLAWS = 7
    CARELESS = 8


class Draws:
    """Whole-number draws for one chunk and one stream of one seed."""

    def __init__(self, *, seed: int, chunk: int, stream: Stream) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, chunk, int(stream)]))

    def below(self, bound: int | Ints, shape: Shape) -> Ints:
        """Whole numbers in [0, bound); `bound` may be an array that fits `shape`."""
        size = int(np.prod(shape))
        words = self._bits.random_raw(size).reshape(shape) >> np.uint64(32)
        scaled = (words * np.asarray(bound).astype(np.uint64)) >> np.uint64(32)
        return scaled.astype(np.int64)

    def between(self, least: int, most: int, shape: Shape) -> Ints:
        """Whole numbers in [least, most], both ends included."""
        return self.below(most - least + 1, shape) + least

    def chance(self, per_mille: int | Ints, shape: Shape) -> Bools:
        """True in `per_mille` of a thousand places."""
        return self.below(1000, shape) < np.asarray(per_mille)

    def pick(self, weights: Sequence[int] | Ints, shape: Shape) -> Ints:
        """Positions in `weights`, each as often as its weight says."""
        reached = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(reached, self.below(int(reached[-1]), shape), side="right")
