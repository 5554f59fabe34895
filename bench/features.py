"""Features against the ageing kernel: the same book, the same process, median of three.

    python -m bench.features [--loans N] [--runs N] [--book FOLDER] [--memory MIB]

Every run is a fresh process that ages the book and then makes the features, for the
borrowers that the day run asks for (overdue now) and for all of them; the ratio to
its own ageing counts (goal 1.7 for those asked for), seconds belong to the machine. A
sample of borrowers is compared with the one-borrower function, and the book is done once
more in little memory, with the same answer. Peak is the process' resident memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.ageing_book import AS_OF, make_book
from bench.ageing_ways import kernel_queries
from dunwell.bulk.kernels.ageing import age_views
from dunwell.bulk.kernels.features import FEATURE_VIEWS, empty_feature_view, feature_views
from dunwell.bulk.shards import work_database, write_parquet
from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts
from dunwell.core.allocation import Installment, Payment, parse_order
from dunwell.core.days import parse_day
from dunwell.core.features import Asides, BorrowerFeatures, LoanPast, features_of

GOAL_RATIO = 1.7
DAY = parse_day(AS_OF)
TERMS = AgeingTerms()
SAMPLED = 400
WANTED = """
    CREATE TEMP TABLE wanted AS
    SELECT DISTINCT borrower_key FROM owner JOIN loan_age USING (loan_key) WHERE overdue_fen > 0
"""


def main() -> None:
    """Make the book, run it, compare a sample, print the table."""
    parser = argparse.ArgumentParser(prog="bench.features")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--book", type=Path, help="keep the made book here")
    parser.add_argument("--memory", type=int, default=768, help="MiB of the run in little memory")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(_run(asked.way, asked.book, asked.out, asked.memory)))
        return
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as name:
        _bench(asked, Path(name))


def _bench(asked: argparse.Namespace, scratch: Path) -> None:
    book = asked.book or scratch / "book"
    if not (book / "holds.parquet").exists():
        make_book(book, loans=asked.loans)
    print(f"features: {asked.loans:,} loans, Parquet in, {asked.runs} fresh processes each")
    rounds: dict[str, list[dict[str, float]]] = {"asked for": [], "all": []}
    for _ in range(asked.runs):
        for way, found in rounds.items():
            found.append(_once(way, book, scratch / f"{way}.parquet", asked.memory))
    for way, found in rounds.items():
        ratio = statistics.median(one["features"] / one["ageing"] for one in found)
        goal = f"goal {GOAL_RATIO}: " + ("met" if ratio <= GOAL_RATIO else "MISSED")
        print(
            f"  {way:<10}{found[0]['borrowers']:>10,.0f} borrowers"
            f"  ageing {statistics.median(one['ageing'] for one in found):.2f} s"
            f"  features {statistics.median(one['features'] for one in found):.2f} s"
            f"  features / ageing {ratio:.2f}  {goal if way == 'asked for' else 'for comparison'}"
            f"  peak {max(one['peak_mib'] for one in found):,.0f} MiB"
        )
    little = _once("little", book, scratch / "little.parquet", asked.memory)
    _same(scratch / "asked for.parquet", scratch / "little.parquet")
    print(
        f"  in {asked.memory} MiB: the same answer in {little['features']:.2f} s"
        f" (ageing {little['ageing']:.2f} s), peak {little['peak_mib']:,.0f} MiB"
    )
    print(f"  {_sample(book, scratch / 'all.parquet')} borrowers equal the one-borrower function")


def _once(way: str, book: Path, out: Path, memory: int) -> dict[str, float]:
    words = ["--way", way, "--book", str(book), "--out", str(out), "--memory", str(memory)]
    told = subprocess.run(
        [sys.executable, "-m", "bench.features", *words], check=True, capture_output=True, text=True
    )
    measured: dict[str, float] = json.loads(told.stdout)
    return measured


def _run(way: str, book: Path, out: Path, memory: int) -> dict[str, float]:
    with work_database(
        out.parent, memory=f"{memory}MiB" if way == "little" else None
    ) as connection:
        open_views(connection, book)
        started = time.perf_counter()
        age_views(connection, as_of=DAY, terms=TERMS)
        aged = time.perf_counter()
        if way != "all":
            connection.execute(WANTED)
        wanted = None if way == "all" else "wanted"
        feature_views(connection, as_of=DAY, terms=TERMS, wanted=wanted)
        done = time.perf_counter()
        write_parquet(connection, "FROM borrower_feature ORDER BY borrower_key", out)
        counted = connection.execute("SELECT count(*) FROM borrower_feature").fetchall()
    return {
        "ageing": aged - started,
        "features": done - aged,
        "borrowers": counted[0][0],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def open_views(connection: duckdb.DuckDBPyConnection, book: Path) -> None:
    """The views that both kernels read, over a made book; bench.decide opens the same."""
    views = {
        **kernel_queries(book),
        "owner": "SELECT loan_no AS loan_key, borrower_no AS borrower_key, FALSE AS has_left"
        f" FROM '{book}/loans.parquet'",
        **{name: empty_feature_view(name, key_type="VARCHAR") for name in FEATURE_VIEWS},
    }
    for name, query in views.items():
        connection.execute(f"CREATE VIEW {name} AS {query}")


def _same(first: Path, second: Path) -> None:
    for one, other in ((first, second), (second, first)):
        if duckdb.sql(f"FROM '{one}' EXCEPT ALL FROM '{other}' LIMIT 1").fetchall():
            raise SystemExit(f"{one.name} and {other.name} differ")


def _sample(book: Path, answers: Path) -> int:
    """Compare some borrowers with the meaning; answers how many."""
    with duckdb.connect() as connection:
        open_views(connection, book)
        connection.execute(
            "CREATE TABLE sampled AS SELECT loan_key, borrower_key FROM owner SEMI JOIN ("
            f" SELECT borrower_key FROM '{answers}' ORDER BY hash(borrower_key) LIMIT {SAMPLED})"
            " USING (borrower_key)"
        )
        borrowers: dict[str, list[LoanPast]] = {}
        for key, borrower in connection.execute("FROM sampled ORDER BY ALL").fetchall():
            borrowers.setdefault(borrower, []).append(LoanPast(_facts(connection, key)))
        found = connection.execute(
            f"SELECT answer.* FROM '{answers}' AS answer SEMI JOIN sampled USING (borrower_key)"
        ).fetchall()
    for borrower, *row in found:
        expected = features_of(
            loans=borrowers[borrower], asides=Asides(), as_of=DAY, ageing_terms=TERMS
        )
        if BorrowerFeatures(*row) != expected:
            raise SystemExit(f"{borrower} differs from the one-borrower function")
    return len(found)


def _facts(connection: duckdb.DuckDBPyConnection, key: str) -> LoanFacts:
    def rows(query: str) -> Sequence[tuple[object, ...]]:
        return connection.execute(f"{query} WHERE loan_key = ?", [key]).fetchall()

    lines = rows(
        "SELECT seq, due_date, principal_fen, interest_fen, fee_fen, penalty_fen FROM installment"
    )
    money = rows("SELECT paid_on, amount_fen FROM payment")
    order = rows("SELECT allocation_order FROM loan")[0][0]
    return LoanFacts(
        [Installment(*line) for line in lines],  # type: ignore[arg-type]
        list(_payments(money)),
        [],
        [Hold(*row) for row in rows("SELECT start_on, end_on FROM hold")],  # type: ignore[arg-type]
        parse_order(str(order) if order else None),
    )


def _payments(money: Sequence[tuple[object, ...]]) -> Sequence[Payment]:
    """Money as payments and reversals; a reversal undoes any earlier payment of its amount."""
    taken: list[Payment] = []
    undone: list[Payment] = []
    for number, (on, fen) in enumerate(sorted(money, key=str)):  # type: ignore[misc]
        if fen > 0:
            taken.append(Payment(f"P{number}", on, fen))
    for number, (on, fen) in enumerate(sorted(money, key=str)):  # type: ignore[misc]
        if fen < 0:
            used = {row.reverses for row in undone}
            of = next(
                paid
                for paid in taken
                if paid.amount_fen == -fen and paid.paid_on <= on and paid.payment_no not in used
            )
            undone.append(Payment(f"R{number}", on, -fen, of.payment_no))
    return [*taken, *undone]


if __name__ == "__main__":
    main()
