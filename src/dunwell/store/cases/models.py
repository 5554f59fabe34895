"""Cases: one per party and lender, opened by the day run, kept with its whole history.

A case row is the current state; spells tell when it was open, events what moved
it and why. Amounts are fen; the bucket follows the worst loan's delinquent days.
The figures of a closed case stay those of the day it closed.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Lender, Party, Staff, Team
from dunwell.store.runs.models import Run


class Case(models.Model):
    """All overdue loans of one party with one lender (归户)."""

    class Status(models.TextChoices):
        OPEN = "open", "在催"
        CLOSED = "closed", "结案"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="cases")
    lender = models.ForeignKey(
        Lender, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    status = models.CharField(max_length=8, choices=Status.choices)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    times_opened = models.PositiveIntegerField(default=1)
    as_of = models.DateField()
    """The day of the run (or payment) that last changed this row."""
    bucket = models.CharField(max_length=20)
    days_past_due = models.IntegerField()
    delinquent_days = models.IntegerField()
    oldest_unpaid_due_date = models.DateField(null=True)
    overdue_principal_fen = models.BigIntegerField()
    overdue_interest_fen = models.BigIntegerField()
    overdue_fee_fen = models.BigIntegerField()
    overdue_penalty_fen = models.BigIntegerField()
    overdue_fen = models.BigIntegerField()
    outstanding_fen = models.BigIntegerField()
    loans_total = models.IntegerField()
    loans_overdue = models.IntegerField()
    held = models.BooleanField()
    """Every overdue loan of the case is held."""
    paid_mark_fen = models.BigIntegerField(default=0)
    """The marks: what had counted on all loans when the case last moved (core.cases.Marks)."""
    waived_mark_fen = models.BigIntegerField(default=0)
    written_off_mark_fen = models.BigIntegerField(default=0)
    left_mark_loans = models.IntegerField(default=0)
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    holder = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="cases", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "lender"], name="case_of_party"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on=None)
                | Q(status="closed", closed_on__isnull=False),
                name="case_closed_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["lender", "status", "-overdue_fen", "id"], name="case_by_amount"),
            models.Index(fields=["lender", "status", "-days_past_due", "id"], name="case_by_days"),
            models.Index(
                fields=["lender", "status", "bucket", "-overdue_fen", "id"],
                name="case_by_bucket",
            ),
            models.Index(fields=["team", "status", "-overdue_fen", "id"], name="case_by_team"),
            models.Index(fields=["holder", "status", "-overdue_fen", "id"], name="case_by_holder"),
        ]


class CaseSpell(models.Model):
    """One stretch of being open: [opened_on, closed_on)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="spells")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_on=None), name="case_spell_open"
            )
        ]


@append_only
class CaseEvent(models.Model):
    """What moved a case on a day: opened, rolled, eased, closed, reopened; append-only."""

    class Kind(models.TextChoices):
        OPENED = "opened", "入催"
        REOPENED = "reopened", "再次入催"
        ROLLED = "rolled", "恶化"
        EASED = "eased", "降期"
        CLOSED = "closed", "结案"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    from_bucket = models.CharField(max_length=20, blank=True)
    to_bucket = models.CharField(max_length=20, blank=True)
    overdue_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    """Money received since the case last moved; negative where more was taken back."""
    why = models.CharField(max_length=40)
    """A code of core.cases.Why."""
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="events")
    figures: Any = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"], name="case_event_case"),
            models.Index(fields=["day", "kind"], name="case_event_day"),
        ]


class CaseShape(models.Model):
    """The open cases of a day by team and bucket: what the front page and long lists count from.

    Written by the day run in the transaction that writes the cases, so that a
    page over a million cases never counts them one by one.
    """

    day = models.DateField()
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bucket = models.CharField(max_length=20)
    cases = models.BigIntegerField()
    overdue_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "lender", "team", "bucket"],
                name="case_shape_once",
                nulls_distinct=False,
            )
        ]
