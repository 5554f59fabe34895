"""Tape: one sheet of the loans overdue on the as-of day, as a lender hands it to its collectors.

Chinese headers as in the trade; a row per overdue loan, amounts in yuan, no schedule. With
flaws, a few rows carry what real sheets carry: a wrong day count, an ID number with a wrong check
digit, amounts that do not add up. Which rows, is written beside the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from dunwell.world.chunk import Chunk
from dunwell.world.days import EPOCH
from dunwell.world.draws import Draws, Ints, Stream
from dunwell.world.native import contract_number
from dunwell.world.products import PRODUCTS, plans
from dunwell.world.standing import BUCKETS
from dunwell.world.surroundings import Contact
from dunwell.world.tables import districts

CONTACTS = 2
COLUMNS = (
    "批次号",
    "产品名称",
    "机构",
    "委案日期",
    "客户号",
    "借据号",
    "合同编号",
    "客户姓名",
    "证件类型",
    "证件号码",
    "手机号",
    "居住地址",
    "单位地址",
    "单位",
    "月收入",
    "发薪日",
    "放款金额",
    "放款日期",
    "年化利率(%)",
    "还款方式",
    "逾期天数",
    "逾期阶段",
    "应还日期",
    "逾期期数",
    "委案金额",
    "逾期本金",
    "逾期利息",
    "罚息",
    "费用",
    "剩余本金",
    "最近还款日",
    "最近还款金额",
    "历史最大逾期",
    "借款笔数",
    "逾期笔数",
    "逾期原因",
    "特殊标识",
    "授权依据",
    "担保人",
    "担保人电话",
    *(f"联系人{n}{what}" for n in range(1, CONTACTS + 1) for what in ("姓名", "关系", "电话")),
)
METHODS = {
    "equal_installment": "等额本息",
    "interest_first": "先息后本",
    "bullet": "一次性还本付息",
}
FLAWS = ("past_due_days", "id_check_digit", "sum")
FLAW_WEIGHTS = (920, 40, 20, 20)
"""Of a thousand rows, how many are sound and how many carry each of FLAWS."""


@dataclass(frozen=True, slots=True)
class Yuan:
    """A cell that is money."""

    fen: int


Cell = str | int | float | date | Yuan | None


@dataclass(frozen=True, slots=True)
class TapeRow:
    """One row, its cells in the order of COLUMNS, and the flaw it carries ('' for none)."""

    loan_no: str
    cells: list[Cell]
    flaw: str


def tape_rows(*, chunk: Chunk, number: int, seed: int, flaws: bool) -> Iterator[TapeRow]:
    """Rows of a chunk's overdue loans, in order of loan number."""
    overdue = np.flatnonzero(chunk.standing.overdue)
    draws = Draws(seed=seed, chunk=number, stream=Stream.FLAWS)
    kinds = (draws.pick(FLAW_WEIGHTS, len(overdue)) if flaws else overdue * 0).tolist()
    sizes = draws.between(1, 20, len(overdue)).tolist()
    sheet = _Sheet(chunk)
    for loan, kind, size in zip(overdue.tolist(), kinds, sizes, strict=True):
        row = sheet.row(loan)
        flaw = FLAWS[kind - 1] if kind else ""
        if flaw:
            _spoil(row, flaw, size)
        cells = [row[column] for column in COLUMNS]
        yield TapeRow(loan_no=str(row["借据号"]), cells=cells, flaw=flaw)


def _spoil(row: dict[str, Cell], flaw: str, size: int) -> None:
    """Put one flaw into a row; `size` says how bad."""
    days, identity, placed = row["逾期天数"], row["证件号码"], row["委案金额"]
    assert isinstance(days, int) and isinstance(identity, str) and isinstance(placed, Yuan)
    if flaw == "past_due_days":
        row["逾期天数"] = days + size
    elif flaw == "id_check_digit":
        last = "0123456789X".index(identity[-1])
        row["证件号码"] = identity[:-1] + "0123456789X"[(last + 1 + size % 10) % 11]
    else:
        row["委案金额"] = Yuan(placed.fen + size * 1000 + 37)


class _Sheet:
    """What every row of a chunk looks up."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._loan_numbers = chunk.loans.numbers
        self._borrower_numbers = chunk.people.numbers
        self._branches = [place.branch for place in districts()]
        self._last_paid = _last_payments(chunk)
        owner, overdue = chunk.loans.borrower, chunk.standing.overdue
        self._loan_count = np.bincount(owner)
        self._overdue_count = np.bincount(owner, weights=overdue).astype(np.int64)
        self._open_complaints = {
            loan for loan, _, end, reason in chunk.holds if reason == "complaint" and end is None
        }

    def row(self, loan: int) -> dict[str, Cell]:
        """All cells of one overdue loan by column."""
        owner = int(self._chunk.loans.borrower[loan])
        return self._loan_cells(loan, owner) | self._amounts(loan) | self._person_cells(owner)

    def _loan_cells(self, loan: int, owner: int) -> dict[str, Cell]:
        chunk, table = self._chunk, plans()
        plan = int(chunk.loans.plan[loan])
        item = PRODUCTS[table.product[plan]]
        lent_on = int(chunk.loans.disbursed_on[loan])
        running = chunk.loans.first_number + loan + 1
        return {
            "批次号": f"WA{_date(chunk.as_of):%Y%m%d}",
            "产品名称": item.name,
            "机构": self._branches[chunk.people.district[owner]],
            "委案日期": _date(chunk.as_of),
            "客户号": self._borrower_numbers[owner],
            "借据号": self._loan_numbers[loan],
            "合同编号": contract_number(item.code, chunk.days[lent_on], running),
            "放款金额": Yuan(int(table.principal_fen[plan])),
            "放款日期": _date(lent_on),
            "年化利率(%)": int(table.rate_ppm[plan]) / 10_000,
            "还款方式": METHODS[item.repay_method],
            "借款笔数": int(self._loan_count[owner]),
            "逾期笔数": int(self._overdue_count[owner]),
            "特殊标识": "投诉" if loan in self._open_complaints else None,
            "授权依据": "借款合同",
        }

    def _amounts(self, loan: int) -> dict[str, Cell]:
        s = self._chunk.standing
        paid_on, paid_fen = self._last_paid.get(loan, (None, None))
        return {
            "逾期天数": int(s.past_due_days[loan]),
            "逾期阶段": BUCKETS[int(s.bucket[loan])],
            "应还日期": _date(int(s.oldest_due_on[loan])),
            "逾期期数": int(s.overdue_terms[loan]),
            "委案金额": Yuan(int(s.overdue_fen[loan])),
            "逾期本金": Yuan(int(s.principal_fen[loan])),
            "逾期利息": Yuan(int(s.interest_fen[loan])),
            "罚息": Yuan(int(s.penalty_fen[loan])),
            "费用": Yuan(int(s.fee_fen[loan])),
            "剩余本金": Yuan(int(s.principal_left_fen[loan])),
            "最近还款日": None if paid_on is None else _date(paid_on),
            "最近还款金额": None if paid_fen is None else Yuan(paid_fen),
            "历史最大逾期": int(s.worst_days[loan]),
        }

    def _person_cells(self, owner: int) -> dict[str, Cell]:
        chunk = self._chunk
        people, reason = chunk.people, chunk.reasons.get(owner)
        works = people.employers[owner]
        return {
            "客户姓名": people.names[owner],
            "证件类型": "身份证",
            "证件号码": people.id_numbers[owner],
            "手机号": people.mobiles[owner],
            "居住地址": people.home_addresses[owner],
            "单位地址": people.work_addresses[owner] if works else None,
            "单位": works or None,
            "月收入": Yuan(int(people.incomes_yuan[owner]) * 100),
            "发薪日": int(chunk.truth.payday[owner]) or None,
            "逾期原因": reason[0] if reason else None,
            **_contact_cells(chunk.contacts[owner]),
        }


def _contact_cells(contacts: list[Contact]) -> dict[str, Cell]:
    guarantor = next((c for c in contacts if c.role == "guarantor"), None)
    others = [c for c in contacts if c.role in ("spouse_obligor", "contact")]
    cells: dict[str, Cell] = {
        "担保人": guarantor.name if guarantor else None,
        "担保人电话": guarantor.phone if guarantor else None,
    }
    for nth in range(CONTACTS):
        c = others[nth] if nth < len(others) else None
        cells[f"联系人{nth + 1}姓名"] = c.name if c else None
        cells[f"联系人{nth + 1}关系"] = c.relation if c else None
        cells[f"联系人{nth + 1}电话"] = c.phone if c else None
    return cells


def _last_payments(chunk: Chunk) -> dict[int, tuple[int, int]]:
    """The day and amount of each loan's last payment that was not taken back."""
    rows = chunk.ledger.payments
    stands = rows.undoes < 0
    stands[rows.undoes[rows.undoes >= 0]] = False
    last: dict[int, tuple[int, int]] = {}
    kept: tuple[Ints, ...] = (rows.loan[stands], rows.paid_on[stands], rows.amount_fen[stands])
    for loan, day, fen in zip(*(column.tolist() for column in kept), strict=True):
        last[loan] = (day, fen)
    return last


def _date(day: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + day)
