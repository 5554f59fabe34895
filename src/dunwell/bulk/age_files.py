"""Ageing native files into answer files, without state: what `dunwell age` does.

Checks the book, cuts it into shards where a runner wants them, ages, and joins
the shards' answers, sorted. The bytes of the answer do not depend on the runner
or the number of shards. The columns of the answer are a public interface.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dunwell.bulk.native import NativeBook, read_native
from dunwell.bulk.runners import Runner
from dunwell.bulk.shards import (
    AgedShard,
    AgeTask,
    age_shard,
    sql_text,
    work_database,
)
from dunwell.core.ageing import AgeingTerms
from dunwell.core.refusal import Refusal

ANSWER_COLUMNS = (
    "loan_no",
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_date",
    "delinquent_date",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_fee_fen",
    "overdue_penalty_fen",
    "overdue_fen",
    "outstanding_fen",
    "bucket",
    "held",
)
INSTALLMENT_ANSWER_COLUMNS = (
    "loan_no",
    "seq",
    "unpaid_fen",
    "late_days",
    "delinquent_days",
    "bucket",
)

DEFAULT_MEMORY_MIB = 1_800
"""What DuckDB may take before it spills to disk beside the answer; Python comes on top."""

_ROWS_IN_A_SHARD = 30_000_000
"""Installments and payments that one piece may hold: what fits well below 1 GiB."""


class UnknownEnding(Refusal):
    """An answer file whose ending is neither .csv nor .parquet. Figures: file, allowed."""

    code = "AGEING-FILE-ENDING"


@dataclass(frozen=True, slots=True)
class BookAge:
    """What was aged and where the answer lies."""

    loans: int
    late_loans: int
    held_loans: int
    overdue_fen: int
    buckets: tuple[tuple[str, int, int], ...]
    """(bucket, loans, overdue_fen) in order of size of the smallest day in it."""
    shards: int


def age_files(
    *,
    folder: Path,
    as_of: date,
    terms: AgeingTerms,
    out: Path,
    runner: Runner,
    installments_out: Path | None = None,
    ignore_unknown: bool = False,
    shards: int | None = None,
    memory_mib: int = DEFAULT_MEMORY_MIB,
    on_progress: Callable[[int, int], None] | None = None,
) -> BookAge:
    """Age the native files of `folder` into `out` (CSV or Parquet by its ending).

    An answer appears whole or not at all. `shards` None: as many as the runner has workers,
    more for a large book; the workers share `memory_mib`. `on_progress` hears (shards done,
    of how many). Refuses what `read_native` refuses, and other endings.
    """
    for path in (out, installments_out):
        if path is not None and path.suffix.lower() not in (".csv", ".parquet"):
            raise UnknownEnding(file=path.name, allowed=".csv, .parquet")
    # Beside the answer: a shared disk where the runner needs one, and enough room.
    with tempfile.TemporaryDirectory(prefix=".dunwell-age-", dir=out.parent) as name:
        scratch = Path(name)
        memory = f"{memory_mib}MiB"
        with work_database(scratch, memory=memory) as connection:
            book = read_native(
                connection, folder=folder, scratch=scratch, ignore_unknown=ignore_unknown
            )
            pieces = book.cut(connection, pieces=shards or _shards_for(connection, book, runner))
        tasks = [
            AgeTask(
                number=number,
                queries=queries,
                as_of=as_of,
                terms=terms,
                loans_out=scratch / f"loans-{number:05}.parquet",
                installments_out=scratch / f"installments-{number:05}.parquet"
                if installments_out is not None
                else None,
                threads=1 if runner.workers > 1 else None,
                memory=f"{memory_mib // runner.workers}MiB",
            )
            for number, queries in enumerate(pieces)
        ]
        aged: list[AgedShard] = []
        for shard in runner.map(age_shard, tasks):
            aged.append(shard)
            if on_progress is not None:
                on_progress(len(aged), len(tasks))
        with work_database(scratch, memory=memory) as connection:
            return _join(connection, aged, terms, out, installments_out)


def _shards_for(connection: duckdb.DuckDBPyConnection, book: NativeBook, runner: Runner) -> int:
    rows: int = connection.execute(
        f"SELECT (SELECT count(*) FROM ({book.queries['installment']}))"
        f" + (SELECT count(*) FROM ({book.queries['payment']}))"
    ).fetchall()[0][0]
    needed = -(-rows // _ROWS_IN_A_SHARD)
    # A multiple of the workers, so that none waits for the last shard alone.
    return max(1, -(-needed // runner.workers)) * runner.workers


def _join(
    connection: duckdb.DuckDBPyConnection,
    aged: list[AgedShard],
    terms: AgeingTerms,
    out: Path,
    installments_out: Path | None,
) -> BookAge:
    loans = _files([shard.loans_out for shard in aged])
    columns = ", ".join(("loan_key AS loan_no", *ANSWER_COLUMNS[1:]))
    # Pieces are ranges of loan_no in order, each sorted: one after the other they are sorted.
    _write(connection, f"SELECT {columns} FROM {loans}", "loan_no", out)
    if installments_out is not None:
        late = _files([shard.installments_out for shard in aged if shard.installments_out])
        columns = ", ".join(("loan_key AS loan_no", *INSTALLMENT_ANSWER_COLUMNS[1:]))
        order = "loan_no, seq NULLS LAST, late_days DESC"
        _write(connection, f"SELECT {columns} FROM {late}", order, installments_out)
    totals = connection.execute(
        f"SELECT count(*), count(*) FILTER (overdue_fen > 0), count(*) FILTER (held),"
        f" coalesce(sum(overdue_fen), 0)::BIGINT FROM {loans}"
    ).fetchall()[0]
    by_bucket = connection.execute(
        f"SELECT bucket, count(*), sum(overdue_fen)::BIGINT FROM {loans} GROUP BY bucket"
    ).fetchall()
    names = ["current", *(bucket.name for bucket in terms.buckets.ranges)]
    by_bucket.sort(key=lambda row: names.index(row[0]))
    return BookAge(
        loans=totals[0],
        late_loans=totals[1],
        held_loans=totals[2],
        overdue_fen=totals[3],
        buckets=tuple(by_bucket),
        shards=len(aged),
    )


def _write(connection: duckdb.DuckDBPyConnection, query: str, order: str, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    if path.suffix.lower() == ".csv":
        connection.execute(f"COPY ({query}) TO {sql_text(unfinished)} (FORMAT csv, HEADER)")
    else:
        # Sorted into a table first: its pages are then the same however many pieces there were.
        connection.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {query} ORDER BY {order}")
        connection.execute(f"COPY answer TO {sql_text(unfinished)} (FORMAT parquet)")
        connection.execute("DROP TABLE answer")
    unfinished.replace(path)


def _files(paths: list[Path]) -> str:
    return f"read_parquet([{', '.join(sql_text(path) for path in paths)}])"
