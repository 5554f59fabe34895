"""How one cell is read: the meaning of each kind, from text to the value that is staged.

`read_cell` is the meaning; `quick.py` holds the same meaning as SQL for plain
forms, and a property test holds the two equal. Cells that mean "nothing"
(choices.yaml, `empty`) never come here. Raises CellRefused, UnreadableMoney or
UnreadableDay. Money is fen, rates are parts per million.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dunwell.bulk.intake.refusals import (
    DamagedText,
    DigitsLost,
    FormulaError,
    NotAChoice,
    NotACount,
    NotARate,
    NotInFormat,
    SeveralPhones,
    TooLong,
)
from dunwell.bulk.intake.tables import Field, Kind
from dunwell.core.allocation import UnreadableOrder, parse_order
from dunwell.core.days import FIRST_DAY, LAST_DAY, parse_day
from dunwell.core.money import parse_yuan

WHITE = " \t\r\n\f\v\u00a0\u3000\ufeff\u200b"
"""Blanks of any width, trimmed from both ends of every cell."""

Value = str | int | date | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_WRAPPED = re.compile(r'="([^"]*)"|[\'`]([0-9].*)', re.DOTALL)
_DIGITS_LOST = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_COUNT = re.compile(r"第?([0-9]{1,9})(?:\.0*)?(?:天|日|期|个月|次|笔|%)?")
_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,18})?)(%|‰)?")
_PHONE_PARTS = re.compile(r"[;,/、|\s]+")
_COMPONENT_PARTS = re.compile(r"[>,;、/\s-]+|→")


@dataclass(frozen=True)
class Form:
    """How a column is written: fen per unit of money, unit of a rate, strptime date format."""

    unit_fen: int = 100
    rate_unit: str = "auto"
    date_format: str | None = None


def read_cell(text: str, field: Field, form: Form) -> Value:
    """Read the cell `text` as `field`, written in `form`; None if nothing is left of it."""
    text = _unwrapped(text)
    match field.kind:
        case Kind.MONEY:
            return parse_yuan(text.strip(WHITE), unit_fen=form.unit_fen)
        case Kind.DAY:
            return _day(text, form.date_format)
        case Kind.COUNT:
            return _count(text, field.limit)
        case Kind.RATE:
            return _rate(text, form.rate_unit, field.limit)
        case Kind.CHOICE:
            return _choice(text, field.choices or "")
        case Kind.ORDER:
            return _order(text)
        case Kind.PHONE:
            return _phone(text, field)
        case Kind.KEY | Kind.ID_NO:
            return _long_number(text, field)
        case _:
            return _text(text, field.limit)


def is_empty(text: str) -> bool:
    """Whether a cell says nothing: blank, or one of the marks lenders write for that."""
    return text.strip(WHITE).lower() in empty_marks()


@cache
def empty_marks() -> frozenset[str]:
    """The marks that mean nothing, in lower case."""
    return frozenset(mark.lower() for mark in _lists()["empty"])


@cache
def choices_of(name: str) -> Mapping[str, str]:
    """What may be written for each code of the closed list `name`, in folded form."""
    said: dict[str, str] = {}
    for code, words in _lists()[name].items():
        said |= {_folded(word): code for word in (code, *words)}
    return said


def _unwrapped(text: str) -> str:
    """Without what keeps a spreadsheet from rounding long numbers: ="0123" and '0123."""
    wrapped = _WRAPPED.fullmatch(text.strip(WHITE))
    return text if wrapped is None else (wrapped[1] or wrapped[2] or "")


def _text(text: str, limit: int) -> str | None:
    if "\ufffd" in text:
        raise DamagedText(value=text)
    if _FORMULA_ERROR.fullmatch(text.strip(WHITE)):
        raise FormulaError(value=text)
    cleaned = _CONTROL.sub(" ", text.strip(WHITE)).strip(WHITE)
    if len(cleaned) > limit:
        raise TooLong(value=text, limit=limit)
    return cleaned or None


def _long_number(text: str, field: Field) -> str | None:
    """Keys and ID numbers: half-width, no blanks; never one that a spreadsheet has rounded."""
    cleaned = _text(unicodedata.normalize("NFKC", text), field.limit)
    if cleaned is None:
        return None
    if _DIGITS_LOST.fullmatch(cleaned):
        raise DigitsLost(value=text)
    if field.kind is Kind.ID_NO:
        return "".join(cleaned.split()).upper()
    return cleaned


def _phone(text: str, field: Field) -> str | None:
    """Digits of one number; a country code only when it is not China's. Several: joined by `;`."""
    cleaned = _text(unicodedata.normalize("NFKC", text), 400)
    if cleaned is None:
        return None
    if _DIGITS_LOST.fullmatch(cleaned):
        raise DigitsLost(value=text)
    numbers = _numbers(cleaned)
    if len(numbers) > 1 and not field.several:
        raise SeveralPhones(value=text)
    if any(len(number) > field.limit for number in numbers):
        raise TooLong(value=text, limit=field.limit)
    return ";".join(dict.fromkeys(numbers)) or None


def _numbers(cleaned: str) -> list[str]:
    whole = _one_number(cleaned)
    if whole is not None:
        return [whole]
    parts = [part for part in _PHONE_PARTS.split(cleaned) if part]
    return [_one_number(part) or part for part in parts]


def _one_number(text: str) -> str | None:
    digits = re.sub(r"[\s()\-.]+", "", text)
    if not re.fullmatch(r"\+?[0-9]{5,15}", digits):
        return None
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    if re.fullmatch(r"861[3-9][0-9]{9}", digits):
        return digits[2:]
    return digits


def _day(text: str, date_format: str | None) -> date:
    if date_format is None:
        return parse_day(text.strip(WHITE))
    try:
        day = datetime.strptime(text.strip(WHITE), date_format).date()  # noqa: DTZ007
    except ValueError:
        raise NotInFormat(value=text, format=date_format) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotInFormat(value=text, format=date_format)
    return day


def _count(text: str, most: int) -> int:
    match = _COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip(WHITE))
    if match is None or int(match[1]) > most:
        raise NotACount(value=text, most=most)
    return int(match[1])


def _rate(text: str, unit: str, most: int) -> int:
    """24%, 0.24 and 24 are 240,000 ppm: without a unit, a number below 1 is a part of one."""
    match = _RATE.fullmatch(unicodedata.normalize("NFKC", text).strip(WHITE))
    if match is None:
        raise NotARate(value=text)
    number, sign = Decimal(match[1]), match[2]
    if sign is not None:
        unit = "percent" if sign == "%" else "permille"
    elif unit == "auto":
        unit = "part" if number < 1 else "percent"
    per_unit = {"ppm": 1, "permille": 1_000, "percent": 10_000, "part": 1_000_000}[unit]
    ppm = number * per_unit
    if ppm % 1 or ppm > most:
        raise NotARate(value=text)
    return int(ppm)


def _choice(text: str, name: str) -> str:
    said = choices_of(name)
    code = said.get(_folded(text))
    if code is None:
        raise NotAChoice(value=text, allowed=", ".join(_lists()[name]))
    return code


def _order(text: str) -> str:
    """The order as the core writes it, whatever language and signs it came in."""
    said = choices_of("component")
    parts = [part for part in _COMPONENT_PARTS.split(text.strip(WHITE)) if part]
    codes = [said.get(_folded(part), part) for part in parts]
    if not codes:
        raise UnreadableOrder(value=text, allowed=_lists()["component"])
    return ">".join(parse_order(">".join(codes)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(WHITE).lower()


@cache
def _lists() -> dict[str, Any]:
    path = Path(__file__).parent / "choices.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return data
