"""Which case lies on whose desk, how long each kind of act takes, and keys somebody moved.

A Claim keeps a case from being shown to two: it lapses by itself. An ActTime counts seconds
and keystrokes of an act by day, case-blind and person-blind: nobody's speed can be read from
it. Keys are a preference of a person.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.cases.models import Case
from dunwell.store.people.models import Lender, Staff


class Claim(models.Model):
    """The case lies on this desk until a moment; one case, one desk."""

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.CASCADE, related_name="claim"
    )
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    until_at = models.DateTimeField()


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
