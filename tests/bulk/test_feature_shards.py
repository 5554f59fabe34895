"""Features by shards: the pieces together are the whole, whatever memory and runner."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bench.ageing_book import AS_OF, make_book
from dunwell.bulk.feature_shards import PastTask, past_shard
from dunwell.bulk.kernels.ageing import age_views
from dunwell.bulk.kernels.features import (
    FEATURE_VIEWS,
    borrower_views,
    empty_feature_view,
    feature_views,
)
from dunwell.bulk.runners import LoopRunner, PoolRunner, Runner
from dunwell.bulk.shards import empty_view, sql_text, work_database
from dunwell.core.ageing import AgeingTerms
from dunwell.core.days import parse_day

DAY = parse_day(AS_OF)
TERMS = AgeingTerms()
SHARDS = 3
LOANS = 6_000


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    make_book(folder, loans=LOANS)
    return folder


def queries_of(folder: Path) -> dict[str, str]:
    def read(table: str) -> str:
        return f"read_parquet({sql_text(folder / f'{table}.parquet')})"

    return {
        "loan": f"SELECT loan_no AS loan_key, allocation_order FROM {read('loans')}",
        "installment": f"SELECT * RENAME (loan_no AS loan_key) FROM {read('installments')}",
        "payment": "SELECT loan_no AS loan_key, paid_on,"
        " CASE WHEN reverses IS NULL THEN amount_fen ELSE -amount_fen END AS amount_fen"
        f" FROM {read('payments')}",
        "adjustment": empty_view("adjustment", key_type="VARCHAR"),
        "hold": 'SELECT loan_no AS loan_key, "start" AS start_on, "end" AS end_on'
        f" FROM {read('holds')}",
    }


def whole_book(folder: Path, *, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the views of the book and its loans aged."""
    connection = work_database(folder, threads=2, memory=memory)
    views = {
        **queries_of(folder),
        "owner": "SELECT loan_no AS loan_key, borrower_no AS borrower_key, FALSE AS has_left"
        f" FROM read_parquet({sql_text(folder / 'loans.parquet')})",
        **{name: empty_feature_view(name, key_type="VARCHAR") for name in FEATURE_VIEWS},
    }
    for name, query in views.items():
        connection.execute(f"CREATE VIEW {name} AS {query}")
    age_views(connection, as_of=DAY, terms=TERMS)
    return connection


def answers(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("FROM borrower_feature ORDER BY borrower_key").fetchall()


@pytest.mark.parametrize("runner", [LoopRunner(), PoolRunner(workers=2)], ids=["loop", "pool"])
def test_shards_together_are_the_whole(book: Path, runner: Runner, tmp_path: Path) -> None:
    with whole_book(book) as connection:
        feature_views(connection, as_of=DAY, terms=TERMS)
        whole = answers(connection)
        tasks = [
            PastTask(
                number=shard,
                queries={
                    name: f"SELECT * FROM ({query}) WHERE hash(loan_key) % {SHARDS} = {shard}"
                    for name, query in queries_of(book).items()
                },
                as_of=DAY,
                terms=TERMS,
                past_out=tmp_path / f"{shard}.parquet",
                threads=1,
                memory="256MB",
            )
            for shard in range(SHARDS)
        ]
        assert sum(done.loans for done in runner.map(past_shard, tasks)) == LOANS
        files = sql_text(tmp_path / "*.parquet")
        connection.execute(f"CREATE OR REPLACE TABLE loan_past AS FROM read_parquet({files})")
        borrower_views(connection, as_of=DAY, terms=TERMS)
        assert answers(connection) == whole
        assert len(whole) == LOANS // 2


def test_a_shard_looks_only_at_wanted_loans(book: Path, tmp_path: Path) -> None:
    loans = tmp_path / "wanted.parquet"
    duckdb.sql("SELECT 'L000000007' AS loan_key UNION ALL SELECT 'L9'").write_parquet(str(loans))
    task = PastTask(
        number=0,
        queries=queries_of(book),
        as_of=DAY,
        terms=TERMS,
        past_out=tmp_path / "past.parquet",
        wanted=f"FROM read_parquet({sql_text(loans)})",
    )
    assert past_shard(task).loans == 1


def test_little_memory_spills_and_gives_the_same_answer(book: Path) -> None:
    with whole_book(book) as connection:
        feature_views(connection, as_of=DAY, terms=TERMS)
        whole = answers(connection)
    with whole_book(book, memory="64MB") as connection:
        feature_views(connection, as_of=DAY, terms=TERMS)
        assert answers(connection) == whole
