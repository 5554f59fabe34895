"""The ways the ageing bench ages one book: by pandas, by the kernel alone, by the whole command.

`pandas` and `kernel` read the Parquet files and write the answer, nothing else;
`loop`, `pool` and `dask` are the whole of `dunwell age`, checks of the book
included. Each is timed without its imports.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from bench.ageing_book import AS_OF
from dunwell.bulk.age_files import age_files
from dunwell.bulk.runners import runner_named
from dunwell.bulk.shards import AgeTask, age_shard, empty_view
from dunwell.core.ageing import AgeingTerms

DAY = date.fromisoformat(AS_OF)


def run_way(way: str, *, folder: Path, out: Path) -> float:
    """Age the book in `folder` and answer the seconds it took."""
    if way == "pandas":
        from bench.ageing_pandas import age_with_pandas  # reason: heavy

        started = time.perf_counter()
        age_with_pandas(folder, as_of=DAY, out=out)
    elif way == "kernel":
        task = AgeTask(0, kernel_queries(folder), DAY, AgeingTerms(), out)
        started = time.perf_counter()
        age_shard(task)
    else:
        started = time.perf_counter()
        age_files(
            folder=folder,
            as_of=DAY,
            terms=AgeingTerms(),
            out=out,
            runner=runner_named(way),
        )
    return time.perf_counter() - started


def kernel_queries(folder: Path) -> dict[str, str]:
    """SQL behind each view of the ageing kernel, over the Parquet files of a made book."""
    return {
        "loan": f"SELECT loan_no AS loan_key, allocation_order FROM '{folder}/loans.parquet'",
        "installment": "SELECT loan_no AS loan_key, seq, due_date, principal_fen, interest_fen,"
        f" fee_fen, penalty_fen FROM '{folder}/installments.parquet'",
        "payment": "SELECT loan_no AS loan_key, paid_on,"
        " CASE WHEN reverses IS NULL THEN amount_fen ELSE -amount_fen END AS amount_fen"
        f" FROM '{folder}/payments.parquet'",
        "adjustment": empty_view("adjustment", key_type="VARCHAR"),
        "hold": 'SELECT loan_no AS loan_key, "start" AS start_on, "end" AS end_on'
        f" FROM '{folder}/holds.parquet'",
    }
