"""Importing a lender's files into the book: one recording, all of it or nothing.

Called by the command line, the import worker and the demo, with files that
stage_book read. Comparing and sealing come first; the book is locked only while
rows are written. Should it have moved meanwhile (a payment entered, another
lender's import), the comparison is made again under the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb
from django.db import transaction
from django.utils import timezone

from dunwell.bulk.intake.summary import Summary, summarise
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.book_changes import Changes, work_out_changes
from dunwell.flows.prepare.book_writer import BookWriter, rows_to_write
from dunwell.flows.prepare.change_entries import ChangeEntries
from dunwell.flows.prepare.corrected_people import correct_parties
from dunwell.flows.prepare.import_result import (
    ImportResult,
    first_rejects,
    quality_of,
    rejects_total,
    table_results,
)
from dunwell.flows.prepare.import_runs import (
    StepClock,
    close_batch,
    mark_abandoned,
    open_batch,
    refuse_batch,
)
from dunwell.flows.prepare.sealed_rows import SealedRows, seal_rows, take_numbers
from dunwell.flows.prepare.stage_book import StagedBook
from dunwell.flows.prepare.touched import newest_rows, reage_touched
from dunwell.store.book.models import Batch, Recording
from dunwell.store.book.recording import (
    lock_book,
    lock_parties,
    newest_import,
    newest_recording,
    record,
)
from dunwell.store.book.turn import import_turn
from dunwell.store.journal.append import append, append_many, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require


def import_book(
    *,
    actor: Actor,
    staged: StagedBook,
    dry_run: bool,
    clock: Callable[[], datetime],
    on_progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    batch: Batch | None = None,
) -> ImportResult:
    """Put the staged files on the lender's book; answer what changed, or would (`dry_run`).

    A lender the house does not know is opened. `batch` is the row of an upload, where
    there is one. Refuses NotPermitted and OlderTape; a killed import leaves nothing.
    """
    lender = Lender.objects.filter(code=staged.lender_code).first()
    require(
        actor,
        "book.import",
        day=timezone.localdate(clock()),
        lender=None if lender is None else lender.pk,
    )
    steps = StepClock(clock, on_progress)
    if dry_run:
        with staged.batch.connect(read_only=False) as connection:
            act = _Act(actor, staged, lender, lender is None, connection, steps)
            act.compare()
            outcome = act.outcome(batch=None, recording=None, dry_run=True)
        return outcome()
    is_new = lender is None
    if lender is None:
        lender = _open_lender(actor, staged.lender_code, clock())
    with import_turn(lender_id=lender.pk, on_wait=lambda: on_progress("wait", 0, 0)):
        mark_abandoned(lender=lender, at=clock())
        row = open_batch(staged=staged, lender=lender, actor=actor, at=clock(), batch=batch)
        try:
            with staged.batch.connect(read_only=False) as connection:
                act = _Act(actor, staged, lender, is_new, connection, steps)
                outcome = act.import_all(row)
        except BaseException as error:
            code = error.code if isinstance(error, Refusal) else "BOOK-IMPORT-BROKEN"
            refuse_batch(batch=row, steps=steps, code=code)
            raise
        return outcome()


@dataclass
class _Act:
    """One import in hand."""

    actor: Actor
    staged: StagedBook
    lender: Lender | None
    lender_is_new: bool
    connection: duckdb.DuckDBPyConnection
    steps: StepClock

    @property
    def on_tape(self) -> bool:
        return self.staged.batch.layout == "tape"

    def compare(self) -> None:
        """Work out the changes and the summary."""
        self.steps.begin("compare")
        self.changes: Changes = work_out_changes(
            connection=self.connection,
            batch=self.staged.batch,
            lender_id=None if self.lender is None else self.lender.pk,
            workdir=self.staged.workdir,
            tell=lambda done, total: self.steps.on_progress("compare", done, total),
        )
        self.summary: Summary = summarise(
            self.connection, layout=self.staged.batch.layout, as_of=self.staged.batch.as_of
        )

    def import_all(self, batch: Batch) -> Callable[[], ImportResult]:
        """Compare, seal, write; answers how to tell the outcome once the files are closed."""
        assert self.lender is not None
        stamp = self._stamp()
        self.compare()
        if self.changes.nothing:
            with transaction.atomic():
                self._close(batch, None)
            return self.outcome(batch=batch.pk, recording=None, dry_run=False)
        sealed = self._seal()
        with transaction.atomic():
            lock_book(lender=self.lender)
            lock_parties()
            if self._stamp() != stamp:
                self.compare()
                sealed = self._seal()
            recording = record(
                lender=self.lender,
                kind=Recording.Kind.IMPORT,
                at=self.steps.clock(),
                actor=self.actor,
                run=batch.run,
                number=sealed.numbers.recording,
            )
            newest = newest_rows()
            self._write(sealed)
            reage_touched(newest, at=recording.recorded_at)
            self._tell_journal(batch, recording, sealed)
            self._close(batch, recording.pk)
        return self.outcome(batch=batch.pk, recording=recording.pk, dry_run=False)

    def outcome(
        self, *, batch: int | None, recording: int | None, dry_run: bool
    ) -> Callable[[], ImportResult]:
        """How to make the result: its rejects are read when this connection is closed."""
        staged = self.staged

        def make() -> ImportResult:
            return ImportResult(
                layout=staged.batch.layout,
                lender=staged.lender_code,
                lender_is_new=self.lender_is_new,
                as_of=staged.batch.as_of,
                dry_run=dry_run,
                digest=staged.batch.digest,
                seen_before=staged.seen_before is not None,
                tables=table_results(self.summary, self.changes),
                left=self.changes.left,
                rejects=first_rejects(staged.batch),
                rejects_total=rejects_total(self.summary),
                flags=self.summary.flags_by_code,
                quality=quality_of(self.summary, self.changes),
                left_out=staged.batch.left_out,
                batch=batch,
                recording=recording,
            )

        return make

    def _stamp(self) -> tuple[int, int]:
        """What must not have moved between comparing and writing."""
        assert self.lender is not None
        return newest_recording(lender=self.lender), newest_import()

    def _seal(self) -> SealedRows:
        numbers = take_numbers(self.connection)
        tell = self.steps.begin("seal", self._personal_rows())
        return seal_rows(self.connection, numbers=numbers, workdir=self.staged.workdir, tell=tell)

    def _personal_rows(self) -> int:
        row = self.connection.execute(
            "SELECT (SELECT count(*) FROM merge.moved_borrower_terms)"
            " + (SELECT count(*) FROM merge.moved_contact)"
            " + (SELECT count(DISTINCT party_id) FROM merge.place WHERE is_new_party)"
        ).fetchone()
        return int(row[0]) if row else 0

    def _write(self, sealed: SealedRows) -> None:
        assert self.lender is not None
        total = rows_to_write(self.connection, on_tape=self.on_tape)
        tell = self.steps.begin("write", total)
        BookWriter(self.connection, self.lender, sealed, self.staged.workdir, tell).write(
            on_tape=self.on_tape
        )

    def _tell_journal(self, batch: Batch, recording: Recording, sealed: SealedRows) -> None:
        assert self.lender is not None
        self.steps.begin("journal")
        corrected = correct_parties(self.connection, recording=recording.pk)
        entries = ChangeEntries(
            self.connection,
            sealed.numbers,
            self.actor,
            recording.recorded_at,
            self.staged.batch.as_of,
            self.lender.pk,
        )
        append(
            stream=stream_of(self.lender.pk),
            verb="book.import",
            subject=f"batch:{batch.pk}",
            actor=self.actor,
            at=recording.recorded_at,
            day=self.staged.batch.as_of,
            lender=self.lender.pk,
            figures={"recording": recording.pk, **self._counts()},
        )
        append_many(entries.every(on_tape=self.on_tape, corrected=corrected))

    def _counts(self) -> dict[str, object]:
        tables = table_results(self.summary, self.changes)
        return {
            "tables": {name: vars(table) for name, table in tables.items()},
            "left": self.changes.left,
            "rejects": rejects_total(self.summary),
            "flags": self.summary.flags_by_code,
        }

    def _close(self, batch: Batch, recording: int | None) -> None:
        close_batch(
            batch=batch,
            steps=self.steps,
            counts=self._counts(),
            quality=quality_of(self.summary, self.changes),
            recording=recording,
        )


def _open_lender(actor: Actor, code: str, at: datetime) -> Lender:
    """Open a lender under its code; its name can be written later."""
    with transaction.atomic():
        lender, made = Lender.objects.get_or_create(code=code, defaults={"name": code})
        if made:
            append(
                stream=stream_of(lender.pk),
                verb="people.create_lender",
                subject=f"lender:{lender.pk}",
                actor=actor,
                at=at,
                lender=lender.pk,
                figures={"code": code},
            )
    return lender
