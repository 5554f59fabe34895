"""The past of loans by shards, for features of a book that no single memory holds.

Nothing in the past of a loan crosses loans: a shard answers for its own, and the
pieces together are the table `loan_past` of kernels/features.py, which `borrower_views`
then adds up by borrower, whose loans may lie in several shards. Called by the day run
after the roll-up, which says whose loans are wanted. Where all are, a runner may hand
the same shard to `age_shard` and `past_shard` in one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunwell.bulk.kernels.features import past_views
from dunwell.bulk.shards import work_database, write_parquet
from dunwell.core.ageing import AgeingTerms


@dataclass(frozen=True, slots=True)
class PastTask:
    """One shard to look back in. `queries` is the SQL behind each view of the ageing kernel.

    `wanted` is a query whose loan_key names the loans to look at, of any shard (None: all
    of this one). `past_out` is the Parquet file to write, sorted by loan_key; `threads`
    and `memory` bound what DuckDB may take (None: what it takes by itself).
    """

    number: int
    queries: Mapping[str, str]
    as_of: date
    terms: AgeingTerms
    past_out: Path
    wanted: str | None = None
    threads: int | None = None
    memory: str | None = None


@dataclass(frozen=True, slots=True)
class PastShard:
    """What looking back in a shard made. The file is that of its task."""

    number: int
    loans: int
    past_out: Path


def past_shard(task: PastTask) -> PastShard:
    """Write the past of one shard's loans, sorted. Safe to repeat: the file is replaced whole."""
    with work_database(
        task.past_out.parent, threads=task.threads, memory=task.memory
    ) as connection:
        for name, query in task.queries.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        named = " UNION ".join(f"SELECT loan_key FROM {name}" for name in task.queries)
        asked = "" if task.wanted is None else f" SEMI JOIN ({task.wanted}) USING (loan_key)"
        past_views(
            connection,
            as_of=task.as_of,
            terms=task.terms,
            loans=f"(SELECT loan_key FROM ({named}){asked})",
        )
        write_parquet(connection, "FROM loan_past ORDER BY loan_key", task.past_out)
        counted = connection.execute("SELECT count(*) FROM loan_past").fetchall()
    return PastShard(task.number, int(counted[0][0]), task.past_out)
