"""Decisions: the grade, category, plan and step of a case, as versions; and what overrules them.

A row is written only when a decision changed: the row of a day is the newest one up to it.
Every row names the act that entered it (what was known then) and the set of policy that
made it, so that it can be made again, equal to the letter. Texts ending in `_json` are
canonical JSON without personal data. Rules and reasons are codes.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only, versioned
from dunwell.store.people.models import Staff
from dunwell.store.runs.models import Run

CURRENT = Q(replaced=None)


@append_only
class Deciding(models.Model):
    """One act of deciding for a day, and what it knew: a day run, or an event during the day."""

    day = models.DateField()
    at = models.DateTimeField()
    """What was known of people (freezes, contacts, overrulings) is what stood at this moment."""
    why = models.CharField(max_length=20)
    """day_run, payment, hold, freeze, overrule ...: what made somebody decide."""
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    known: Any = models.JSONField(default=dict)
    """The newest recording of each lender's book that was known, by lender id."""
    policies: Any = models.JSONField(default=dict)
    """The PolicySet that decided for each lender, by lender id."""
    whole_book = models.BooleanField()
    """True for a day run: it decided for every case; else those of Considered."""

    class Meta:
        indexes = [models.Index(fields=["day"], name="deciding_day")]


@append_only
class Considered(models.Model):
    """A case that an event decided anew, whether or not anything changed."""

    deciding = models.ForeignKey(
        Deciding, on_delete=models.PROTECT, related_name="considered", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["case", "deciding"], name="considered_case")]


@versioned
class Decision(models.Model):
    """What counts for a case from `day` until the row that replaces it, and why."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    entered = models.ForeignKey(
        Deciding, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaced = models.ForeignKey(
        Deciding, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    policy = models.CharField(max_length=64)
    """The PolicySet it was made under."""
    score = models.IntegerField()
    grade = models.CharField(max_length=1)
    """The grade that counts; `derived_grade` is the card's own."""
    derived_grade = models.CharField(max_length=1)
    reasons_json = models.TextField()
    """The biggest losses of points: [item, points] each, the biggest first."""
    probability_ppm = models.IntegerField()
    ability = models.CharField(max_length=8)
    ability_rule = models.CharField(max_length=60)
    willingness = models.CharField(max_length=8)
    willingness_rule = models.CharField(max_length=60)
    category = models.CharField(max_length=24)
    category_rule = models.CharField(max_length=60)
    five_class = models.CharField(max_length=16)
    five_class_rule = models.CharField(max_length=60)
    experiment = models.CharField(max_length=60, blank=True)
    arm = models.CharField(max_length=40, blank=True)
    arm_probability_ppm = models.IntegerField(null=True)
    stage = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    plan = models.CharField(max_length=40)
    """The plan that counts; `derived_plan` is the strategy's own."""
    derived_plan = models.CharField(max_length=40)
    step = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=12)
    since_on = models.DateField()
    due_on = models.DateField(null=True)
    why = models.CharField(max_length=40)
    inputs_json = models.TextField()
    """The facts of the day it was decided on, by name."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=CURRENT, name="decision_current")
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="decision_case"),
            models.Index(
                fields=["replaced"], condition=Q(replaced__isnull=False), name="decision_past"
            ),
        ]


@append_only
class Overrule(models.Model):
    """A person's grade or plan for a case over [from_on, until_on), instead of the derived one.

    It ends earlier by a further row that names it in `withdraws`. The newest one that stands
    counts.
    """

    class What(models.TextChoices):
        GRADE = "grade", "等级"
        PLAN = "plan", "策略"

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="overrules", db_index=False
    )
    what = models.CharField(max_length=8, choices=What.choices)
    value = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    withdraws = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="withdrawal"
    )

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="overrule_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gt=models.F("from_on")), name="overrule_days"
            )
        ]
