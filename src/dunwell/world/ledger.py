"""Ledger: the money rows that a chunk's conduct leaves in the lender's books up to the as-of day.

Full and part payments, payoffs, bounced direct debits and their reversal, money paid twice and
sent back, small sums forgiven. Whatever happens, the rows agree with Conduct: an installment
finished on a day is paid to the fen on that day, one not finished is short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dunwell.world.conduct import Conduct
from dunwell.world.draws import Bools, Draws, Ints
from dunwell.world.lending import Loans
from dunwell.world.payers import Kind, Truth
from dunwell.world.penalties import Penalties, accrue

CHANNELS = ("direct_debit", "bank_transfer", "wechat", "alipay", "counter")
CHANNEL_WEIGHTS = (52, 16, 16, 12, 4)
DIRECT_DEBIT = 0

ACCRUAL, CHARGE, WAIVER, WRITE_OFF, REFUND = range(5)
ADJUSTMENT_KINDS = ("accrual", "charge", "waiver", "write_off", "refund")
PRINCIPAL, INTEREST, PENALTY, FEE, COST = range(5)
COMPONENTS = ("principal", "interest", "penalty", "fee", "cost")
REASONS = (
    "逾期罚息",
    "诉讼费垫付",
    "提前结清减免未到期息费",
    "困难减免罚息",
    "尾差核销",
    "重复还款退回",
)

PAYOFF_PER_MILLE = {Kind.EARLY: 130, Kind.PUNCTUAL: 50, Kind.PAYDAY: 40, Kind.FORGETFUL: 40}
COST_AFTER_DAYS = 130


@dataclass(frozen=True, slots=True)
class Payments:
    """Payment rows in order of loan and day; `undoes` is the row a reversal takes back, or -1."""

    loan: Ints
    paid_on: Ints
    amount_fen: Ints
    channel: Ints
    undoes: Ints


@dataclass(frozen=True, slots=True)
class Adjustments:
    """Adjustment rows in order of loan and day; kinds, components, reasons by position."""

    loan: Ints
    seq: Ints
    kind: Ints
    component: Ints
    amount_fen: Ints
    effective_on: Ints
    reason: Ints


@dataclass(frozen=True, slots=True)
class Ledger:
    """Money rows of a chunk, and what they come to per installment on the as-of day.

    `part_fen` counts only part payments that have come in; `closed_early` marks
    installments that a payoff ended.
    """

    payments: Payments
    adjustments: Adjustments
    part_fen: Ints
    penalty_fen: Ints
    cost_fen: Ints
    closed_early: Bools
    settled: Bools


def keep_books(*, loans: Loans, conduct: Conduct, truth: Truth, as_of: int, draws: Draws) -> Ledger:
    """Write every money row of the chunk that is dated on or before `as_of`."""
    settled = loans.real & (conduct.finished_on <= as_of)
    closed_early, payoff_on = _payoffs(loans, conduct, truth, as_of, draws)
    settled |= closed_early
    part = _parts(loans, conduct, as_of)
    part[closed_early] = 0
    penalties = accrue(
        loans=loans, conduct=conduct, part_fen=part, closed_early=closed_early, as_of=as_of
    )
    cost = _court_costs(loans, settled, as_of, draws)
    whole = settled & ~closed_early
    owed = np.where(whole, loans.dues - part + penalties.total_fen, 0)
    rows = _Rows(loans=loans, conduct=conduct, as_of=as_of, draws=draws)
    rows.post_penalties(penalties)
    rows.post_costs(cost)
    rows.forgive(whole, owed, penalties.total_fen, truth.kind[loans.borrower])
    rows.pay(whole, conduct.finished_on, owed)
    rows.pay(part > 0, conduct.part_on, part)
    rows.pay_off(closed_early, payoff_on)
    rows.bounce(loans.real & ~closed_early)
    rows.pay_twice(whole & (owed > 0), owed)
    payments, adjustments = rows.close()
    return Ledger(
        payments=payments,
        adjustments=adjustments,
        part_fen=part,
        penalty_fen=penalties.total_fen,
        cost_fen=cost,
        closed_early=closed_early,
        settled=settled,
    )


def _payoffs(
    loans: Loans, conduct: Conduct, truth: Truth, as_of: int, draws: Draws
) -> tuple[Bools, Ints]:
    """Which installments a payoff ended, and the day: with some installment paid on time."""
    kind = truth.kind[loans.borrower]
    chance = np.zeros(loans.count, dtype=np.int64)
    for wanted, per_mille in PAYOFF_PER_MILLE.items():
        chance[kind == wanted] = per_mille
    last_kept = draws.below(np.maximum(loans.installments - 1, 1), loans.count)
    day = np.take_along_axis(conduct.finished_on, last_kept[:, None], axis=1)
    due = np.take_along_axis(loans.due_on, last_kept[:, None], axis=1)
    wants = draws.chance(chance, loans.count) & (loans.installments > 2)
    happens = wants & (day <= np.minimum(due, as_of))[:, 0]
    nth = np.arange(loans.due_on.shape[1])[None, :]
    return loans.real & happens[:, None] & (nth > last_kept[:, None]), day[:, 0]


def _parts(loans: Loans, conduct: Conduct, as_of: int) -> Ints:
    """Part payments that have come in, in whole tens of yuan as people send them."""
    sent = loans.dues * conduct.part_percent // 100 // 1000 * 1000
    return np.where(loans.real & (conduct.part_on <= as_of), sent, 0)


def _court_costs(loans: Loans, settled: Bools, as_of: int, draws: Draws) -> Ints:
    """A third of the long unpaid loans carry an advanced court fee, on their oldest unpaid due."""
    open_late = loans.real & ~settled & (loans.due_on <= as_of - COST_AFTER_DAYS)
    oldest = open_late & (np.cumsum(open_late, axis=1) == 1)
    sued = draws.chance(330, (loans.count, 1))
    left = np.sum(np.where(loans.real & ~settled, loans.principals, 0), axis=1, keepdims=True)
    fee = 5_000 + np.maximum(left - 1_000_000, 0) * 25 // 1000
    return np.where(oldest & sued, fee // 2, 0)


class _Rows:
    """Collects rows as flat arrays; close() puts them in order and numbers reversals."""

    def __init__(self, *, loans: Loans, conduct: Conduct, as_of: int, draws: Draws) -> None:
        self._loans, self._conduct, self._as_of, self._draws = loans, conduct, as_of, draws
        self._paid: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
        self._adjusted: list[tuple[Ints, ...]] = []
        self._made = 0
        self._habit = draws.pick(CHANNEL_WEIGHTS, loans.count)

    def post_penalties(self, penalties: Penalties) -> None:
        self._adjust(
            penalties.loan,
            penalties.seq,
            (ACCRUAL, PENALTY, 0),
            penalties.amount_fen,
            penalties.posted_on,
        )

    def post_costs(self, cost: Ints) -> None:
        loan, nth = np.nonzero(cost)
        posted_on = self._loans.due_on[loan, nth] + COST_AFTER_DAYS
        self._adjust(loan, nth + 1, (CHARGE, COST, 1), cost[loan, nth], posted_on)

    def forgive(self, whole: Bools, owed: Ints, penalty: Ints, kind: Ints) -> None:
        """Lower `owed` by what the lender waives: hardship penalties, odd fen of late payers."""
        shocked = (kind == Kind.SHOCK)[:, None] & self._draws.chance(450, owed.shape)
        self._waive(whole & shocked & (penalty > 0), (WAIVER, PENALTY, 3), owed, penalty)
        odd = owed % 100
        late = whole & ~shocked & (self._conduct.finished_on > self._loans.due_on) & (odd > 0)
        rounds_down = late & self._draws.chance(60, owed.shape)
        from_penalty = rounds_down & (penalty >= odd)
        self._waive(from_penalty, (WAIVER, PENALTY, 4), owed, odd)
        from_interest = rounds_down & ~from_penalty & (self._loans.interests >= odd)
        self._waive(from_interest, (WRITE_OFF, INTEREST, 4), owed, odd)

    def pay(self, where: Bools, day: Ints, amount: Ints) -> Ints:
        """One payment per marked installment; answers the temporary numbers of the rows."""
        loan, nth = np.nonzero(where & (amount > 0))
        return self._receive(loan, day[loan, nth], amount[loan, nth], self._habit[loan])

    def pay_off(self, closed: Bools, payoff_on: Ints) -> None:
        """One payment of all principal left; interest and fees not yet earned are waived."""
        rows = np.flatnonzero(closed.any(axis=1))
        principal = np.sum(np.where(closed, self._loans.principals, 0), axis=1)[rows]
        channel = self._draws.between(1, len(CHANNELS) - 1, len(rows))
        self._receive(rows, payoff_on[rows], principal, channel)
        for component, amounts in ((INTEREST, self._loans.interests), (FEE, self._loans.fees)):
            loan, nth = np.nonzero(closed & (amounts > 0))
            self._adjust(loan, nth + 1, (WAIVER, component, 2), amounts[loan, nth], payoff_on[loan])

    def bounce(self, open_to_debit: Bools) -> None:
        """Direct debits that looked paid on the due day and were taken back 1 to 3 days later."""
        loans, conduct = self._loans, self._conduct
        back_on = loans.due_on + self._draws.between(1, 3, loans.due_on.shape)
        first_money = np.where(conduct.part_percent > 0, conduct.part_on, conduct.finished_on)
        bounced = (
            open_to_debit
            & (self._habit == DIRECT_DEBIT)[:, None]
            & (back_on <= np.minimum(first_money, self._as_of))
            & self._draws.chance(90, loans.due_on.shape)
        )
        paid = self.pay(bounced, loans.due_on, loans.dues)
        loan, nth = np.nonzero(bounced)
        debit = np.full(len(loan), DIRECT_DEBIT)
        self._receive(loan, back_on[loan, nth], loans.dues[loan, nth], debit, undoes=paid)

    def pay_twice(self, whole: Bools, owed: Ints) -> None:
        """The same money twice within a day, sent back within a fortnight (or not yet)."""
        loans, again_on = self._loans, self._conduct.finished_on + self._draws.below(2, owed.shape)
        on_time = self._conduct.finished_on <= loans.due_on
        twice = whole & on_time & (again_on <= self._as_of) & self._draws.chance(3, owed.shape)
        loan, nth = np.nonzero(twice)
        amount, day = owed[loan, nth], again_on[loan, nth]
        other = self._draws.between(1, len(CHANNELS) - 1, len(loan))
        self._receive(loan, day, amount, other)
        back_on = day + self._draws.between(2, 14, len(loan))
        back = back_on <= self._as_of
        self._adjust(loan[back], nth[back] + 1, (REFUND, PRINCIPAL, 5), amount[back], back_on[back])

    def close(self) -> tuple[Payments, Adjustments]:
        """All rows in order of loan, day and then arrival."""
        loan, day, amount, channel, undoes = (
            np.concatenate(c) for c in zip(*self._paid, strict=True)
        )
        order = np.lexsort((day, loan))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        reversal = undoes >= 0
        undoes[reversal] = place[undoes[reversal]]
        adjusted = [np.concatenate(c) for c in zip(*self._adjusted, strict=True)]
        later = np.lexsort((adjusted[5], adjusted[0]))
        return (
            Payments(loan[order], day[order], amount[order], channel[order], undoes[order]),
            Adjustments(*(column[later] for column in adjusted)),
        )

    def _waive(self, where: Bools, kind: tuple[int, int, int], owed: Ints, amount: Ints) -> None:
        loan, nth = np.nonzero(where)
        owed[loan, nth] -= amount[loan, nth]
        day = self._conduct.finished_on[loan, nth]
        self._adjust(loan, nth + 1, kind, amount[loan, nth], day)

    def _receive(
        self, loan: Ints, day: Ints, amount: Ints, channel: Ints, undoes: Ints | None = None
    ) -> Ints:
        numbers = np.arange(self._made, self._made + len(loan), dtype=np.int64)
        self._made += len(loan)
        back = np.full(len(loan), -1, dtype=np.int64) if undoes is None else undoes
        self._paid.append((loan, day, amount, channel, back))
        return numbers

    def _adjust(
        self, loan: Ints, seq: Ints, kind: tuple[int, int, int], amount: Ints, day: Ints
    ) -> None:
        what, component, reason = (np.full(len(loan), code, dtype=np.int64) for code in kind)
        self._adjusted.append((loan, seq, what, component, amount, day, reason))
