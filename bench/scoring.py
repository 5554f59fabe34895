"""Bench: points-card scoring, beside DuckDB reading the same feature columns.

    python -m bench.scoring [--rows 1000000] [--rounds 9]

The shipped card over its own features, invented, in one Parquet file. The floor reads those
columns of that file and adds each up; scoring reads them too and makes score, grade, three
reasons and probability of every row. Both take turns on two threads and are told in
processor time: a busy machine slows both alike. `make bench` runs it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import duckdb
import yaml

from dunwell.bulk.compile.card import card_sql
from dunwell.bulk.compile.conditions import column, literal
from dunwell.core.features import FEATURE_OF
from dunwell.core.risk import Card, parse_house_card
from dunwell.store.policy.document_kinds import seed_text

GOAL = 0.2
MOST = {"ppm": 1_000_001, "fen": 5_000_000, "days": 200}
"""Numbers are drawn below this by unit, others below 8."""


def main() -> None:
    """Print rows a second of both, and the ratio beside the goal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    told = parser.parse_args()
    card = parse_house_card(yaml.safe_load(seed_text("card") or ""), file="overdue_borrower.yaml")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "features.parquet"
        connection = duckdb.connect(config={"threads": 2})
        connection.execute("SELECT setseed(0.4)")
        connection.execute(f"COPY ({_invented(card, told.rows)}) TO '{path}' (FORMAT parquet)")
        source = f"read_parquet('{path}')"
        floor, ours = _seconds(
            [_run(connection, _floor(card, source)), _run(connection, _scoring(card, source))],
            told.rounds,
        )
        connection.close()
    ratio = floor / ours
    verdict = "reached" if ratio >= GOAL else "missed"
    print(
        f"scoring {told.rows:,} rows by {len(card.items)} items, two threads, processor time,"
        f" best of {told.rounds} in turns"
    )
    print(f"  read the columns  {told.rows / floor:>14,.0f} rows/s")
    print(
        f"  score the rows    {told.rows / ours:>14,.0f} rows/s"
        f"  ratio {ratio:.2f} (goal {GOAL}: {verdict})"
    )


def _invented(card: Card, rows: int) -> str:
    cells = []
    for item in card.items:
        feature = FEATURE_OF[item.feature]
        drawn = f"(random() * {MOST.get(feature.unit, 8)})::BIGINT"
        if feature.kind == "flag":
            drawn = "random() < 0.2"
        elif feature.kind == "choice":
            names = ", ".join(literal(value) for value in item.values)
            drawn = f"([{names}])[1 + (random() * {len(item.values) - 1})::INTEGER]"
        if not feature.always_known:
            drawn = f"CASE WHEN random() > 0.1 THEN {drawn} END"
        cells.append(f"{drawn} AS {column(item.feature)}")
    return f"SELECT i AS borrower_key, {', '.join(cells)} FROM range({rows}) r(i)"


def _floor(card: Card, source: str) -> str:
    sums = []
    for item in card.items:
        kind, name = FEATURE_OF[item.feature].kind, column(item.feature)
        read = {"int": name, "flag": f"{name}::INTEGER", "choice": f"strlen({name})"}[kind]
        sums.append(f"sum({read})")
    return f"SELECT sum(borrower_key), {', '.join(sums)} FROM {source}"


def _scoring(card: Card, source: str) -> str:
    query = card_sql(card, source=source, keys=["borrower_key"])
    reasons = ", ".join(f"sum(strlen(reason_{n}))" for n in (1, 2, 3))
    return (
        f"SELECT sum(borrower_key), sum(score), sum(strlen(grade)), {reasons},"
        f" sum(probability_ppm) FROM ({query})"
    )


def _run(connection: duckdb.DuckDBPyConnection, query: str) -> Callable[[], None]:
    def run() -> None:
        connection.execute(query).fetchall()

    return run


def _seconds(runs: list[Callable[[], None]], rounds: int) -> list[float]:
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for number, run in enumerate(runs):
            started = process_time()
            run()
            best[number] = min(best[number], process_time() - started)
    return best


if __name__ == "__main__":
    main()
