"""A day run in a process of its own that kills itself at the step it is told.

    python -m tests.flows.day_run.killed_run DAY POINT

POINT counts what the watcher hears. Without one, the run goes to its end and the
points are printed. Which database and home comes from the environment.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date


def main() -> None:
    """Run the day and die on the way."""
    import django  # reason: start-up — settings are named by the environment

    django.setup()
    from django.conf import settings  # reason: app-registry
    from django.utils import timezone  # reason: app-registry

    from dunwell.flows.prepare.day_steps import StepNews  # reason: app-registry
    from dunwell.flows.prepare.run_day import run_day  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    point = int(sys.argv[2]) if len(sys.argv) > 2 else None
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
    sys.stdout.write("\n".join(heard) + "\n")


if __name__ == "__main__":
    main()
