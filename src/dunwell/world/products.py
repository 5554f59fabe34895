"""Products: what the lender sells, and the exact schedule of every loan it can make.

Principals, terms and rates come in steps, so all possible schedules (a few thousand "plans")
are worked out once, in whole fen, with dunwell.core.money; a loan then only names its plan.
A month is 30 of 360 days. All rates with fees stay within the 24 % all-in cap (rule CN-M04).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product as every

import numpy as np

from dunwell.core.money import interest_fen, plain_yuan
from dunwell.world.draws import Ints

MOST_TERMS = 24
ALL_IN_CAP_PPM = 240_000
MONTH_DAYS = 30
YEAR_DAYS = 360


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `terms` are months with their weights, principals are yuan in steps."""

    code: str
    name: str
    repay_method: str
    weight: int
    terms: tuple[tuple[int, int], ...]
    principals_yuan: range
    rates_ppm: tuple[int, ...]
    monthly_fee_ppm: int = 0


PRODUCTS = (
    Product(
        code="JY",
        name="经营快贷",
        repay_method="interest_first",
        weight=25,
        terms=((6, 35), (12, 65)),
        principals_yuan=range(20_000, 200_001, 10_000),
        rates_ppm=(108_000, 120_000, 144_000, 156_000),
    ),
    Product(
        code="SH",
        name="商户月供贷",
        repay_method="equal_installment",
        weight=20,
        terms=((12, 40), (18, 25), (24, 35)),
        principals_yuan=range(10_000, 150_001, 5_000),
        rates_ppm=(132_000, 150_000, 168_000),
    ),
    Product(
        code="XF",
        name="消费分期",
        repay_method="equal_installment",
        weight=42,
        terms=((3, 5), (6, 15), (9, 10), (12, 40), (18, 15), (24, 15)),
        principals_yuan=range(2_000, 50_001, 1_000),
        rates_ppm=(144_000, 168_000, 180_000, 192_000),
        monthly_fee_ppm=1_000,
    ),
    Product(
        code="ZZ",
        name="一次性周转贷",
        repay_method="bullet",
        weight=13,
        terms=((1, 30), (3, 45), (6, 25)),
        principals_yuan=range(3_000, 50_001, 1_000),
        rates_ppm=(120_000, 144_000, 156_000),
    ),
)


@dataclass(frozen=True, slots=True)
class Plans:
    """Every possible loan; arrays have one row per plan, and MOST_TERMS columns where due."""

    product: Ints
    first_of_product: tuple[int, ...]
    principal_fen: Ints
    rate_ppm: Ints
    penalty_ppm: Ints
    months: Ints
    installments: Ints
    step_months: Ints
    principals: Ints
    interests: Ints
    fees: Ints
    texts: list[list[str]]


@cache
def plans() -> Plans:
    """Work out all plans, once in a process."""
    rows: list[tuple[int, int, int, int]] = []
    first: list[int] = []
    for position, item in enumerate(PRODUCTS):
        first.append(len(rows))
        for (months, _), yuan, rate in every(item.terms, item.principals_yuan, item.rates_ppm):
            rows.append((position, months, yuan * 100, rate))
    schedules = [
        schedule(item=PRODUCTS[at], months=months, principal_fen=fen, rate_ppm=rate)
        for at, months, fen, rate in rows
    ]
    table = np.zeros((3, len(rows), MOST_TERMS), dtype=np.int64)
    for at, lines in enumerate(schedules):
        for nth, parts in enumerate(lines):
            table[:, at, nth] = parts
    columns = np.array(rows, dtype=np.int64)
    count = np.array([len(lines) for lines in schedules], dtype=np.int64)
    return Plans(
        product=columns[:, 0],
        first_of_product=tuple(first),
        principal_fen=columns[:, 2],
        rate_ppm=columns[:, 3],
        penalty_ppm=np.minimum(columns[:, 3] * 3 // 2, ALL_IN_CAP_PPM),
        months=columns[:, 1],
        installments=count,
        step_months=columns[:, 1] // count,
        principals=table[0],
        interests=table[1],
        fees=table[2],
        texts=[[",".join(map(plain_yuan, parts)) for parts in lines] for lines in schedules],
    )


def schedule(
    *, item: Product, months: int, principal_fen: int, rate_ppm: int
) -> list[tuple[int, int, int]]:
    """Answer (principal, interest, fee) of each installment, in fen; principals add up exactly."""
    fee = principal_fen * item.monthly_fee_ppm // 1_000_000
    if item.repay_method == "bullet":
        interest = _month_interest(principal_fen, rate_ppm, months)
        return [(principal_fen, interest, fee * months)]
    if item.repay_method == "interest_first":
        interest = _month_interest(principal_fen, rate_ppm, 1)
        return [
            (principal_fen if nth == months else 0, interest, fee) for nth in range(1, months + 1)
        ]
    return _equal_installments(principal_fen, rate_ppm, months, fee)


def _equal_installments(
    principal_fen: int, rate_ppm: int, months: int, fee_fen: int
) -> list[tuple[int, int, int]]:
    """等额本息: the level amount half up to the fen; the last installment takes the rounding."""
    growth = 1 + Fraction(rate_ppm, 12_000_000)
    grown: Fraction = growth**months
    exact = principal_fen * (growth - 1) * grown / (grown - 1)
    level = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    left, lines = principal_fen, []
    for nth in range(1, months + 1):
        interest = _month_interest(left, rate_ppm, 1)
        principal = left if nth == months else level - interest
        left -= principal
        lines.append((principal, interest, fee_fen))
    assert left == 0, "the principals of a schedule are the loan's principal"
    return lines


def _month_interest(base_fen: int, rate_ppm: int, months: int) -> int:
    return interest_fen(
        base_fen=base_fen, rate_ppm=rate_ppm, days=MONTH_DAYS * months, basis_days=YEAR_DAYS
    )
