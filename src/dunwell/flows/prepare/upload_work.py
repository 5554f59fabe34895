"""The long work on an upload: checking it, importing it, and telling how far that is.

Called by the import worker, a process of its own that the import pages start. Both
read the files anew, so nothing depends on what an earlier step left behind. How far
it is stands in a small file beside the upload, because on SQLite nobody but the
import can write to the database meanwhile. What is kept there is masked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from django.utils import timezone

from dunwell.bulk.intake.problems import Problem
from dunwell.bulk.intake.refusals import FileRefused, SeveralProblems
from dunwell.bulk.intake.stage import Layout, StageProgress
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.import_result import ImportResult
from dunwell.flows.prepare.stage_book import StagedBook, stage_book, work_folder
from dunwell.flows.prepare.uploads import (
    chosen_map,
    read_json,
    rejects_path,
    remove_upload,
    upload_folder,
    upload_paths,
    write_json,
)
from dunwell.store.book.models import Batch
from dunwell.store.people.permissions import Actor

Phase = Literal["check", "import"]
Clock = Callable[[], datetime]
Hear = Callable[[str, int, int], None]
Sentences = Sequence[tuple[str, Any]]
PREVIEW_ROWS = 10
SHOWN_PROBLEMS = 200


class UploadBusy(Refusal):
    """A worker is at this upload already. Figures: batch."""

    code = "BOOK-UPLOAD-BUSY"


@dataclass(frozen=True)
class WorkNews:
    """How far the work on an upload is; `alive` tells whether anybody is at it."""

    phase: Phase
    step: str
    done: int
    total: int
    alive: bool
    broken: str | None
    """The code of the refusal that ended it."""


def begin_work(*, batch: Batch, phase: Phase, start: Callable[[], int]) -> None:
    """Start a worker (`start` answers its process id) unless one is at it: UploadBusy."""
    with (upload_folder(batch.pk) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        news = work_news(batch.pk)
        if news is not None and news.alive:
            raise UploadBusy(batch=batch.pk)
        _tell(batch.pk, phase, "open", 0, 0, pid=os.getpid())
        pid = start()
        # Until the worker speaks itself, its page watches over the process by this number.
        if (said := read_json(_news_path(batch.pk))) is not None and said["pid"] == os.getpid():
            _tell(batch.pk, phase, "open", 0, 0, pid=pid)


def work_news(batch: int) -> WorkNews | None:
    """What the worker said last; None when there was never one."""
    said = read_json(_news_path(batch))
    if said is None:
        return None
    return WorkNews(
        phase=said["phase"],
        step=said["step"],
        done=said["done"],
        total=said["total"],
        alive=said["broken"] is None and said["step"] != "end" and is_alive(said["pid"]),
        broken=said["broken"],
    )


def check_upload(*, actor: Actor, batch: Batch, clock: Clock, hear: Hear) -> None:
    """Read the files and work out what they would change; keep the answer for the page.

    What stops the files as a whole is kept too: the person mends it on the page.
    """
    with _told(batch.pk, "check", hear) as news, work_folder() as workdir:
        try:
            staged = _stage(actor, batch, workdir, clock, news)
        except FileRefused as refused:
            problems = refused.problems if isinstance(refused, SeveralProblems) else [refused]
            found = [{"code": each.code, "figures": each.figures} for each in problems]
            write_json(checked_path(batch.pk), {"refusals": found})
            return
        result = import_book(
            actor=actor, staged=staged, dry_run=True, clock=clock, on_progress=news
        )
        write_json(checked_path(batch.pk), _checked(staged, result))
        batch.status = Batch.Status.STAGED
        batch.digest = staged.batch.digest
        batch.save(update_fields=["status", "digest"])


def import_upload(
    *, actor: Actor, batch: Batch, clock: Clock, hear: Hear, sentences: Sentences
) -> ImportResult:
    """Import the upload; then its files are removed and the list of rejects is kept."""
    with _told(batch.pk, "import", hear) as news, work_folder() as workdir:
        staged = _stage(actor, batch, workdir, clock, news)
        result = import_book(
            actor=actor,
            staged=staged,
            dry_run=False,
            clock=clock,
            on_progress=news,
            batch=batch,
        )
        keep_rejects(staged=staged, result=result, sentences=sentences)
    remove_upload(batch.pk)
    return result


def keep_rejects(*, staged: StagedBook, result: ImportResult, sentences: Sentences) -> None:
    """Keep the list of rejects of a finished import, for the result page."""
    if result.batch is not None and result.rejects_total:
        staged.batch.write_rejects(rejects_path(result.batch), sentences=sentences)


def checked_path(batch: int) -> Path:
    """Where the answer of `check_upload` is kept."""
    return upload_folder(batch) / "checked.json"


def _stage(actor: Actor, batch: Batch, workdir: Path, clock: Clock, hear: Hear) -> StagedBook:
    def read(progress: StageProgress) -> None:
        hear(progress.step, progress.done, progress.total)

    now = clock()
    return stage_book(
        actor=actor,
        lender_code=batch.lender.code,
        paths=upload_paths(batch.pk),
        workdir=workdir,
        as_of=batch.as_of or _today(now),
        now=now,
        layout=cast(Layout, batch.layout or "auto"),
        mapping=chosen_map(batch),
        ignore_unknown=bool(batch.options.get("ignore_unknown")),
        on_progress=read,
    )


def _today(now: datetime) -> date:
    return timezone.localdate(now)


def _checked(staged: StagedBook, result: ImportResult) -> dict[str, Any]:
    summary = staged.batch.summary()
    return {
        "refusals": [],
        "layout": result.layout,
        "as_of": result.as_of,
        "seen_before": result.seen_before,
        "changed_nothing": result.changed_nothing,
        **result.counts(),
        "quality": dict(result.quality),
        "rejects_by_code": summary.rejects_by_code,
        "left_out": [asdict(each) for each in result.left_out],
        "preview": staged.batch.preview(rows=PREVIEW_ROWS),
        "rejected": [_problem(each) for each in staged.batch.problems(rows=SHOWN_PROBLEMS)],
        "remarks": [
            _problem(each) for each in staged.batch.problems(rows=SHOWN_PROBLEMS, kind="flag")
        ],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file if problem.sheet is None else f"{problem.file} [{problem.sheet}]",
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "figures": dict(problem.figures),
    }


class _told:
    """Writes news of the work as it goes, and how it ended."""

    def __init__(self, batch: int, phase: Phase, hear: Hear) -> None:
        self.batch, self.phase, self.hear = batch, phase, hear
        self.last: tuple[str, int] = ("", 0)

    def __enter__(self) -> _told:
        _tell(self.batch, self.phase, "open", 0, 0, pid=os.getpid())
        return self

    def __call__(self, step: str, done: int, total: int) -> None:
        """Write what is new by at least a hundredth of the step."""
        self.hear(step, done, total)
        part = done * 100 // total if total else done
        if (step, part) != self.last:
            self.last = (step, part)
            _tell(self.batch, self.phase, step, done, total, pid=os.getpid())

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not upload_folder(self.batch).exists():
            return
        broken = None
        if error is not None:
            broken = error.code if isinstance(error, Refusal) else "BOOK-IMPORT-BROKEN"
        _tell(self.batch, self.phase, "end", 1, 1, pid=os.getpid(), broken=broken)


def _tell(
    batch: int, phase: Phase, step: str, done: int, total: int, *, pid: int,
    broken: str | None = None,
) -> None:  # fmt: skip
    told = {"phase": phase, "step": step, "done": done, "total": total, "pid": pid}
    # A worker that is done removes the folder; there is nobody left to tell then.
    with contextlib.suppress(FileNotFoundError):
        write_json(_news_path(batch), {**told, "broken": broken})


def _news_path(batch: int) -> Path:
    return upload_folder(batch) / "news.json"


def is_alive(pid: int) -> bool:
    """Whether a process of that number still works."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A finished child of this process that nobody waited for is no worker any more.
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state != "Z"
