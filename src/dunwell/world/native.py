"""Native: a chunk as rows of the native book files, and of the truth file beside them.

Columns are those of the book's public interface, amounts are yuan text, days are ISO. No text
in the world holds a comma, a quote or a line break, so rows are joined without quoting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from dunwell.core.money import plain_yuan
from dunwell.world.chunk import Chunk
from dunwell.world.draws import Ints
from dunwell.world.ledger import ADJUSTMENT_KINDS, CHANNELS, COMPONENTS, REASONS
from dunwell.world.payers import KINDS
from dunwell.world.products import ALL_IN_CAP_PPM, PRODUCTS, YEAR_DAYS, plans
from dunwell.world.tables import districts

COLUMNS = {
    "borrowers": "borrower_no,name,id_type,id_no,mobile,language,employer,monthly_income,"
    "payday,flags,contact_prefs",
    "loans": "loan_no,borrower_no,product,branch,contract_no,disbursed_on,disbursed,principal,"
    "annual_rate_ppm,penalty_rate_ppm,repay_method,day_count_basis,allocation_order,"
    "cost_sheet_ref,max_all_in_rate_ppm",
    "installments": "loan_no,seq,due_date,principal,interest,fee,penalty",
    "payments": "payment_no,loan_no,paid_on,amount,channel,reverses",
    "adjustments": "adjustment_no,loan_no,seq,kind,component,amount,effective_on,reason",
    "holds": "loan_no,start,end,reason",
    "contacts": "borrower_no,role,name,relation,phone,address,tier,source,legal_basis,birth_year",
    "assets": "borrower_no,kind,note,value,evidenced_on,evidence",
    "reasons": "borrower_no,reason,noted_on,source",
}

TRUTH_COLUMNS = (
    "borrower_no,payer_kind,reach_per_mille,reminder_per_mille,ability_per_mille,"
    "willingness_per_mille,payday,miss_per_mille,pace_days,stop_after,shock_on,shock_days,"
    "recovers,season_from_month,season_months"
)

SHOCK_ON_AT = 8
"""Where the one day stands among the numbers of the truth."""

Rows = Iterable[str]


class NativeRows:
    """Writes chunks as rows; remembers how many payments and adjustments have a number."""

    def __init__(self) -> None:
        self._payments = 0
        self._adjustments = 0
        self.writers: dict[str, Callable[[Chunk], Rows]] = {
            "borrowers": borrower_rows,
            "loans": loan_rows,
            "installments": installment_rows,
            "payments": self.payment_rows,
            "adjustments": self.adjustment_rows,
            "holds": hold_rows,
            "contacts": contact_rows,
            "assets": asset_rows,
            "reasons": reason_rows,
        }

    def payment_rows(self, chunk: Chunk) -> Rows:
        """Payments of a chunk by loan and day; a reversal names the payment it undoes."""
        rows = chunk.ledger.payments
        first = self._payments + 1
        self._payments += len(rows.loan)
        loan_numbers = chunk.loans.numbers
        for at, (loan, day, amount, channel, undoes) in enumerate(
            zip(
                rows.loan.tolist(),
                chunk.days.of(rows.paid_on),
                map(plain_yuan, rows.amount_fen.tolist()),
                rows.channel.tolist(),
                rows.undoes.tolist(),
                strict=True,
            )
        ):
            back = f"P{first + undoes:09d}" if undoes >= 0 else ""
            number = loan_numbers[loan]
            yield f"P{first + at:09d},{number},{day},{amount},{CHANNELS[channel]},{back}"

    def adjustment_rows(self, chunk: Chunk) -> Rows:
        """Accruals, charges, waivers, write-offs and refunds of a chunk by loan and day."""
        rows = chunk.ledger.adjustments
        first = self._adjustments + 1
        self._adjustments += len(rows.loan)
        loan_numbers = chunk.loans.numbers
        for at, (loan, seq, kind, component, amount, day, reason) in enumerate(
            zip(
                rows.loan.tolist(),
                rows.seq.tolist(),
                rows.kind.tolist(),
                rows.component.tolist(),
                map(plain_yuan, rows.amount_fen.tolist()),
                chunk.days.of(rows.effective_on),
                rows.reason.tolist(),
                strict=True,
            )
        ):
            what = f"{ADJUSTMENT_KINDS[kind]},{COMPONENTS[component]}"
            yield (
                f"A{first + at:09d},{loan_numbers[loan]},{seq},{what},{amount},{day},"
                f"{REASONS[reason]}"
            )


def borrower_rows(chunk: Chunk) -> Rows:
    """Borrowers of a chunk; flags follow the holds, a few prefer a message to a call."""
    people = chunk.people
    disputed = {
        int(chunk.loans.borrower[loan])
        for loan, _, end, reason in chunk.holds
        if reason == "complaint" and end is None
    }
    paydays = chunk.truth.payday.tolist()
    columns = zip(
        people.numbers,
        people.names,
        people.id_numbers,
        people.mobiles,
        people.employers,
        people.incomes_yuan.tolist(),
        strict=True,
    )
    for b, (number, name, id_number, mobile, employer, income) in enumerate(columns):
        flags = "complaint" if b in disputed else ""
        # Every 23rd customer asked for messages; it needs no draw, as nothing hangs on who.
        prefers = "sms_first" if (people.first_number + b) % 23 == 7 else ""
        yield (
            f"{number},{name},ric,{id_number},{mobile},zh-Hans,{employer},{income}.00,"
            f"{paydays[b] or ''},{flags},{prefers}"
        )


def loan_rows(chunk: Chunk) -> Rows:
    """Loans of a chunk with their contract's parameters."""
    loans, table, owners = chunk.loans, plans(), chunk.people.numbers
    branches = [place.branch for place in districts()]
    disbursed_on = chunk.days.of(loans.disbursed_on)
    for at, (number, plan, owner) in enumerate(
        zip(loans.numbers, loans.plan.tolist(), loans.borrower.tolist(), strict=True)
    ):
        item = PRODUCTS[table.product[plan]]
        principal = plain_yuan(int(table.principal_fen[plan]))
        day = disbursed_on[at]
        yield (
            f"{number},{owners[owner]},{item.name},{branches[chunk.people.district[owner]]},"
            f"{contract_number(item.code, day, loans.first_number + at + 1)},{day},{principal},"
            f"{principal},{table.rate_ppm[plan]},{table.penalty_ppm[plan]},{item.repay_method},"
            f"{YEAR_DAYS},,CS-{item.code}-{day[:4]},{ALL_IN_CAP_PPM}"
        )


def contract_number(code: str, disbursed_on: str, running: int) -> str:
    """The lender's contract number 合同编号: product, year, running number."""
    return f"{code}-{disbursed_on[:4]}-{running:08d}"


def installment_rows(chunk: Chunk) -> Rows:
    """Installments of a chunk; penalties are posted as adjustments, so the column is nought."""
    loans, texts, numbers = chunk.loans, plans().texts, chunk.loans.numbers
    loan, nth = np.nonzero(loans.real)
    due = chunk.days.of(loans.due_on[loan, nth])
    for at, seq, day, plan in zip(
        loan.tolist(), nth.tolist(), due, loans.plan[loan].tolist(), strict=True
    ):
        yield f"{numbers[at]},{seq + 1},{day},{texts[plan][seq]},0.00"


def hold_rows(chunk: Chunk) -> Rows:
    """Holds of a chunk; an open one has no end."""
    numbers, days = chunk.loans.numbers, chunk.days
    for loan, start, end, reason in chunk.holds:
        yield f"{numbers[loan]},{days[start]},{'' if end is None else days[end]},{reason}"


def contact_rows(chunk: Chunk) -> Rows:
    """Contacts of a chunk, borrower by borrower."""
    numbers = chunk.people.numbers
    for rows in chunk.contacts:
        for c in rows:
            yield (
                f"{numbers[c.borrower]},{c.role},{c.name},{c.relation},{c.phone},{c.address},"
                f"{c.tier},{c.source},{c.legal_basis},{c.birth_year}"
            )


def asset_rows(chunk: Chunk) -> Rows:
    """Assets of a chunk."""
    return map(",".join, chunk.assets)


def reason_rows(chunk: Chunk) -> Rows:
    """Overdue reasons of a chunk, one per borrower who told one."""
    numbers = chunk.people.numbers
    for owner in sorted(chunk.reasons):
        code, day, source = chunk.reasons[owner]
        yield f"{numbers[owner]},{code},{chunk.days[day]},{source}"


def truth_rows(chunk: Chunk) -> Iterator[str]:
    """What is hidden behind each borrower; 0 or nothing where it does not apply."""
    truth = chunk.truth
    numbers: list[Ints] = [
        truth.reach,
        truth.reminder,
        truth.ability,
        truth.willingness,
        truth.payday,
        truth.miss_per_mille,
        truth.pace_days,
        truth.stop_after,
        truth.shock_on,
        truth.shock_days,
        truth.recovers,
        truth.season_from,
        truth.season_months,
    ]
    for number, kind, row in zip(
        chunk.people.numbers,
        truth.kind.tolist(),
        np.stack(numbers, axis=1).tolist(),
        strict=True,
    ):
        cells = list(map(str, row))
        cells[SHOCK_ON_AT] = chunk.days[row[SHOCK_ON_AT]] if row[SHOCK_ON_AT] else ""
        yield f"{number},{KINDS[kind].code},{','.join(cells)}"
