"""Which case lies on whose desk, what was put off and why, how long acts take, moved keys.

A Claim keeps a case from being shown to two: it lapses by itself. A PutOff is the record of
not acting now, a LookUp that of looking for a lost borrower. An ActTime counts seconds and
keystrokes of an act by day, case-blind and person-blind: nobody's speed can be read from it.
Keys are a preference of a person.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.journal.guards import append_only, versioned
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Lender, Staff


class Claim(models.Model):
    """The case lies on this desk until a moment; one case, one desk.

    `offered_at`: since when it lies here as work to do; null: it was only looked up.
    """

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.CASCADE, related_name="claim"
    )
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    until_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)


@append_only
class PutOffUndone(models.Model):
    """A case put aside was taken back: the put-off stays on record and counts no more."""

    at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)


@versioned
class PutOff(models.Model):
    """A case put aside until a moment, with the reason; of several the newest counts."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="put_offs", db_index=False
    )
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    plan = models.CharField(max_length=40, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    action = models.CharField(max_length=12)
    """What was planned and not done: the act of today's item, else of the decision."""
    reason = models.CharField(max_length=20)
    note = models.OneToOneField(Note, null=True, on_delete=models.PROTECT, related_name="put_off")
    """The officer's own words, where there are any."""
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)
    replaced = models.ForeignKey(
        PutOffUndone, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("at")), name="put_off_moments")
        ]
        indexes = [
            models.Index(fields=["case", "until_at"], name="put_off_case"),
            models.Index(fields=["day"], name="put_off_day"),
        ]


@append_only
class LookUp(models.Model):
    """A lost borrower looked for in one source: written before anything of it is shown."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="look_ups", db_index=False
    )
    source = models.CharField(max_length=24)
    purpose = models.CharField(max_length=16)
    lost_by = models.CharField(max_length=10)
    """Which rule said that the borrower is lost: attempts, numbers or category."""
    at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["case", "-id"], name="look_up_case"),
            models.Index(fields=["by", "id"], name="look_up_by"),
        ]


@append_only
class LookUpResult(models.Model):
    """What a look-up came to; the words, where there are any, are a note."""

    look_up = models.OneToOneField(
        LookUp, primary_key=True, on_delete=models.PROTECT, related_name="result"
    )
    result = models.CharField(max_length=20)
    note = models.OneToOneField(
        Note, null=True, on_delete=models.PROTECT, related_name="look_up_result"
    )
    at = models.DateTimeField()


@append_only
class FoundNumber(models.Model):
    """A number that a look-up found, entered on the book: since when, and who said so."""

    look_up = models.OneToOneField(
        LookUp, primary_key=True, on_delete=models.PROTECT, related_name="number"
    )
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="found")
    told_on = models.DateField()
    said_by = models.CharField(max_length=16)
    at = models.DateTimeField()


class ActTime(models.Model):
    """How many acts of a kind took so long on a day, and the keystrokes of all of them."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    act = models.CharField(max_length=20)
    band = models.PositiveSmallIntegerField()
    """Upper end of the band, in tenths of a second, of flows.contact.timings.BANDS."""
    acts = models.PositiveIntegerField(default=0)
    tenths = models.BigIntegerField(default=0)
    """Tenths of a second of all of them."""
    keys = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "day", "act", "band"], name="act_time_once"),
            models.CheckConstraint(condition=Q(tenths__gte=0, keys__gte=0), name="act_time_counts"),
        ]


class Keys(models.Model):
    """The keys a person chose for the acts of the desk, by act; others stay as shipped."""

    staff = models.OneToOneField(
        Staff, primary_key=True, on_delete=models.CASCADE, related_name="desk_keys"
    )
    chosen: Any = models.JSONField(default=dict)
