"""The preview worker: `python -m dunwell.faces.worker.looks DRAFT STAFF`.

A process of its own for the preview of a draft, started by the strategy pages and outliving
the request. It acts as the person who asked; how far it is stands beside the draft. Nothing
is printed.
"""

from __future__ import annotations

import os
import subprocess
import sys


def start(*, draft: str, asked_by: int) -> int:
    """Start the worker for a draft in the name of a member of staff; answers its process id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "dunwell.faces.worker.looks", draft, str(asked_by)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
    )
    return child.pid


def work(*, draft: str, asked_by: int) -> None:
    """Preview a draft as the member of staff who asked for it."""
    from django.conf import settings  # reason: app-registry
    from django.utils import timezone  # reason: app-registry

    from dunwell.flows.improve.drafts import look  # reason: app-registry
    from dunwell.store.people.models import Staff  # reason: app-registry
    from dunwell.store.people.permissions import actor_of  # reason: app-registry

    look(
        actor=actor_of(Staff.objects.get(pk=asked_by)),
        day=timezone.localdate(),
        clock=timezone.now,
        home=settings.HOME,
        token=draft,
    )


def main() -> None:
    """The process itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")
    import django  # reason: start-up

    django.setup()
    draft, asked_by = sys.argv[1:]
    work(draft=draft, asked_by=int(asked_by))


if __name__ == "__main__":
    main()
