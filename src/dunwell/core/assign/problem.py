"""The assignment problem as arrays: checked, in order of key, values by action.

Made by core.assign.pricing and read by core.assign.filling. Rows stand in order of
their keys here; `in_given_order` takes an answer back to the caller's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dunwell.core.refusal import Refusal

Ints = NDArray[np.int64]

MOST_FEN = 1 << 40
"""No single gain is larger (about eleven billion yuan): the arithmetic stays exact below it."""


class WrongShape(Refusal):
    """Arrays that do not fit together. Figures: what, found, wanted."""

    code = "ASSIGN-SHAPE"


@dataclass(frozen=True, slots=True)
class Need:
    """What one action takes of which limit: both one number for all rows, or one per row.

    A limit of -1 or an amount of 0 takes nothing. Several needs of one action add up.
    """

    action: int
    limit: int | Ints
    amount: int | Ints = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Values [action, row] with rows in order of key; needs as arrays over those rows."""

    values: Ints
    needs: tuple[tuple[int, Ints, Ints], ...]
    limits: Ints
    order: Ints

    @classmethod
    def checked(
        cls, *, values_fen: Ints, needs: Sequence[Need], limits: Ints, keys: Ints | None
    ) -> Problem:
        """The problem in order of key. Refuses WrongShape."""
        values = np.asarray(values_fen)
        if values.ndim != 2 or not values.shape[1] or values.dtype.kind not in "iu":
            _refuse("values_fen", values.shape, "whole numbers [row, action], one action at least")
        if values.size and (values[:, 0].any() or int(np.abs(values).max()) > MOST_FEN):
            _refuse("values_fen", "column 0 or size", f"0 in column 0, at most {MOST_FEN}")
        room = np.asarray(limits, dtype=np.int64)
        if room.ndim != 1 or (room < 0).any():
            _refuse("limits", room.shape, "one dimension, none negative")
        rows, actions = values.shape
        number = np.arange(rows) if keys is None else np.asarray(keys)
        if number.shape != (rows,):
            _refuse("keys", number.shape, f"{rows} keys")
        order = np.argsort(number, kind="stable").astype(np.int64)
        told = tuple(_checked_need(need, rows, actions, len(room), order) for need in needs)
        by_action = np.ascontiguousarray(values.T[:, order].astype(np.int64))
        # Whatever is below nothing is simply not wanted: how far below does not matter.
        return cls(np.maximum(by_action, -1), told, room, order)

    def in_given_order(self, answer: Ints) -> Ints:
        """An answer per row, for the rows as the caller gave them."""
        given = np.empty_like(answer)
        given[self.order] = answer
        return given


def _checked_need(
    need: Need, rows: int, actions: int, limits: int, order: Ints
) -> tuple[int, Ints, Ints]:
    limit = np.broadcast_to(np.asarray(need.limit, dtype=np.int64), (rows,))[order]
    amount = np.broadcast_to(np.asarray(need.amount, dtype=np.int64), (rows,))[order]
    if not 0 < need.action < actions:
        _refuse("need.action", need.action, f"1 to {actions - 1}; action 0 takes nothing")
    if rows and (int(limit.max()) >= limits or int(amount.min()) < 0):
        _refuse("need", need.action, f"limits up to {limits - 1}, amounts from 0")
    return need.action, limit, np.where(limit < 0, 0, amount)


def _refuse(what: str, found: object, wanted: str) -> None:
    raise WrongShape(what=what, found=str(found), wanted=wanted)
