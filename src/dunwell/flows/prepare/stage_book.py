"""Reading a lender's files for the book: staged, summarised, nothing of the book touched yet.

Called by the command line, the import pages and the demo before import_book. Work
folders stand in DUNWELL_HOME, readable by the owner only, and hold personal data in
plain: they are removed when the import is over, and those of killed processes by
the next one that comes.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dunwell.bulk.intake.batch import StagedBatch
from dunwell.bulk.intake.mapping import ColumnMap
from dunwell.bulk.intake.stage import Layout, StageProgress, stage_files
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.keyed_marks import borrower_no_for_id
from dunwell.store.book.models import Batch
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class LenderCodeUnfit(Refusal):
    """A lender's code is not made of letters, digits, `-` and `_`. Figures: lender."""

    code = "BOOK-LENDER-CODE-UNFIT"


@dataclass(frozen=True)
class StagedBook:
    """Files read for one lender's book. `seen_before` is the batch that held the same files."""

    batch: StagedBatch
    lender_code: str
    workdir: Path
    seen_before: int | None


def stage_book(
    *,
    actor: Actor,
    lender_code: str,
    paths: Sequence[Path],
    workdir: Path,
    as_of: date,
    now: datetime,
    layout: Layout = "auto",
    mapping: ColumnMap | None = None,
    ignore_unknown: bool = False,
    on_progress: Callable[[StageProgress], None] | None = None,
) -> StagedBook:
    """Read `paths` into `workdir` as facts of the lender's book on `as_of`.

    A tape is of one day whenever it comes: one that was imported before keeps its day.
    Refuses NotPermitted, LenderCodeUnfit, and what cannot be read as a whole (FileRefused).
    """
    if not _CODE.fullmatch(lender_code):
        raise LenderCodeUnfit(lender=lender_code)
    lender = Lender.objects.filter(code=lender_code).first()
    require(
        actor,
        "book.import",
        day=timezone.localdate(now),
        lender=None if lender is None else lender.pk,
    )

    def read(day: date) -> StagedBatch:
        return stage_files(
            paths=paths,
            workdir=workdir,
            as_of=day,
            layout=layout,
            mapping=mapping,
            ignore_unknown=ignore_unknown,
            borrower_no_for_id=borrower_no_for_id,
            on_progress=on_progress,
        )

    batch = read(as_of)
    before = _imported_before(lender, batch.digest)
    if batch.layout == "tape" and before is not None and before.as_of is not None:
        batch = batch if before.as_of == as_of else read(before.as_of)
    return StagedBook(batch, lender_code, workdir, None if before is None else before.pk)


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder of this process for staged files; removed afterwards, whatever happened."""
    place = settings.HOME / "imports" / "work"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in place.glob("*-*"):
        if not _is_alive(left.name.partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _imported_before(lender: Lender | None, digest: str) -> Batch | None:
    return (
        Batch.objects.filter(lender=lender, digest=digest, status=Batch.Status.IMPORTED)
        .order_by("-pk")
        .first()
    )


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
