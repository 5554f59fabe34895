"""Imports in processes of their own that may kill themselves: `python -m ... FILES LENDER`.

Run by test_import_killed. Each line of stdin is one import: `STEP N` sends itself SIGKILL at the
nth news of that step; an empty line imports and prints the recording. An import is forked from a
process that has read the program and opened nothing; after it comes `ended` with its exit code.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path

import django


def main() -> None:
    """Import FILES for LENDER, once for every line."""
    django.setup()
    from django.utils import timezone  # reason: app-registry

    from dunwell.flows.prepare.import_book import import_book  # reason: app-registry
    from dunwell.flows.prepare.stage_book import stage_book, work_folder  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    files, lender = sys.argv[1:]
    actor = system_actor("command-line")

    def bring(fatal: str, nth: int) -> None:
        heard = 0

        def hear(step: str, done: int, total: int) -> None:
            nonlocal heard
            heard += step == fatal
            if step == fatal and heard >= nth:
                os.kill(os.getpid(), signal.SIGKILL)

        with work_folder() as workdir:
            staged = stage_book(
                actor=actor,
                lender_code=lender,
                paths=[Path(files)],
                workdir=workdir,
                as_of=date(2026, 3, 2),
                now=timezone.now(),
            )
            result = import_book(
                actor=actor, staged=staged, dry_run=False, clock=timezone.now, on_progress=hear
            )
        sys.stdout.write(f"{result.recording}\n")
        sys.stdout.flush()

    for line in sys.stdin:
        if not (child := os.fork()):
            fatal, _, nth = line.strip().partition(" ")
            bring(fatal, int(nth or 0))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"ended {code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
