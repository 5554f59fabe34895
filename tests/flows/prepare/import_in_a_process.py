"""One import in a process of its own that may kill itself: `python -m ... FILES LENDER [STEP N]`.

Run by test_import_killed. With STEP and N it sends itself SIGKILL at the nth news
of that step; without, it imports and prints the recording.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path

import django


def main() -> None:
    """Import FILES for LENDER."""
    django.setup()
    from django.utils import timezone  # reason: app-registry

    from dunwell.flows.prepare.import_book import import_book  # reason: app-registry
    from dunwell.flows.prepare.stage_book import stage_book, work_folder  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    files, lender, *fatal = sys.argv[1:]
    heard = 0

    def hear(step: str, done: int, total: int) -> None:
        nonlocal heard
        if fatal and step == fatal[0]:
            heard += 1
            if heard >= int(fatal[1]):
                os.kill(os.getpid(), signal.SIGKILL)

    actor = system_actor("command-line")
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


if __name__ == "__main__":
    main()
