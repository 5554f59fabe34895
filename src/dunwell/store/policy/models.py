"""House policy as dated values, and changes of the gate's packs: who, from which day, and why.

Shipped values are seeds in dunwell.packs; a HouseValue overrides a seed from its
`from_on`. A number of a pack changes by a Proposal of one person and the Ruling of
another. Rows are never changed: a new value is a new row.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Lender, Staff


@append_only
class HouseValue(models.Model):
    """One dated value of a house parameter, for one lender or (null) for the deployment."""

    lender = models.ForeignKey(Lender, null=True, blank=True, on_delete=models.PROTECT)
    parameter = models.CharField(max_length=80)
    value = models.BigIntegerField()
    from_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["parameter", "from_on"], name="house_value_day")]


@append_only
class Proposal(models.Model):
    """A new dated value for one number of a pack, with its source, and what it would change."""

    pack = models.CharField(max_length=40)
    parameter = models.CharField(max_length=80)
    value = models.BigIntegerField()
    from_on = models.DateField()
    source = models.CharField(max_length=300)
    force = models.CharField(max_length=16)
    read = models.CharField(max_length=10)
    checked_on = models.DateField()
    recheck_by = models.DateField()
    base_hash = models.CharField(max_length=64)
    """The version the proposer looked at; a ruling on another one is refused."""
    result_hash = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    looked_at = models.PositiveIntegerField()
    """Questions of the last 30 days that were decided again for the preview."""
    otherwise = models.PositiveIntegerField()
    """Of these, how many would have been answered otherwise."""


@append_only
class Ruling(models.Model):
    """The one answer to a proposal, by another person. Approved, it is a version of the pack."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="ruling")
    approved = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    version = models.CharField(max_length=64, blank=True)
    """The hash of all packs from this ruling on; empty where it was turned down."""

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(approved=True), name="ruling_published")]
