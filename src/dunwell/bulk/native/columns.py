"""The columns of the native files that ageing reads, and how a value of each kind is read.

The public interface is the table of native files in docs; every column of these
five tables is known here, also those ageing does not use, so that a misspelt
one is refused by name. Amounts come as yuan text or, in an integer column with
`_fen` after the name, as fen; dates are ISO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dunwell.core.allocation import ADJUSTMENT_KINDS, LEGAL_ORDER
from dunwell.core.days import FIRST_DAY, LAST_DAY
from dunwell.core.money import MAX_FEN

Kind = Literal["text", "seq", "day", "amount", "choice", "unread"]

WHOLE_TYPES = frozenset(
    {
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a native table. `signed` amounts may be negative."""

    name: str
    kind: Kind = "unread"
    required: bool = False
    allowed: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A native table: its columns, and those that together may come only once."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column of a file is read: SQL for its value (null where bad) and for its badness."""

    value: str
    bad: str


def _loans() -> Table:
    unread = (
        *("product", "branch", "contract_no", "disbursed_on"),
        *("annual_rate_ppm", "penalty_rate_ppm", "repay_method", "day_count_basis"),
        *("cost_sheet_ref", "max_all_in_rate_ppm"),
    )
    return Table(
        "loans",
        (
            Column("loan_no", "text", required=True),
            Column("borrower_no", "text", required=True),
            Column("allocation_order", "text"),
            Column("disbursed", "amount"),
            Column("principal", "amount"),
            *(Column(name) for name in unread),
        ),
        key=("loan_no",),
    )


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        _loans(),
        Table(
            "installments",
            (
                Column("loan_no", "text", required=True),
                Column("seq", "seq", required=True),
                Column("due_date", "day", required=True),
                Column("principal", "amount", required=True),
                Column("interest", "amount", required=True),
                Column("fee", "amount"),
                Column("penalty", "amount"),
            ),
            key=("loan_no", "seq"),
        ),
        Table(
            "payments",
            (
                Column("payment_no", "text", required=True),
                Column("loan_no", "text", required=True),
                Column("paid_on", "day", required=True),
                Column("amount", "amount", required=True, signed=True),
                Column("channel"),
                Column("reverses", "text"),
            ),
            key=("payment_no",),
        ),
        Table(
            "adjustments",
            (
                Column("adjustment_no", "text", required=True),
                Column("loan_no", "text", required=True),
                Column("seq", "seq"),
                Column("kind", "choice", required=True, allowed=tuple(sorted(ADJUSTMENT_KINDS))),
                Column("component", "choice", required=True, allowed=LEGAL_ORDER),
                Column("amount", "amount", required=True),
                Column("effective_on", "day", required=True),
                Column("reason"),
            ),
            key=("adjustment_no",),
        ),
        Table(
            "holds",
            (
                Column("loan_no", "text", required=True),
                Column("start", "day", required=True),
                Column("end", "day"),
                Column("reason"),
            ),
        ),
    )
}


FEATURE_TABLES: Mapping[str, Table] = {
    **TABLES,
    "loans": replace(
        TABLES["loans"],
        columns=tuple(
            Column("disbursed_on", "day") if column.name == "disbursed_on" else column
            for column in TABLES["loans"].columns
        ),
    ),
    "borrowers": Table(
        "borrowers",
        (
            Column("borrower_no", "text", required=True),
            Column("monthly_income", "amount"),
            # Names, numbers and wishes are no business of a feature, and are not read.
            *(Column(name) for name in ("name", "id_type", "id_no", "mobile", "language")),
            *(Column(name) for name in ("employer", "payday", "flags", "contact_prefs")),
        ),
        key=("borrower_no",),
    ),
    "assets": Table(
        "assets",
        (
            Column("borrower_no", "text", required=True),
            Column("kind", "text", required=True),
            Column("note"),
            Column("value", "amount"),
            Column("evidenced_on", "day"),
            Column("evidence"),
        ),
    ),
    "reasons": Table(
        "reasons",
        (
            Column("borrower_no", "text", required=True),
            Column("reason", "text", required=True),
            Column("noted_on", "day", required=True),
            Column("source"),
        ),
    ),
}
"""What features read beside: the five tables, when a loan began, and what is known of people."""


def reading_of(column: Column, *, source: str, physical: str, is_text_file: bool) -> Reading:
    """How `source` (quoted name in the file, of DuckDB type `physical`) is read as `column`.

    A null where the column is not required is good; a bad value reads as null.
    """
    text = f"nullif(trim(CAST({source} AS VARCHAR)), '')"
    if column.kind == "text" and not is_text_file and physical == "VARCHAR":
        # As it is: trimming twelve million keys on every scan costs more than the sums.
        value, sound = source, f"{source} <> ''"
    elif column.kind == "text":
        value, sound = text, f"{text} IS NOT NULL"
    elif column.kind == "day":
        value, sound = _day(source, text, physical)
    elif column.kind == "seq":
        value, sound = _whole(source, text, physical, "INTEGER", 0, 999_999_999)
    elif column.kind == "choice":
        names = ", ".join(f"'{name}'" for name in column.allowed)
        value, sound = text, f"{text} IN ({names})"
    else:
        least = -MAX_FEN if column.signed else 0
        if source.endswith('_fen"'):
            value, sound = _whole(source, text, physical, "BIGINT", least, MAX_FEN)
        else:
            value, sound = _yuan(text, least)
    given = f"{text} IS NOT NULL" if is_text_file else f"{source} IS NOT NULL"
    bad = f"NOT coalesce({sound}, FALSE)"
    return Reading(value, bad if column.required else f"({given} AND {bad})")


def _day(source: str, text: str, physical: str) -> tuple[str, str]:
    if physical == "DATE":
        value = source
    elif physical.startswith("TIMESTAMP"):
        # A moment is a day only at midnight; any other is not guessed at.
        value = f"CASE WHEN {source} = date_trunc('day', {source}) THEN CAST({source} AS DATE) END"
    else:
        shape = r"'\d{4}-\d{2}-\d{2}'"
        value = f"CASE WHEN regexp_full_match({text}, {shape}) THEN TRY_CAST({text} AS DATE) END"
    return value, f"{value} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"


def _whole(
    source: str, text: str, physical: str, whole: str, least: int, most: int
) -> tuple[str, str]:
    if physical in WHOLE_TYPES:
        return f"TRY_CAST({source} AS {whole})", f"{source} BETWEEN {least} AND {most}"
    digits = r"'-?\d{1,16}(\.0+)?'"
    number = f"TRY_CAST(TRY_CAST({text} AS DECIMAL(18,1)) AS BIGINT)"
    read = f"CASE WHEN regexp_full_match({text}, {digits}) THEN {number} END"
    return f"TRY_CAST({read} AS {whole})", f"{read} BETWEEN {least} AND {most}"


def _yuan(text: str, least: int) -> tuple[str, str]:
    # Shape first: a cast alone would round 1.005 without a word. DECIMAL times 100 is exact.
    part = r"(\.\d{1,2}0*)?"
    plain, grouped = rf"'-?\d{{1,13}}{part}'", rf"'-?\d{{1,3}}(,\d{{3}}){{1,4}}{part}'"
    value = (
        f"CASE WHEN regexp_full_match({text}, {plain})"
        f" THEN CAST(TRY_CAST({text} AS DECIMAL(18,2)) * 100 AS BIGINT)"
        f" WHEN regexp_full_match({text}, {grouped})"
        f" THEN CAST(TRY_CAST(replace({text}, ',', '') AS DECIMAL(18,2)) * 100 AS BIGINT) END"
    )
    return value, f"{value} BETWEEN {least} AND {MAX_FEN}"
