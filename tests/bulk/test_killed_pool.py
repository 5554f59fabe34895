"""A pool whose process is killed leaves no workers behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
POOL = """
import os, signal
import psutil
from dunwell.bulk.runners import PoolRunner
if __name__ == "__main__":
    answers = PoolRunner(workers=2).map(str, range(4))
    next(answers)
    print(*(each.pid for each in psutil.Process().children(recursive=True)), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_the_process_of_their_pool_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    workers = [int(pid) for pid in done.stdout.split()]
    assert len(workers) >= 3, done.stderr  # the fork server and its two workers
    _, alive = psutil.wait_procs(list(filter(None, map(process, workers))), timeout=60)
    assert not alive


def process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None
