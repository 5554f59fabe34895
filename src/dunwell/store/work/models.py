"""Work: what each person can take on, the worklists of a day, hand-overs, and who keeps a case.

A case has one holder (Case.holder) and at most one item a day; the database holds the
latter. Hand-overs, capacities and retentions (留案) are added and never changed. Minutes
are of a working day; gains and prices are fen. Places are cities, never addresses.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Lender, Staff
from dunwell.store.runs.models import Run


@append_only
class Capacity(models.Model):
    """What a person can take on over [from_on, until_on), at one lender.

    Of several rows that cover a day the newest counts: a leave is a further row that ends.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="capacities")
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    minutes: Any = models.JSONField()
    """Seven whole numbers, Monday first."""
    skills = models.CharField(max_length=60, blank=True)
    """Of core.assign.gain.SKILLS, with spaces between; so are languages and regions."""
    languages = models.CharField(max_length=120, blank=True)
    """Spoken beside the usual one."""
    regions = models.CharField(max_length=200, blank=True)
    """Cities for visits; empty means everywhere."""
    most: Any = models.JSONField(default=dict)
    """The most acts a day by skill, where there is a limit."""
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=60)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="capacity_days"
            )
        ]
        indexes = [models.Index(fields=["lender", "staff", "id"], name="capacity_staff")]


class WorkDay(models.Model):
    """How the work of a day was shared: prices, value and bound, counts, how even it is."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()
    by_label = models.CharField(max_length=60)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    gains_hash = models.CharField(max_length=64)
    """The text of the table of gains it was priced by."""
    limits: Any = models.JSONField()
    """By name of the limit: room, used, and the fen that one more would be worth."""
    value_fen = models.BigIntegerField()
    bound_fen = models.BigIntegerField()
    """No way of sharing these limits brings more than this."""
    counts: Any = models.JSONField()
    spread: Any = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "day"], name="work_day_once"),
            models.CheckConstraint(
                condition=Q(value_fen__lte=F("bound_fen")), name="work_day_bound"
            ),
        ]


class WorkItem(models.Model):
    """One act for one case on one day, in one hand (none: the system's). Why is a code."""

    class State(models.TextChoices):
        OPEN = "open", "待办"
        HELD = "held", "处理中"
        DONE = "done", "已办"
        RECALLED = "recalled", "收回"

    day = models.DateField()
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="work", db_index=False)
    staff = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="work", db_index=False
    )
    action = models.CharField(max_length=12)
    place = models.CharField(max_length=40, blank=True)
    minutes = models.IntegerField()
    gain_fen = models.BigIntegerField()
    why = models.CharField(max_length=20)
    """step, fallback (of core.assign.day) or moved (by a person)."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    kept = models.BooleanField(default=False)
    """A person put it here: sharing the day anew leaves it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "day"], name="work_item_once")]
        indexes = [
            models.Index(fields=["staff", "day", "-gain_fen", "id"], name="work_item_staff"),
            models.Index(fields=["lender", "day", "action"], name="work_item_day"),
        ]


@append_only
class HandOver(models.Model):
    """A case that changed hands; nobody on either side means taken from the pool or put back."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "分案"
        MOVED = "moved", "调案"
        RECALLED = "recalled", "收回"

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="hand_overs", db_index=False
    )
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_staff = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_staff = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"], name="hand_over_case"),
            models.Index(fields=["day"], name="hand_over_day"),
        ]


@append_only
class Retention(models.Model):
    """A case kept with its holder over [from_on, until_on) (留案).

    It ends earlier by a further row that names it in `ends`.
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="retentions", db_index=False
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="retentions", db_index=False
    )
    from_on = models.DateField()
    until_on = models.DateField()
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)
    ends = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="end")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="retention_days")
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="retention_case"),
            models.Index(fields=["staff", "until_on"], name="retention_staff"),
        ]
