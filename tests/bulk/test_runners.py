"""Runners and shards: whoever ages the pieces, the answer is the same to the byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest

from dunwell.bulk.age_files import age_files
from dunwell.bulk.runners import (
    DaskRunner,
    LoopRunner,
    PoolRunner,
    Runner,
    UnknownRunner,
    runner_named,
)
from dunwell.bulk.shards import VIEWS, AgeTask, age_shard, shard_queries
from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts
from dunwell.core.allocation import Adjustment, Installment, Payment
from dunwell.core.refusal import Refusal
from tests.bulk.ageing_loans import kernel_answers, load_views
from tests.bulk.native_files import write_book

AS_OF = date(2026, 3, 2)
TERMS = AgeingTerms(grace_days=2)


def a_loan(number: int) -> LoanFacts:
    """A loan whose facts follow from its number: late, ahead, held, adjusted and empty ones."""
    first = date(2025, 10, 1) + timedelta(days=number % 28)
    lines = [
        Installment(seq, first + timedelta(days=30 * seq), 10_000 + number, 500 + seq)
        for seq in range(1, number % 7 + 1)
    ]
    payments = [
        Payment(f"P{n}", first + timedelta(days=28 * n), 9_000 + 61 * number)
        for n in range(number % 5)
    ]
    adjustments = [Adjustment("charge", "cost", 100 + number, AS_OF - timedelta(days=number % 50))]
    holds = [Hold(AS_OF - timedelta(days=number % 40), None if number % 3 else AS_OF)]
    return LoanFacts(
        lines, payments, adjustments if number % 4 == 0 else [], holds if number % 6 == 0 else []
    )


LOANS = {f"L{number:04}": a_loan(number) for number in range(400)}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("native") / "book", LOANS)


def answers(
    book: Path, folder: Path, runner: Runner, shards: int | None, ending: str
) -> list[bytes]:
    out, late = folder / f"a{ending}", folder / f"late{ending}"
    aged = age_files(
        folder=book,
        as_of=AS_OF,
        terms=TERMS,
        out=out,
        runner=runner,
        installments_out=late,
        shards=shards,
    )
    assert aged.loans == len(LOANS)
    return [out.read_bytes(), late.read_bytes()]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("runner", "shards"),
    [
        (LoopRunner, 3),
        (partial(PoolRunner, workers=2), None),
        (partial(DaskRunner, workers=2), 5),
    ],
    ids=["loop", "pool", "dask"],
)
def test_every_runner_gives_the_bytes_of_one_piece(
    book: Path, tmp_path: Path, runner: Callable[[], Runner], shards: int | None, ending: str
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = answers(book, tmp_path / "one", LoopRunner(), 1, ending)
    assert answers(book, tmp_path / "many", runner(), shards, ending) == one


def test_nothing_but_the_answers_is_left_behind(book: Path, tmp_path: Path) -> None:
    answers(book, tmp_path, LoopRunner(), 2, ".csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "late.csv"]


def test_an_empty_book_has_an_answer_without_rows(tmp_path: Path) -> None:
    write_book(tmp_path / "book", {})
    out = tmp_path / "a.csv"
    aged = age_files(
        folder=tmp_path / "book", as_of=AS_OF, terms=TERMS, out=out, runner=PoolRunner(workers=2)
    )
    assert (aged.loans, aged.overdue_fen, aged.buckets) == (0, 0, ())
    assert out.read_text("utf-8").startswith("loan_no,")
    assert out.read_text("utf-8").count("\n") == 1


def test_shards_of_the_layout_age_to_the_same_rows(tmp_path: Path) -> None:
    connection = duckdb.connect()
    load_views(connection, LOANS)
    numbers = (0, 1, 2)
    for name in VIEWS:
        connection.execute(
            f"COPY (SELECT *, hash(loan_key) % 3 AS shard FROM {name})"
            f" TO '{tmp_path / name}' (FORMAT parquet, PARTITION_BY (shard))"
        )
    tasks = [
        AgeTask(
            number=number,
            queries=shard_queries(tmp_path, number),
            as_of=AS_OF,
            terms=TERMS,
            loans_out=tmp_path / f"aged-{number}.parquet",
        )
        for number in numbers
    ]
    aged = list(PoolRunner(workers=2).map(age_shard, tasks))
    assert [shard.number for shard in aged] == [0, 1, 2]
    found = [tmp_path / f"aged-{number}.parquet" for number in numbers]
    together = connection.execute(
        f"SELECT * FROM read_parquet({[str(path) for path in found]}) ORDER BY loan_key"
    )
    rows, _ = kernel_answers(LOANS, as_of=AS_OF, terms=TERMS)
    assert together.fetchall() == [(key, *rows[key]) for key in sorted(LOANS)]


def test_a_shard_without_files_of_a_table_reads_as_empty(tmp_path: Path) -> None:
    queries = shard_queries(tmp_path, 7, key_type="BIGINT")
    task = AgeTask(7, queries, AS_OF, TERMS, tmp_path / "a.parquet", tmp_path / "late.parquet")
    assert age_shard(task).loans == 0


def test_a_runner_that_is_not_in_the_list_is_refused() -> None:
    assert isinstance(runner_named("pool"), PoolRunner)
    with pytest.raises(UnknownRunner):
        runner_named("spark")


def test_a_refusal_in_a_worker_arrives_as_itself(tmp_path: Path) -> None:
    queries = shard_queries(tmp_path, 0) | {
        "loan": "SELECT 'L1' AS loan_key, 'interest first' AS allocation_order"
    }
    task = AgeTask(0, queries, AS_OF, TERMS, tmp_path / "a.parquet")
    with pytest.raises(Refusal) as refused:
        list(PoolRunner(workers=1).map(age_shard, [task]))
    assert refused.value.figures["value"] == "interest first"
