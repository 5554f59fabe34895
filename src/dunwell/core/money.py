"""Money: whole fen in integers, yuan only in text going in or out.

Rates are integer parts per million (ppm) a year. Interest is rounded half up
in one place, here, and proved against fractions.Fraction.
"""

from __future__ import annotations

import re
import unicodedata

from dunwell.core.refusal import Refusal

MAX_FEN = 10**15
"""Ten trillion yuan: any larger figure is a wrong column, not a debt."""

_WRITTEN = re.compile(
    # A sign may stand before or after the currency mark: -¥5, ¥-5. Blanks only around the
    # number: inside it they may part two amounts.
    r"(?P<minus>-)? *(?:¥|RMB|CNY)? *(?P<minus_after>-)? *"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,20})(?:\.(?P<part>[0-9]{0,20}))?"
    r" *(?P<unit>(?:万|亿)?[元圆]?)"
)
_UNIT_FEN = {"": 100, "万": 1_000_000, "亿": 10_000_000_000}


class UnreadableMoney(Refusal):
    """A text that is not an amount of yuan. Figures: value."""

    code = "MONEY-UNREADABLE"


def parse_yuan(text: str, *, unit_fen: int = 100) -> int:
    """Read an amount in yuan and answer it in whole fen.

    Accepts 1234.5, 1,234.50, ￥1234.5, 1234元, 1.2万, and full-width digits. A bare
    number counts `unit_fen` (a column in 万元: 1,000,000); a unit in the text wins.
    Refuses (UnreadableMoney) anything else, more precision than the fen, and
    amounts beyond MAX_FEN.

    >>> parse_yuan("1,234.50"), parse_yuan("￥1234.5"), parse_yuan("1.2万"), parse_yuan("１２３")
    (123450, 123450, 1200000, 12300)
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    match = _WRITTEN.fullmatch(plain)
    # A footnote mark such as ² would become a digit of the amount.
    footnoted = any(sign.isdigit() and not sign.isdecimal() for sign in text)
    if match is None or footnoted or (match["minus"] and match["minus_after"]):
        raise UnreadableMoney(value=text)
    whole, part, unit = match["whole"].replace(",", ""), match["part"] or "", match["unit"]
    each_fen = _UNIT_FEN[unit.rstrip("元圆")] if unit else unit_fen
    scale: int = 10 ** len(part)
    fen, lost = divmod(int(whole + part) * each_fen, scale)
    if lost or fen > MAX_FEN:
        raise UnreadableMoney(value=text)
    return -fen if match["minus"] or match["minus_after"] else fen


def format_yuan(fen: int, *, mark: str = "¥") -> str:
    """Write fen as yuan with thousands separators and two decimals.

    >>> format_yuan(123450), format_yuan(-5, mark="")
    ('¥1,234.50', '-0.05')
    """
    minus = "-" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    return f"{minus}{mark}{whole:,}.{part:02d}"


def plain_yuan(fen: int) -> str:
    """Write fen as yuan for files: no mark, no separators.

    >>> plain_yuan(123450)
    '1234.50'
    """
    return format_yuan(fen, mark="").replace(",", "")


def interest_fen(*, base_fen: int, rate_ppm: int, days: int, basis_days: int = 365) -> int:
    """Simple interest on `base_fen` at `rate_ppm` a year for `days`, half up to the fen.

    >>> interest_fen(base_fen=3_000_000, rate_ppm=270_000, days=120)
    266301
    """
    if base_fen < 0 or rate_ppm < 0 or days < 0 or basis_days <= 0:
        raise ValueError("interest needs non-negative base, rate and days, and a positive basis")
    divisor = basis_days * 1_000_000
    return (base_fen * rate_ppm * days + divisor // 2) // divisor
