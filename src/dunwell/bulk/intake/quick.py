"""The plain forms of a cell as SQL, so that millions of rows never meet Python.

Each expression answers the value of a cell in plain form and NULL for any other;
what is left over goes once per distinct text through `values.read_cell`, which
is the meaning. A property test holds the two equal wherever this one answers.
"""

from __future__ import annotations

from dunwell.bulk.intake.tables import Field, Kind
from dunwell.bulk.intake.values import WHITE, Form, empty_marks
from dunwell.core.days import FIRST_DAY, LAST_DAY

_EXACT_DIGITS = 15
"""A DOUBLE holds any number of so many digits, and times a power of ten rounds to the same."""


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(cell: str) -> str:
    """`cell` without the blanks around it."""
    return f"trim({cell}, {literal(WHITE)})"


def says_nothing(cell: str) -> str:
    """Whether `cell` is NULL, blank, or a mark for nothing (values.is_empty)."""
    marks = ", ".join(literal(mark) for mark in sorted(empty_marks()))
    return f"coalesce(lower({trimmed(cell)}) IN ({marks}), true)"


def quick_value(cell: str, field: Field, form: Form) -> str:
    """SQL for the value of `cell` in plain form, NULL in any other form."""
    match field.kind:
        case Kind.MONEY:
            return _money(cell, form.unit_fen)
        case Kind.DAY if form.date_format is None:
            return _day(cell)
        case Kind.COUNT:
            return (
                f"CASE WHEN regexp_full_match({cell}, '[0-9]{{1,9}}') "
                f"AND TRY_CAST({cell} AS INTEGER) <= {field.limit} "
                f"THEN TRY_CAST({cell} AS INTEGER) END"
            )
        case Kind.KEY:
            # At least one digit, so that no mark for nothing is a key.
            plain = "[A-Za-z_./#:@-]*[0-9][A-Za-z0-9_./#:@-]*"
            return _when(f"regexp_full_match({cell}, '{plain}')", cell, field.limit)
        case Kind.ID_NO:
            return _when(f"regexp_full_match({cell}, '[0-9]{{17}}[0-9X]')", cell, field.limit)
        case Kind.PHONE:
            return _when(f"regexp_full_match({cell}, '1[3-9][0-9]{{9}}')", cell, field.limit)
        case Kind.TEXT | Kind.NAME | Kind.ADDRESS:
            return _text(cell, field.limit)
        case _:
            return f"CAST(NULL AS {field.sql_type})"


def _when(condition: str, cell: str, limit: int) -> str:
    return f"CASE WHEN {condition} AND length({cell}) <= {limit} THEN {cell} END"


def _money(cell: str, unit_fen: int) -> str:
    places = len(str(unit_fen)) - 1
    whole = _EXACT_DIGITS - places
    if unit_fen != 10**places or whole < 1:
        return "CAST(NULL AS BIGINT)"
    part = f"(\\.[0-9]{{1,{places}}})?" if places else ""
    fen = "CAST(round(TRY_CAST({} AS DOUBLE) * {}) AS BIGINT)"
    bare = fen.format(cell, unit_fen)
    parted = fen.format(f"replace({cell}, ',', '')", unit_fen)
    groups = (whole - 3) // 3
    quick = f"WHEN regexp_full_match({cell}, '-?[0-9]{{1,{whole}}}{part}') THEN {bare}"
    if groups >= 1:
        commas = f"'-?[0-9]{{1,3}}(,[0-9]{{3}}){{1,{groups}}}{part}'"
        quick += f" WHEN regexp_full_match({cell}, {commas}) THEN {parted}"
    return f"CASE {quick} END"


def _day(cell: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
        f"AND TRY_CAST({cell} AS DATE) BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' "
        f"THEN TRY_CAST({cell} AS DATE) END"
    )


def _text(cell: str, limit: int) -> str:
    marks = ", ".join(literal(mark) for mark in sorted(empty_marks()))
    longest = max(len(mark) for mark in empty_marks())
    return _when(
        f"{cell} = {trimmed(cell)} "
        f"AND NOT regexp_matches({cell}, '[\\x00-\\x1f\\x7f\\x{{FFFD}}]|^[#=`'']') "
        f"AND (length({cell}) > {longest} OR lower({cell}) NOT IN ({marks}))",
        cell,
        limit,
    )
