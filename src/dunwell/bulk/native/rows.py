"""Checking what spans rows of native files: keys, reversals, orders, holds, named installments.

Runs on typed rows, after every single value was found good. A fault is named by
the row that would have to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from dunwell.bulk.native import refusals as bad
from dunwell.bulk.native.checks import SHOWN_PROBLEMS
from dunwell.bulk.native.columns import Table
from dunwell.bulk.native.files import ROW
from dunwell.core.allocation import LEGAL_ORDER, UnreadableOrder, parse_order
from dunwell.core.money import plain_yuan
from dunwell.core.refusal import Refusal

_HASHES_AT_ONCE = 30_000_000


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked table as SQL (`rows`, with ROW): every column the book has, amounts as `_fen`."""

    spec: Table
    file: str
    rows: str


def row_problems(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Typed]
) -> Iterator[Refusal]:
    """Every fault that spans rows, file by file."""
    for typed in tables.values():
        yield from _keys_twice(connection, typed)
    if "loans" in tables:
        yield from _bad_orders(connection, tables["loans"])
    if "payments" in tables:
        yield from _negative_payments(connection, tables["payments"])
        yield from _bad_reversals(connection, tables["payments"])
    if "adjustments" in tables and "installments" in tables:
        yield from _no_installment(connection, tables["adjustments"], tables["installments"])
    if "holds" in tables:
        yield from _backwards(connection, tables["holds"])


def _keys_twice(connection: duckdb.DuckDBPyConnection, typed: Typed) -> Iterator[Refusal]:
    key = typed.spec.key
    if not key:
        return
    names = ", ".join(key)
    if not _any_hash_twice(connection, typed, names):
        return
    twice = f"SELECT {names} FROM {typed.rows} GROUP BY {names} HAVING count(*) > 1"
    shown = " || ' / ' || ".join(f"CAST({name} AS VARCHAR)" for name in key)
    rows = connection.execute(
        f"SELECT {ROW}, {shown}, min({ROW}) OVER (PARTITION BY {names}) AS first_row"
        f" FROM {typed.rows} SEMI JOIN ({twice}) USING ({names})"
        f" QUALIFY {ROW} > first_row ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    for row, value, first_row in rows:
        where = {"file": typed.file, "row": row, "column": names}
        yield bad.KeyTwice(**where, value=bad.shown(value), first_row=first_row)


def _any_hash_twice(connection: duckdb.DuckDBPyConnection, typed: Typed, names: str) -> bool:
    """Whether any key may come twice: hashes say so in a tenth of the memory of the keys."""
    rows = connection.execute(f"SELECT count(*) FROM {typed.rows}").fetchall()[0][0]
    parts = 1 + rows // _HASHES_AT_ONCE
    return any(
        connection.execute(
            f"SELECT 1 FROM (SELECT hash({names}) AS key_hash FROM {typed.rows})"
            f" WHERE key_hash % {parts} = {part} GROUP BY key_hash HAVING count(*) > 1 LIMIT 1"
        ).fetchall()
        for part in range(parts)
    )


def _bad_orders(connection: duckdb.DuckDBPyConnection, loans: Typed) -> Iterator[Refusal]:
    found = connection.execute(
        f"SELECT allocation_order, min({ROW}) AS first_row FROM {loans.rows}"
        " WHERE allocation_order IS NOT NULL GROUP BY allocation_order ORDER BY first_row"
    ).fetchall()
    for written, row in found:
        try:
            parse_order(written)
        except UnreadableOrder:
            where = {"file": loans.file, "row": row, "column": "allocation_order"}
            yield bad.BadOrder(**where, value=bad.shown(written), allowed=" > ".join(LEGAL_ORDER))


def _negative_payments(connection: duckdb.DuckDBPyConnection, payments: Typed) -> Iterator[Refusal]:
    found = connection.execute(
        f"SELECT {ROW}, amount_fen FROM {payments.rows} WHERE amount_fen < 0 AND reverses IS NULL"
        f" ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    for row, amount_fen in found:
        where = {"file": payments.file, "row": row, "column": "amount"}
        yield bad.NegativePayment(**where, value=plain_yuan(amount_fen))


def _bad_reversals(connection: duckdb.DuckDBPyConnection, payments: Typed) -> Iterator[Refusal]:
    found = connection.execute(
        f"""
        WITH reversal AS (
            SELECT {ROW}, loan_no, reverses, paid_on,
                sum(abs(amount_fen)) OVER (PARTITION BY reverses) AS reversed_fen
            FROM {payments.rows} WHERE reverses IS NOT NULL
        ),
        paid AS (
            SELECT payment_no, loan_no, paid_on, amount_fen FROM {payments.rows}
            WHERE reverses IS NULL AND payment_no IN (SELECT reverses FROM reversal)
        )
        SELECT {ROW}, reverses, reversal.paid_on, reversed_fen, paid.paid_on, amount_fen
        FROM reversal LEFT JOIN paid
            ON paid.payment_no = reverses AND paid.loan_no = reversal.loan_no
        WHERE payment_no IS NULL OR reversal.paid_on < paid.paid_on OR reversed_fen > amount_fen
        ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}
        """
    ).fetchall()
    for row, reverses, reversed_on, reversed_fen, paid_on, paid_fen in found:
        where = {"file": payments.file, "row": row}
        name = bad.shown(reverses)
        if paid_on is None:
            yield bad.ReversalOfNothing(**where, column="reverses", value=name)
        elif reversed_on < paid_on:
            yield bad.EarlyReversal(
                **where, column="paid_on", value=str(reversed_on), paid_on=str(paid_on)
            )
        else:
            paid, undone = plain_yuan(paid_fen), plain_yuan(int(reversed_fen))
            yield bad.ExcessReversal(**where, column="amount", value=undone, paid=paid)


def _no_installment(
    connection: duckdb.DuckDBPyConnection, adjustments: Typed, installments: Typed
) -> Iterator[Refusal]:
    found = connection.execute(
        f"SELECT {ROW}, seq FROM (SELECT {ROW}, loan_no, seq FROM {adjustments.rows})"
        f" ANTI JOIN (SELECT loan_no, seq FROM {installments.rows}) USING (loan_no, seq)"
        f" WHERE seq IS NOT NULL ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    for row, seq in found:
        yield bad.NoInstallment(file=adjustments.file, row=row, column="seq", value=seq)


def _backwards(connection: duckdb.DuckDBPyConnection, holds: Typed) -> Iterator[Refusal]:
    found = connection.execute(
        f'SELECT {ROW}, "start", "end" FROM {holds.rows} WHERE "end" < "start"'
        f" ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    for row, start, end in found:
        where = {"file": holds.file, "row": row, "column": "end"}
        yield bad.HoldBackwards(**where, value=str(end), start=str(start))
