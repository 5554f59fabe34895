"""Computing a day from a snapshot: extract, age by shards, roll up, decide.

Called by run_day. Nothing is written outside the work folder. The result is one
DuckDB connection with the tables of bulk.rollup: what is to be written, and the
counts of the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from dunwell.bulk.extract import extract_tables
from dunwell.bulk.rollup import decide_moves, find_changes, roll_up_borrowers, set_terms
from dunwell.bulk.runners import LoopRunner, PoolRunner, Runner, available_cores
from dunwell.bulk.shards import (
    AgeTask,
    age_shard,
    empty_view,
    shard_queries,
    sql_text,
    work_database,
)
from dunwell.core.ageing import DEFAULT_BUCKETS, AgeingTerms
from dunwell.core.cases import EntryTerms
from dunwell.flows.prepare.day_deciding import (
    Deciding,
    borrower_key,
    decide_day,
    deciding_extracts,
)
from dunwell.flows.prepare.day_source import Snapshot
from dunwell.flows.prepare.day_tables import (
    Known,
    fact_extracts,
    newest_loan,
    owner_extracts,
    stored_extracts,
)
from dunwell.store.people.models import Lender
from dunwell.store.policy.house import ageing_terms, entry_terms

LOANS_PER_SHARD = 62_500
MOST_SHARDS = 64
POOL_FROM_LOANS = 150_000
"""A pool of processes costs a second to start; smaller books are aged in this process."""
MEMORY = "768MB"
"""What DuckDB may take in this process beside the streams; it spills to the work folder."""

Step = Callable[[str], AbstractContextManager[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class LenderTerms:
    """The house parameters of a day, per lender id."""

    ageing: Mapping[int, AgeingTerms]
    entry: Mapping[int, EntryTerms]


def terms_of(*, day: date, known_at: datetime | None = None) -> LenderTerms:
    """What counts for every lender on `day`."""
    lenders = list(Lender.objects.order_by("pk").values_list("pk", flat=True))
    return LenderTerms(
        ageing={each: ageing_terms(lender=each, day=day, known_at=known_at) for each in lenders},
        entry={each: entry_terms(lender=each, day=day, known_at=known_at) for each in lenders},
    )


@contextmanager
def computed_day(
    *,
    snapshot: Snapshot,
    day: date,
    terms: LenderTerms,
    known: Known | None,
    stored: bool,
    deciding: Deciding | None,
    runner: Runner | None,
    workdir: Path,
    step: Step,
    on_rows: Callable[[str, int], None],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Compute `day` from the snapshot and hand over the connection with the results.

    `known` of None reads the facts that count now. Without `stored` nothing is compared with
    what the last run left: every overdue borrower stands alone, as for a recomputed past day.
    Without `deciding` nothing is graded and no plan is looked for.
    """
    size = newest_loan()
    chosen = runner or _runner_for(size)  # before the reading: a pool gets ready meanwhile
    shards = max(1, min(MOST_SHARDS, -(-size // LOANS_PER_SHARD)))
    with step("extract") as counts:
        extracts = fact_extracts(known=known, shard_by=f"loan_key % {shards}")
        extracts += owner_extracts(known=known) + stored_extracts()
        if deciding is not None:
            extracts += deciding_extracts(deciding, known=known, day=day)
        counts |= extract_tables(
            snapshot.source, extracts, root=workdir, workers=available_cores(), on_rows=on_rows
        )
    with work_database(workdir, memory=MEMORY) as connection:
        with step("age") as counts:
            _owners(connection, workdir, day=day, shards=shards)
            tasks = _age_tasks(workdir, day=day, shards=shards, terms=terms, runner=chosen)
            counts["loans"] = sum(done.loans for done in chosen.map(age_shard, tasks))
            counts["shards"] = len(tasks)
        with step("roll_up") as counts:
            _open_tables(connection, workdir, stored=stored)
            set_terms(connection, as_of=day, buckets=DEFAULT_BUCKETS, entry=terms.entry)
            counts["borrowers"] = roll_up_borrowers(connection)
        with step("decide") as counts:
            counts["moves"] = decide_moves(connection)
            counts |= find_changes(connection)
        if deciding is not None:
            decide_day(
                connection,
                deciding,
                recordings=snapshot.by_lender,
                workdir=workdir,
                day=day,
                step=step,
            )
        yield connection


def _runner_for(loans: int) -> Runner:
    return PoolRunner() if loans >= POOL_FROM_LOANS and available_cores() > 1 else LoopRunner()


def _owners(connection: duckdb.DuckDBPyConnection, root: Path, *, day: date, shards: int) -> None:
    """The table `owner`, and the kernel's `loan` view as shards with the lender beside."""
    for name in ("loan_row", "borrower", "own_order", "left_tape"):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet({_files(root / name)})")
    connection.execute(f"""
        CREATE TABLE owner AS
        SELECT loan_row.loan_key, party_id, loan_row.lender_id,
            coalesce(left_on <= DATE '{day}', FALSE) AS has_left,
            {borrower_key("loan_row")} AS borrower_key
        FROM loan_row JOIN borrower USING (borrower_id) LEFT JOIN left_tape USING (loan_key)
    """)
    connection.execute(f"""
        COPY (
            SELECT loan_key, allocation_order, lender_id, loan_key % {shards} AS shard
            FROM loan_row LEFT JOIN own_order USING (loan_key)
        ) TO {sql_text(root / "loan")} (FORMAT parquet, PARTITION_BY (shard), OVERWRITE_OR_IGNORE)
    """)


def _age_tasks(
    root: Path, *, day: date, shards: int, terms: LenderTerms, runner: Runner
) -> list[AgeTask]:
    """One task per shard, and per group of lenders that count alike."""
    groups: defaultdict[AgeingTerms, list[int]] = defaultdict(list)
    for lender, counted in terms.ageing.items():
        groups[counted].append(lender)
    if not groups:
        groups[AgeingTerms()] = []  # no lender yet: an empty book, aged all the same
    (root / "aged").mkdir(exist_ok=True)
    alone = isinstance(runner, LoopRunner)
    tasks: list[AgeTask] = []
    for group, (counted, lenders) in enumerate(groups.items()):
        for shard in range(shards):
            queries = shard_queries(root, shard, key_type="BIGINT")
            if len(groups) > 1:
                queries = _of_lenders(queries, lenders)
            tasks.append(
                AgeTask(
                    number=len(tasks),
                    queries=queries,
                    as_of=day,
                    terms=counted,
                    loans_out=root / "aged" / f"{group}-{shard}.parquet",
                    threads=None if alone else 1,
                    memory=MEMORY if alone else "384MB",
                )
            )
    return tasks


def _of_lenders(queries: Mapping[str, str], lenders: list[int]) -> dict[str, str]:
    ids = ", ".join(str(lender) for lender in lenders)
    loans = f"SELECT * FROM ({queries['loan']}) WHERE lender_id IN ({ids})"
    theirs = {
        name: f"SELECT * FROM ({query}) SEMI JOIN ({loans}) USING (loan_key)"
        for name, query in queries.items()
    }
    return {**theirs, "loan": loans}


def _open_tables(connection: duckdb.DuckDBPyConnection, root: Path, *, stored: bool) -> None:
    """The views that bulk.rollup reads, beside `owner`."""
    views = {"loan_age": f"FROM read_parquet({_files(root / 'aged')})"}
    for name in ("installment", "payment", "adjustment"):
        if any((root / name).glob("shard=*/*.parquet")):
            files = sql_text(root / name / "*" / "*.parquet")
            views[name] = f"FROM read_parquet({files}, hive_partitioning = false)"
        else:
            views[name] = empty_view(name, key_type="BIGINT")
    for name in ("stored_age", "stored_case"):
        kept = "" if stored else " WHERE FALSE"
        views[name] = f"FROM read_parquet({_files(root / name)}){kept}"
    for name, query in views.items():
        connection.execute(f"CREATE VIEW {name} AS {query}")


def _files(folder: Path) -> str:
    return sql_text(folder / "*.parquet")
