"""Promises and plans: what was agreed, with whom and from which note, and how it stands.

A Promise and a Plan are append-only acts. How they stand is a result of payments
(core.promise, core.plan), kept beside them by the day run and by every payment, never typed;
each change of it is a PromiseEvent or PlanEvent. Amounts are fen.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.book.models import Loan
from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Staff


@append_only
class Promise(models.Model):
    """So much, by that day, on those loans (none named: on any), said to this officer."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="promises", db_index=False
    )
    note = models.ForeignKey(
        Note, null=True, on_delete=models.PROTECT, related_name="promises", db_index=False
    )
    reschedules = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="rescheduled_as"
    )
    loans: Any = models.ManyToManyField(Loan, related_name="+")
    amount_fen = models.BigIntegerField()
    due_on = models.DateField()
    made_on = models.DateField()
    made_at = models.DateTimeField()
    came_before_fen = models.BigIntegerField(default=0)
    kept_share_ppm = models.IntegerField()
    grace_days = models.PositiveSmallIntegerField()
    """The house's terms of the day it was made: a later change does not touch it."""
    said_by = models.CharField(max_length=16)
    """The role of who promised: borrower, guarantor, spouse_obligor."""
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="promise_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, due_on__gte=models.F("made_on")),
                name="promise_is_one",
            )
        ]


class PromiseState(models.Model):
    """How a promise stands: computed, written only where it changed."""

    promise = models.OneToOneField(
        Promise, primary_key=True, on_delete=models.PROTECT, related_name="state"
    )
    state = models.CharField(max_length=12)
    strict = models.CharField(max_length=12)
    """Without the allowance."""
    paid_fen = models.BigIntegerField(default=0)
    strict_paid_fen = models.BigIntegerField(default=0)
    due_on = models.DateField()
    last_on = models.DateField()
    """The last day that still keeps it."""
    settled_on = models.DateField(null=True)
    as_of = models.DateField()
    reminded_on = models.DateField(null=True)
    """The day its reminder was queued."""
    called_on = models.DateField(null=True)
    """The day somebody spoke with the borrower after it broke."""

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["open", "due"]),
                name="promise_unsettled",
            ),
            models.Index(fields=["settled_on", "state"], name="promise_settled"),
        ]


@append_only
class PromiseEvent(models.Model):
    """What settled, reminded or moved a promise, on which day."""

    promise = models.ForeignKey(
        Promise, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    day = models.DateField()
    kind = models.CharField(max_length=12)
    figures: Any = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["promise", "id"], name="promise_event"),
            models.Index(fields=["day", "kind"], name="promise_event_day"),
        ]


@append_only
class Plan(models.Model):
    """An agreement: a schedule beside the contract's, and the relief that keeping it brings."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans", db_index=False)
    shape = models.CharField(max_length=8)
    agreed_on = models.DateField()
    agreed_at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    penalty_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField()
    relief_penalty_fen = models.BigIntegerField(default=0)
    relief_interest_fen = models.BigIntegerField(default=0)
    breaks_after_days = models.PositiveSmallIntegerField()
    watch_days = models.PositiveSmallIntegerField()
    approval = models.OneToOneField(
        ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="plan"
    )
    """The approval it took; null: the officer's own authority."""
    document_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="plan_case")]


@append_only
class PlanLine(models.Model):
    """One installment of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines", db_index=False)
    seq = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "seq"], name="plan_line")]


class PlanState(models.Model):
    """How a plan stands: computed, written only where it changed. One going plan a case."""

    plan = models.OneToOneField(
        Plan, primary_key=True, on_delete=models.PROTECT, related_name="state"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8)
    paid_fen = models.BigIntegerField(default=0)
    left_fen = models.BigIntegerField()
    past_due_days = models.IntegerField(default=0)
    next_due_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    as_of = models.DateField()
    relief_booked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["going", "late"]), name="plan_going_once"
            )
        ]
        indexes = [models.Index(fields=["state", "next_due_on"], name="plan_state_due")]


@append_only
class PlanEvent(models.Model):
    """What happened to a plan on a day: agreed, late, kept, broken, done."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="events", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=10)
    figures: Any = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["plan", "id"], name="plan_event")]
