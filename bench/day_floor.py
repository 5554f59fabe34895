"""The bare floor of a day run, and the rows it is to write: parts of bench/day_run.py.

Reads by the streams and the kernel that the run uses, with nothing around them;
writes the rows that the run changed, kept as Parquet, by one staging table and one
UPDATE or INSERT each.
"""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

DAYS = ["as_of", "days_past_due", "delinquent_days"]


def floor_reads(day: str) -> dict[str, Any]:
    """The same rows extracted to shards, and the kernel over them."""
    from django.conf import settings
    from django.db import connection

    from dunwell.bulk.extract import Source, extract_tables
    from dunwell.bulk.runners import available_cores
    from dunwell.bulk.shards import age_shard, shard_queries, work_database
    from dunwell.core.ageing import AgeingTerms
    from dunwell.flows.prepare import day_compute
    from dunwell.flows.prepare.day_source import _libpq
    from dunwell.flows.prepare.day_tables import (
        fact_extracts,
        newest_loan,
        owner_extracts,
        stored_extracts,
    )

    workdir = settings.HOME / "floor"
    shutil.rmtree(workdir, ignore_errors=True)
    workdir.mkdir(parents=True)
    connection.ensure_connection()
    begun = time.perf_counter()
    size = newest_loan()
    shards = max(1, min(day_compute.MOST_SHARDS, -(-size // day_compute.LOANS_PER_SHARD)))
    if connection.vendor == "sqlite":
        source = Source("sqlite", f"file:{connection.settings_dict['NAME']}?immutable=1")
    else:
        source = Source("postgresql", _libpq(connection))
    extracts = fact_extracts(known=None, shard_by=f"loan_key % {shards}")
    extracts += owner_extracts(known=None) + stored_extracts()
    if connection.vendor == "sqlite":
        connection.close()  # the driver's own SQLite reads the file: nobody else may have it open
    extract_tables(source, extracts, root=workdir, workers=available_cores())
    with work_database(workdir, memory="1GB") as duck:
        duck.execute(
            f"COPY (SELECT loan_key, allocation_order, loan_key % {shards} AS shard"
            f" FROM '{workdir}/loan_row/*.parquet' LEFT JOIN '{workdir}/own_order/*.parquet'"
            f" USING (loan_key)) TO '{workdir}/loan' (FORMAT parquet, PARTITION_BY (shard))"
        )
    (workdir / "aged").mkdir()
    runner = day_compute._runner_for(size)
    tasks = [
        day_compute.AgeTask(
            number=shard,
            queries=shard_queries(workdir, shard, key_type="BIGINT"),
            as_of=date.fromisoformat(day),
            terms=AgeingTerms(),
            loans_out=workdir / "aged" / f"{shard}.parquet",
            threads=1 if runner.workers > 1 else None,
        )
        for shard in range(shards)
    ]
    loans = sum(done.loans for done in runner.map(age_shard, tasks))
    seconds = time.perf_counter() - begun
    shutil.rmtree(workdir)
    return {"seconds": seconds, "loans": loans}


def keep_rows(day: str) -> dict[str, Any]:
    """Keep the rows the run wrote: those that only grew older narrow, the others whole."""
    from django.conf import settings

    from dunwell.flows.prepare.day_tables import AGE_COLUMNS, CASE_COLUMNS
    from dunwell.store.book.copying import copy_out

    folder = settings.HOME / "rows"
    folder.mkdir(exist_ok=True)
    for table, key, columns in (
        ("book_loanage", "loan_id", list(AGE_COLUMNS)),
        ("cases_case", "id", list(CASE_COLUMNS)),
    ):
        written = f"SELECT {key}, {', '.join(columns)} FROM {table} WHERE as_of = '{day}'"
        copy_out(sql=written, path=folder / f"{table}.csv")
    return {}


def floor_writes(day: str) -> dict[str, Any]:
    """Those rows staged and updated, in one transaction."""
    import duckdb
    from django.conf import settings
    from django.db import transaction

    from dunwell.flows.prepare.day_tables import AGE_COLUMNS, CASE_COLUMNS

    folder = settings.HOME / "rows"
    with duckdb.connect() as duck:
        for table, key, kinds in (
            ("book_loanage", "loan_id", AGE_COLUMNS),
            ("cases_case", "id", CASE_COLUMNS),
        ):
            _compare(duck, folder, table, {key: "BIGINT", **kinds}, key)
        begun = time.perf_counter()
        with transaction.atomic():
            _write(duck, folder, "book_loanage", "loan_id", list(AGE_COLUMNS))
            _write(duck, folder, "cases_case", "id", list(CASE_COLUMNS))
        return {"seconds": time.perf_counter() - begun}


def _compare(duck: Any, folder: Path, table: str, kinds: dict[str, str], key: str) -> None:
    """Before the clock starts: which of the kept rows are new, and which only grew older."""
    from dunwell.store.book.copying import copy_out

    before = folder / "before.csv"
    copy_out(sql=f"SELECT {', '.join(kinds)} FROM {table}", path=before)
    for name, path in (("kept", folder / f"{table}.csv"), ("before", before)):
        duck.execute(
            f"CREATE OR REPLACE TABLE {name} AS FROM read_csv('{path}', header = false,"
            f" auto_detect = false, columns = {kinds}, delim = ',', quote = '\"')"
        )
    same = " AND ".join(
        f"kept.{name} IS NOT DISTINCT FROM before.{name}"
        for name in kinds
        if name not in (key, *DAYS)
    )
    duck.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT kept.*, before.{key} IS NULL AS is_new,"
        f" before.{key} IS NOT NULL AND {same} AS only_days"
        f" FROM kept LEFT JOIN before USING ({key})"
    )


def _write(duck: Any, folder: Path, table: str, key: str, columns: list[str]) -> None:
    from dunwell.bulk.results import ResultRows
    from dunwell.flows.prepare.day_write import _update_staged
    from dunwell.store.book.copying import copy_in

    def rows(wanted: list[str], where: str) -> ResultRows:
        query = f"SELECT {', '.join(wanted)} FROM {table} WHERE {where} ORDER BY {key}"
        return ResultRows(duck, query, path=folder / "staged.csv")

    new = rows([key, *columns], "is_new")
    copy_in(table=table, columns=[key, *columns], rows=new)
    _update_staged(table, key, DAYS, rows([key, *DAYS], "only_days"))
    _update_staged(table, key, columns, rows([key, *columns], "NOT is_new AND NOT only_days"))
