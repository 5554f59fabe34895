"""Files handed over in the browser: kept until they are imported or thrown away.

Called by the import pages and the import worker. A batch row stands for the upload
from the first moment. The originals hold personal data in plain: they lie in
DUNWELL_HOME, readable by its owner only, and are removed when they are imported or
discarded, at the latest after KEPT_DAYS. Lists of rejects (masked) stay longer.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from dunwell.bulk.intake.detect import DetectedColumns, detect
from dunwell.bulk.intake.mapping import ColumnMap, map_from_data
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.import_list import batch_seen
from dunwell.store.book.models import Batch
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require

KEPT_DAYS = 7
REJECTS_KEPT_DAYS = 180
MOST_BYTES = 4 * 1024**3
WAITING = (Batch.Status.UPLOADED, Batch.Status.STAGED)


class UploadEmpty(Refusal):
    """No file, or files without a byte."""

    code = "BOOK-UPLOAD-EMPTY"


class UploadTooBig(Refusal):
    """More than may be uploaded at once. Figures: most_mib."""

    code = "BOOK-UPLOAD-TOO-BIG"


class UploadGone(Refusal):
    """The files of this batch are not there any more. Figures: batch, days."""

    code = "BOOK-UPLOAD-GONE"


class Incoming(Protocol):
    """A file on its way in, as the web framework hands it over."""

    @property
    def name(self) -> str | None: ...

    def chunks(self) -> Iterator[bytes]: ...


def receive_upload(
    *,
    actor: Actor,
    lender: Lender,
    files: Sequence[Incoming],
    layout: str,
    as_of: date,
    day: date,
    now: datetime,
) -> Batch:
    """Keep the files and open a batch for them.

    Refuses NotPermitted, UploadEmpty and UploadTooBig; then nothing is kept.
    """
    require(actor, "book.import", day=day, lender=lender.pk)
    purge_uploads(now=now)
    batch = Batch.objects.create(
        lender=lender,
        layout=layout,
        status=Batch.Status.UPLOADED,
        as_of=as_of,
        made_at=now,
        made_by_id=actor.staff,
    )
    folder = upload_folder(batch.pk) / "files"
    folder.mkdir(parents=True, mode=0o700)
    try:
        kept = _keep(files, folder)
        if not any(size for _, size in kept):
            raise UploadEmpty()
    except BaseException:
        shutil.rmtree(folder.parent, ignore_errors=True)
        batch.delete()
        raise
    batch.files = [{"file": name, "bytes": size} for name, size in kept]
    batch.save(update_fields=["files"])
    return batch


def upload_of(*, actor: Actor, batch: int, now: datetime) -> Batch:
    """The upload of a batch, its files still there. Refuses NoSuchBatch and UploadGone."""
    found = batch_seen(actor=actor, batch=batch, now=now, permission="book.import")
    if not upload_paths(found.pk):
        raise UploadGone(batch=batch, days=KEPT_DAYS)
    return found


def columns_of(batch: Batch) -> DetectedColumns:
    """What the files' columns are taken for, with the map chosen so far."""
    return detect(
        upload_paths(batch.pk),
        workdir=upload_folder(batch.pk) / "work",
        layout=batch.layout or "auto",
        mapping=chosen_map(batch),
    )


def chosen_map(batch: Batch) -> ColumnMap | None:
    """The column map chosen for this upload."""
    data = batch.options.get("map")
    return None if data is None else map_from_data(data)


def choose_columns(*, batch: Batch, mapping: ColumnMap, ignore_unknown: bool) -> None:
    """Keep how the columns are to be read; what was checked before counts no more."""
    batch.options = {
        **batch.options,
        "map": mapping.as_data(),
        "ignore_unknown": ignore_unknown,
    }
    batch.status = Batch.Status.UPLOADED
    batch.save(update_fields=["options", "status"])
    (upload_folder(batch.pk) / "checked.json").unlink(missing_ok=True)


def discard_upload(*, actor: Actor, batch: Batch, now: datetime, day: date) -> None:
    """Throw the files away; the batch says that it was refused."""
    with transaction.atomic():
        batch.status = Batch.Status.REFUSED
        batch.save(update_fields=["status"])
        append(
            stream=stream_of(batch.lender_id),
            verb="book.discard_upload",
            subject=f"batch:{batch.pk}",
            actor=actor,
            at=now,
            day=day,
            lender=batch.lender_id,
        )
    remove_upload(batch.pk)


def purge_uploads(*, now: datetime) -> int:
    """Remove uploads nobody imported within KEPT_DAYS, and old lists of rejects; how many."""
    place = settings.HOME / "imports"
    removed = 0
    for folder in (place / "uploads").glob("*"):
        batch = Batch.objects.filter(pk=int(folder.name)).first()
        if batch is not None and now - batch.made_at < timedelta(days=KEPT_DAYS):
            continue
        if batch is not None and batch.status in WAITING:
            batch.status = Batch.Status.ABANDONED
            batch.save(update_fields=["status"])
        shutil.rmtree(folder, ignore_errors=True)
        removed += 1
    for path in (place / "rejects").glob("*.csv"):
        batch = Batch.objects.filter(pk=int(path.stem)).first()
        if batch is None or now - batch.made_at >= timedelta(days=REJECTS_KEPT_DAYS):
            path.unlink(missing_ok=True)
    return removed


def upload_folder(batch: int) -> Path:
    """Where everything of one upload lies."""
    place: Path = settings.HOME / "imports" / "uploads"
    return place / str(batch)


def upload_paths(batch: int) -> list[Path]:
    """The uploaded files, by name; empty when they were removed."""
    folder = upload_folder(batch) / "files"
    return sorted(folder.iterdir()) if folder.exists() else []


def remove_upload(batch: int) -> None:
    """Remove the originals and everything made of them."""
    shutil.rmtree(upload_folder(batch), ignore_errors=True)


def rejects_path(batch: int) -> Path:
    """Where the list of rejects of a batch is kept; values in it are masked."""
    place: Path = settings.HOME / "imports" / "rejects"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place / f"{batch}.csv"


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write `data` whole or not at all: readers never see half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(data, ensure_ascii=False, default=str), "utf-8")
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """What `write_json` wrote; None where there is nothing yet."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found


def _keep(files: Sequence[Incoming], folder: Path) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []
    total = 0
    for place, incoming in enumerate(files):
        name = PurePath(incoming.name or "").name or f"file-{place + 1}"
        path = folder / name
        if path.exists():
            path = folder / f"{place + 1}-{name}"
        size = 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for chunk in incoming.chunks():
                size += len(chunk)
                if total + size > MOST_BYTES:
                    raise UploadTooBig(most_mib=MOST_BYTES // 1024**2)
                file.write(chunk)
        total += size
        kept.append((path.name, size))
    return kept
