"""Features, grade and strategy against the ageing kernel: the same book, the same process.

    python -m bench.decide [--loans N] [--runs N] [--book FOLDER]

Every run is a fresh process that ages the book from Parquet, then makes features, grade,
category and plan as the day run does, for the borrowers it decides for (overdue now) and,
for comparison, for all of them. The median ratio to its own ageing counts (goal 3); seconds
belong to the machine. Every borrower stands where a decision five days ago left them, one in
fifty is frozen. A sample is decided by core.decision too. Peak is the process' resident memory.
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
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.ageing_book import make_book
from bench.features import DAY, TERMS, WANTED, open_views
from dunwell.bulk.compile.conditions import column
from dunwell.bulk.deciding import (
    Group,
    categorise_borrowers,
    decide_borrowers,
    find_decision_changes,
    gather_facts,
    grade_borrowers,
)
from dunwell.bulk.kernels.ageing import age_views
from dunwell.bulk.kernels.features import feature_views
from dunwell.bulk.shards import work_database
from dunwell.core.decision import DECIDED, FACT_NAMES, Before, Decided, Overruled, Policy, decide
from dunwell.store.policy.document_kinds import parse_document, seed_text

GOAL_RATIO = 3.0
SAMPLED = 2_000
PARTS = ("features", "grade", "strategy")
EARLIER = DAY - timedelta(days=5)

STANDING = """
    CREATE OR REPLACE TABLE borrower_of AS
    SELECT borrower_key, substr(borrower_key, 2)::BIGINT AS party_id, 1::BIGINT AS lender_id
    FROM {asked};
    CREATE OR REPLACE TEMP TABLE standing_freeze AS
    SELECT party_id, (['complaint', 'hardship', 'dispute'])[1 + party_id % 3] AS kind
    FROM borrower_of WHERE party_id % 50 = 0;
    CREATE OR REPLACE TEMP TABLE overruled AS
    SELECT party_id, lender_id, 'E' AS grade, NULL::VARCHAR AS plan
    FROM borrower_of WHERE party_id % 500 = 1;
    CREATE OR REPLACE TEMP TABLE standing_before (party_id BIGINT, lender_id BIGINT,
        plan VARCHAR, step INTEGER, since_on DATE, why VARCHAR, experiment VARCHAR);
"""


def main() -> None:
    """Make the book, run it, compare a sample, print the table."""
    parser = argparse.ArgumentParser(prog="bench.decide")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--book", type=Path, help="keep the made book here")
    parser.add_argument("--way", choices=("asked for", "all"), help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(_run(asked.way, asked.book, check=asked.check)))
        return
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as name:
        _bench(asked, Path(name))


def _bench(asked: argparse.Namespace, scratch: Path) -> None:
    book = asked.book or scratch / "book"
    if not (book / "holds.parquet").exists():
        make_book(book, loans=asked.loans)
    print(
        f"decide: {asked.loans:,} loans, Parquet in, decisions out,"
        f" {asked.runs} fresh processes each"
    )
    rounds: dict[str, list[dict[str, float]]] = {"asked for": [], "all": []}
    for number in range(asked.runs):
        for way, found in rounds.items():
            found.append(_once(way, book, check=number == 0))
    for way, found in rounds.items():
        _tell(way, found)
    print(f"  {rounds['all'][0]['checked']:,.0f} decisions equal those of core.decision")


def _tell(way: str, found: list[dict[str, float]]) -> None:
    ratio = statistics.median(sum(one[part] for part in PARTS) / one["ageing"] for one in found)
    goal = f"goal {GOAL_RATIO:g}: " + ("met" if ratio <= GOAL_RATIO else "MISSED")
    seconds = "  ".join(
        f"{part} {statistics.median(one[part] for one in found):.2f} s"
        for part in ("ageing", *PARTS, "changes")
    )
    print(
        f"  {way:<10}{found[0]['borrowers']:>10,.0f} borrowers  {seconds}"
        f"  features + grade + strategy / ageing {ratio:.2f}"
        f"  {goal if way == 'asked for' else 'for comparison'}"
        f"  peak {max(one['peak_mib'] for one in found):,.0f} MiB"
    )


def _once(way: str, book: Path, *, check: bool) -> dict[str, float]:
    words = ["--way", way, "--book", str(book), *(["--check"] if check else [])]
    told = subprocess.run(
        [sys.executable, "-m", "bench.decide", *words], check=True, capture_output=True, text=True
    )
    measured: dict[str, float] = json.loads(told.stdout)
    return measured


def _run(way: str, book: Path, *, check: bool) -> dict[str, float]:
    policy = _shipped()
    groups = [Group((1,), policy, "bench")]
    with (
        tempfile.TemporaryDirectory(dir=book.parent) as spill,
        work_database(Path(spill)) as connection,
    ):
        open_views(connection, book)
        marks = [time.perf_counter()]
        age_views(connection, as_of=DAY, terms=TERMS)
        marks.append(time.perf_counter())
        if way != "all":
            connection.execute(WANTED)
        wanted = None if way == "all" else "wanted"
        feature_views(connection, as_of=DAY, terms=TERMS, wanted=wanted)
        marks.append(time.perf_counter())
        _stand(connection, groups, wanted)
        seconds = {"ageing": marks[1] - marks[0], "features": marks[2] - marks[1]}
        seconds |= _decide(connection, groups)
        counted = connection.execute("SELECT count(*) FROM decided").fetchall()[0][0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        checked = _check(connection, policy) if check else 0
    return {**seconds, "borrowers": counted, "peak_mib": peak, "checked": checked}


def _decide(connection: duckdb.DuckDBPyConnection, groups: list[Group]) -> dict[str, float]:
    """The steps `grade` and `strategy` of the day run, and what it then has to write."""
    marks = [time.perf_counter()]
    gather_facts(connection, groups)
    grade_borrowers(connection, groups)
    categorise_borrowers(connection, groups)
    marks.append(time.perf_counter())
    decide_borrowers(connection, groups, day=DAY)
    marks.append(time.perf_counter())
    find_decision_changes(connection)
    marks.append(time.perf_counter())
    return {
        part: marks[place + 1] - marks[place]
        for place, part in enumerate(("grade", "strategy", "changes"))
    }


def _stand(connection: duckdb.DuckDBPyConnection, groups: list[Group], wanted: str | None) -> None:
    """Freezes, overrulings, and for everybody the decision of an earlier day. Not timed."""
    asked = wanted or "(SELECT DISTINCT borrower_key FROM owner)"
    connection.execute(STANDING.format(asked=asked))
    gather_facts(connection, groups)
    grade_borrowers(connection, groups)
    categorise_borrowers(connection, groups)
    decide_borrowers(connection, groups, day=EARLIER)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE decision_now AS
        SELECT party_id, lender_id, {", ".join(DECIDED)} FROM decided;
        CREATE OR REPLACE TEMP TABLE standing_before AS
        SELECT party_id, lender_id, plan, step, since_on, why, experiment FROM decided;
    """)


def _shipped() -> Policy:
    def read(kind: str) -> Any:
        return parse_document(kind, seed_text(kind) or "", file=kind)

    return Policy(
        card=read("card"),
        quadrant=read("quadrant"),
        categories=read("categories"),
        five_classes=read("five_classes"),
        strategies={"default": read("strategy")},
    )


def _check(connection: duckdb.DuckDBPyConnection, policy: Policy) -> int:
    """Decide some borrowers alone, from the very facts; answers how many came out the same."""
    before = [f"before_{name}" for name in ("plan", "step", "since_on", "why", "experiment")]
    figures = [f"decided.{name}" for name in DECIDED]
    facts = [f"fact.{column(name)}" for name in FACT_NAMES]
    found = connection.execute(f"""
        SELECT {", ".join([*facts, *before, "overruled_grade", *figures])}
        FROM borrower_fact AS fact JOIN decided USING (party_id, lender_id)
        ORDER BY hash(party_id) LIMIT {SAMPLED}
    """).fetchall()
    for row in found:
        known, rest = row[: len(facts)], row[len(facts) :]
        stood: tuple[Any, ...] = rest[: len(before)]
        alone = decide(
            facts=dict(zip(FACT_NAMES, known, strict=True)),
            policy=policy,
            before=Before(*stood) if stood[0] is not None else None,
            overruled=Overruled(grade=rest[len(before)]),
            key="",
            day=DAY,
        )
        if alone != Decided(*rest[len(before) + 1 :]):
            raise SystemExit("a borrower decided alone differs from the book")
    return len(found)


if __name__ == "__main__":
    main()
