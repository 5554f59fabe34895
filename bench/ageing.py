"""Ageing against pandas: the same book, the same answer, fresh processes, median of three.

    python -m bench.ageing [--loans N] [--runs N] [--book FOLDER] [--big N]

Prints the kernel's time as a share of pandas' (goal 0.35) and its peak memory
(goal 1.5 GiB), the pool against one piece (goal: no slower), and the whole command
over a big book by shards within 3 GiB. Ratios count; seconds
belong to the machine. Peak is the resident memory of the process tree, sampled.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.ageing_book import make_book
from bench.ageing_ways import run_way

GOAL_RATIO = 0.35
GOAL_PEAK_MIB = 1536
GOAL_BIG_PEAK_MIB = 3072

ANSWER = (
    "loan_no, days_past_due, delinquent_days, oldest_unpaid_due_date::DATE, delinquent_date::DATE,"
    " overdue_principal_fen, overdue_interest_fen, overdue_fee_fen, overdue_penalty_fen,"
    " overdue_fen, outstanding_fen, bucket, held"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds (median) and peak MiB (highest) of the runs of one way."""

    seconds: float
    peak_mib: int


def main() -> None:
    """Make the book, run every way, compare the answers, print the table."""
    parser = argparse.ArgumentParser(prog="bench.ageing")
    parser.add_argument("--loans", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--book", type=Path, help="keep the made book here")
    parser.add_argument("--big", type=int, default=10_000_000, help="aged by shards; 0: left out")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        seconds = run_way(asked.way, folder=asked.book, out=asked.out)
        print(json.dumps({"seconds": seconds}))
        return
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as name:
        _bench(asked, Path(name))


def _bench(asked: argparse.Namespace, scratch: Path) -> None:
    book = asked.book or scratch / "book"
    if not (book / "holds.parquet").exists():
        make_book(book, loans=asked.loans)
    counts = _counts(book)
    print(f"ageing: {counts}, Parquet in, answer file out, {asked.runs} fresh processes each")
    measured = _rounds(("kernel", "pandas", "loop", "pool"), book, scratch, asked.runs)
    for other in ("kernel", "loop", "pool"):
        _same(scratch / "pandas.parquet", scratch / f"{other}.parquet")
    for way, found in measured.items():
        print(f"  {way:<8}{found.seconds:>8.2f} s {found.peak_mib:>8,} MiB")
    kernel, pandas = measured["kernel"], measured["pandas"]
    _judge("kernel / pandas", kernel.seconds / pandas.seconds, GOAL_RATIO)
    _judge("kernel peak MiB", kernel.peak_mib, GOAL_PEAK_MIB)
    _judge("pool / one piece", measured["pool"].seconds / measured["loop"].seconds, 1.0)
    if asked.big:
        big = scratch / "big"
        make_book(big, loans=asked.big)
        found = _once("loop", big, scratch / "big.parquet")
        print(f"  {_counts(big)} by shards: {found.seconds:.1f} s")
        _judge("by shards, peak MiB", found.peak_mib, GOAL_BIG_PEAK_MIB)


def _judge(what: str, value: float, goal: float) -> None:
    verdict = "met" if value <= goal else "MISSED"
    print(f"  {what:<22}{value:>10.2f}   goal {goal:g}: {verdict}")


def _rounds(ways: Sequence[str], book: Path, scratch: Path, runs: int) -> dict[str, Measured]:
    # Round by round, not way by way: what else the machine does then falls on all of them.
    found: dict[str, list[Measured]] = {way: [] for way in ways}
    for _ in range(runs):
        for way in ways:
            found[way].append(_once(way, book, scratch / f"{way}.parquet"))
    return {
        way: Measured(statistics.median(r.seconds for r in rounds), max(r.peak_mib for r in rounds))
        for way, rounds in found.items()
    }


def _once(way: str, book: Path, out: Path) -> Measured:
    words = ["--way", way, "--book", str(book), "--out", str(out)]
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.ageing", *words], stdout=subprocess.PIPE, text=True
    )
    done = threading.Event()
    peaks = [0]
    watcher = threading.Thread(target=_watch, args=(child.pid, done, peaks))
    watcher.start()
    told, _ = child.communicate()
    done.set()
    watcher.join()
    if child.returncode:
        raise SystemExit(f"{way} failed")
    return Measured(json.loads(told)["seconds"], peaks[0] >> 10)


def _watch(pid: int, done: threading.Event, peaks: list[int]) -> None:
    while not done.wait(0.02):
        peaks[0] = max(peaks[0], _tree_kib(pid))


def _tree_kib(pid: int) -> int:
    """Resident KiB of a process and its children; what they share counts for each."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0
    own = next((line.split()[1] for line in status.splitlines() if line[:6] == "VmRSS:"), "0")
    return int(own) + sum(_tree_kib(int(child)) for child in children)


def _counts(book: Path) -> str:
    told = []
    for table in ("loans", "installments", "payments", "holds"):
        rows = duckdb.sql(f"SELECT count(*) FROM '{book}/{table}.parquet'").fetchall()[0][0]
        told.append(f"{rows:,} {table}")
    return ", ".join(told)


def _same(first: Path, second: Path) -> None:
    for one, other in ((first, second), (second, first)):
        differing = duckdb.sql(
            f"SELECT count(*) FROM (SELECT {_columns(one)} FROM '{one}'"
            f" EXCEPT ALL SELECT {_columns(other)} FROM '{other}')"
        ).fetchall()[0][0]
        if differing:
            raise SystemExit(f"{one.name} and {other.name} differ in {differing} rows")


def _columns(path: Path) -> str:
    return ANSWER.replace("loan_no", "loan_key") if path.stem == "kernel" else ANSWER


if __name__ == "__main__":
    main()
