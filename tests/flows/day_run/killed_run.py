"""Day runs in processes of their own that kill themselves at the step they are told.

    python -m tests.flows.day_run.killed_run DAY

Each line of stdin is one run: the POINT to die at, which counts what the watcher hears; an
empty line is a run to the end, and prints the points. A run is forked from a process that has
read the program and opened nothing, so that it is read once; after it comes `ended` with its
exit code. Which database and home comes from the environment.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date


def main() -> None:
    """Run the day and die on the way, once for every line."""
    import django  # reason: start-up — settings are named by the environment

    django.setup()
    from django.conf import settings  # reason: app-registry
    from django.utils import timezone  # reason: app-registry

    from dunwell.flows.prepare.day_steps import StepNews  # reason: app-registry
    from dunwell.flows.prepare.run_day import run_day  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    def run(point: int | None) -> None:
        heard: list[str] = []

        def watch(news: StepNews) -> None:
            if news.state == "rows":
                return
            heard.append(f"{news.step}.{news.part or news.state}")
            if len(heard) - 1 == point:
                os.kill(os.getpid(), signal.SIGKILL)

        run_day(
            actor=system_actor("day-run"),
            day=date.fromisoformat(sys.argv[1]),
            clock=timezone.now,
            home=settings.HOME,
            watch=watch,
        )
        sys.stdout.write(" ".join(heard) + "\n")
        sys.stdout.flush()

    for line in sys.stdin:
        if not (child := os.fork()):
            run(int(line) if line.strip() else None)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"ended {code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
