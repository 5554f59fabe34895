"""Features from native files into one answer file, without state: what `dunwell features` does.

Checks the book, ages it and looks back piece by piece, then adds up by borrower. Promises
and contacts are no part of native files: their features stand as for nobody tried yet.
The columns of the answer are a public interface: borrower_no and FEATURES in order.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dunwell.bulk.age_files import UnknownEnding
from dunwell.bulk.feature_shards import PastTask, past_shard
from dunwell.bulk.kernels.features import FEATURE_VIEWS, borrower_views, empty_feature_view
from dunwell.bulk.native import NativeBook, read_native
from dunwell.bulk.native.columns import FEATURE_TABLES
from dunwell.bulk.shards import AgeTask, age_shard, sql_text, work_database
from dunwell.core.ageing import AgeingTerms
from dunwell.core.refusal import Refusal

ROWS_IN_A_PIECE = 30_000_000
"""Installments and payments that one piece may hold: what fits well below 1 GiB."""
DEFAULT_MEMORY_MIB = 1_800


class NoLoansFile(Refusal):
    """A book without a file of loans: nothing says whose a loan is. Figures: folder, file."""

    code = "FEATURES-NO-LOANS"


@dataclass(frozen=True, slots=True)
class BookFeatures:
    """How many borrowers were answered, and of them how many are overdue."""

    borrowers: int
    overdue_borrowers: int


def feature_files(
    *,
    folder: Path,
    as_of: date,
    terms: AgeingTerms,
    out: Path,
    ignore_unknown: bool = False,
    memory_mib: int = DEFAULT_MEMORY_MIB,
    rows_in_a_piece: int = ROWS_IN_A_PIECE,
) -> BookFeatures:
    """Write the features of every borrower that the loans of `folder` name, sorted by borrower_no.

    `out` is CSV or Parquet by its ending and appears whole or not at all. Refuses what
    `read_native` refuses, other endings, and a book without a file of loans (NoLoansFile).
    """
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise UnknownEnding(file=out.name, allowed=".csv, .parquet")
    with tempfile.TemporaryDirectory(prefix=".dunwell-features-", dir=out.parent) as name:
        scratch = Path(name)
        memory = f"{memory_mib}MiB"
        with work_database(scratch, memory=memory) as connection:
            book = read_native(
                connection,
                folder=folder,
                scratch=scratch,
                ignore_unknown=ignore_unknown,
                tables=FEATURE_TABLES,
            )
            if "loans" not in book.rows:
                raise NoLoansFile(folder=folder.name, file="loans.csv | .xlsx | .parquet")
            pieces = book.cut(connection, pieces=_pieces(connection, book, rows_in_a_piece))
        for number, queries in enumerate(pieces):
            aged, past = (scratch / f"{what}-{number:05}.parquet" for what in ("aged", "past"))
            age_shard(AgeTask(number, queries, as_of, terms, aged, memory=memory))
            past_shard(PastTask(number, queries, as_of, terms, past, memory=memory))
        with work_database(scratch, memory=memory) as connection:
            _open_views(connection, book, scratch)
            borrower_views(connection, as_of=as_of, terms=terms)
            return _write(connection, out)


def _pieces(connection: duckdb.DuckDBPyConnection, book: NativeBook, most: int) -> int:
    rows: int = connection.execute(
        f"SELECT (SELECT count(*) FROM ({book.queries['installment']}))"
        f" + (SELECT count(*) FROM ({book.queries['payment']}))"
    ).fetchall()[0][0]
    return max(1, -(-rows // most))


def _open_views(connection: duckdb.DuckDBPyConnection, book: NativeBook, scratch: Path) -> None:
    loans = book.rows["loans"]
    views = {name: empty_feature_view(name, key_type="VARCHAR") for name in FEATURE_VIEWS}
    views |= {
        "loan_age": f"FROM read_parquet({sql_text(scratch / 'aged-*.parquet')})",
        "loan_past": f"FROM read_parquet({sql_text(scratch / 'past-*.parquet')})",
        "owner": "SELECT loan_no AS loan_key, borrower_no AS borrower_key, FALSE AS has_left"
        f" FROM {loans}",
        "disbursement": f"SELECT loan_no AS loan_key, disbursed_on FROM {loans}",
    }
    told = {
        "income": ("borrowers", "monthly_income_fen"),
        "asset": ("assets", "kind, value_fen, evidenced_on"),
        "reason": ("reasons", "reason, noted_on"),
    }
    for view, (table, columns) in told.items():
        if table in book.rows:
            views[view] = f"SELECT borrower_no AS borrower_key, {columns} FROM {book.rows[table]}"
    for view, query in views.items():
        connection.execute(f"CREATE VIEW {view} AS {query}")


def _write(connection: duckdb.DuckDBPyConnection, out: Path) -> BookFeatures:
    unfinished = out.with_name(f".{out.name}.unfinished")
    shape = "csv, HEADER" if out.suffix.lower() == ".csv" else "parquet"
    connection.execute(
        "COPY (SELECT * RENAME (borrower_key AS borrower_no) FROM borrower_feature"
        f" ORDER BY borrower_no) TO {sql_text(unfinished)} (FORMAT {shape})"
    )
    unfinished.replace(out)
    counted = connection.execute(
        "SELECT count(*), count(*) FILTER (overdue_fen > 0) FROM borrower_feature"
    ).fetchall()
    return BookFeatures(*counted[0])
