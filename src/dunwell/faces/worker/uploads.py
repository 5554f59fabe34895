"""The import worker: `python -m dunwell.faces.worker.uploads BATCH check|import`.

A process of its own for each piece of long work, started by the import pages and
outliving the request. It acts as the person who asked. What went wrong is told by
code on the page; nothing is printed, for a fault may quote what it choked on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dunwell.flows.prepare.upload_work import Phase


def start(*, batch: int, phase: Phase, asked_by: int) -> int:
    """Start the worker for a batch in the name of a member of staff; answers its process id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "dunwell.faces.worker.uploads", str(batch), phase, str(asked_by)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
    )
    return child.pid


def work(*, batch: int, phase: Phase, asked_by: int) -> None:
    """Check or import the upload of a batch as the member of staff who asked for it."""
    from django.utils import timezone  # reason: app-registry

    from dunwell.faces.cli.book import sentences  # reason: app-registry
    from dunwell.flows.prepare.upload_work import (  # reason: app-registry
        check_upload,
        import_upload,
    )
    from dunwell.store.book.models import Batch  # reason: app-registry
    from dunwell.store.people.models import Staff  # reason: app-registry
    from dunwell.store.people.permissions import actor_of  # reason: app-registry

    row = Batch.objects.select_related("lender").get(pk=batch)
    how: dict[str, Any] = {
        "actor": actor_of(Staff.objects.get(pk=asked_by)),
        "batch": row,
        "clock": timezone.now,
        "hear": lambda step, done, total: None,
    }
    if phase == "check":
        check_upload(**how)
    else:
        import_upload(**how, sentences=sentences())


def main() -> None:
    """The process itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")
    import django  # reason: start-up

    django.setup()
    batch, phase, asked_by = sys.argv[1:]
    assert phase in ("check", "import"), phase
    work(batch=int(batch), phase=phase, asked_by=int(asked_by))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
