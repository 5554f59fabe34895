"""Long pieces of work and their steps, and requests of programs that were answered once."""

from __future__ import annotations

from django.db import models

from dunwell.store.people.models import Lender, Staff


class Run(models.Model):
    """One run of a job. A killed run stays `running` until the next one marks it `abandoned`."""

    class Kind(models.TextChoices):
        DAY = "day", "日跑批"
        IMPORT = "import", "导入"

    class Status(models.TextChoices):
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        ABANDONED = "abandoned", "中断"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    lender = models.ForeignKey(Lender, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    status = models.CharField(max_length=12, choices=Status.choices)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    known_recording = models.BigIntegerField(null=True)
    """The newest recording of the book this run knew (dunwell.store.book.Recording)."""
    recompute_only = models.BooleanField(default=False)
    """A day before the last completed one: computed and shown, nothing written to cases."""
    report = models.JSONField(default=dict)
    """Counts and figures; codes, never sentences, never personal data."""

    class Meta:
        indexes = [models.Index(fields=["kind", "day", "status"], name="run_kind_day")]


class RunStep(models.Model):
    """One step of a run: when, how many rows, what it counted."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="run_step_place")]
        ordering = ["place"]


class AnsweredRequest(models.Model):
    """A request of a program that was carried out: sent again under its key, it is only answered.

    `body` is the answer; it holds codes, numbers and row ids, never personal data.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    """SHA-256 of path and body: another request under the same key is refused."""
    body = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="request_once")]
