"""House policy as dated values, and changes of the gate's packs: who, from which day, and why.

Shipped values are seeds in dunwell.packs; a HouseValue overrides a seed from its
`from_on`. A number of a pack changes by a Proposal of one person and the Ruling of
another; a card, a strategy or another whole text by a Document and its DocumentRuling.
Rows are never changed: a new value is a new row.
"""

from __future__ import annotations

from typing import Any

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
class CalendarYear(models.Model):
    """The holidays and the working weekends of one year as they were entered; the newest counts.

    That a year is known to the gate is the house value `permit.calendar_year`, set with it.
    """

    year = models.PositiveSmallIntegerField()
    content: Any = models.JSONField()
    """Day → `holiday` or `workday`, in order."""
    source = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    set_by_label = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["year"], name="calendar_year")]


@append_only
class Proposal(models.Model):
    """A new dated value for one number of a pack, with its source, and what it would change.

    Numbers that belong together are a set: the first proposal, and those that join it. A set
    has one answer, the ruling of the first; its figures are those of the last.
    """

    joins = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="joined")
    """The first proposal of the set; null for the first itself."""
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


@append_only
class Document(models.Model):
    """A whole text of policy (a card, a strategy ...) as somebody proposed it, kept for ever.

    It counts from `from_on` for its lender (null: the deployment) once another person approved
    it. Of a kind, the documents named `default` are in force; others stand beside it, as the
    challengers of an experiment do.
    """

    class Kind(models.TextChoices):
        CARD = "card", "评分卡"
        QUADRANT = "quadrant", "能力与意愿"
        CATEGORIES = "categories", "客户分类"
        FIVE_CLASSES = "five_classes", "五级分类"
        STRATEGY = "strategy", "策略"
        GAINS = "gains", "行动收益"
        EXPERIMENT = "experiment", "实验"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=60)
    lender = models.ForeignKey(Lender, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    hash = models.CharField(max_length=64)
    from_on = models.DateField()
    base_hash = models.CharField(max_length=64, blank=True)
    """The text that counted when it was proposed (empty: none); the preview compared with it."""
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    preview: Any = models.JSONField(default=dict)
    """What it would have done to the book when it was proposed: counts and fen."""

    class Meta:
        indexes = [models.Index(fields=["kind", "name", "from_on"], name="document_kind")]


@append_only
class DocumentRuling(models.Model):
    """The one answer to a document: approved by another person, or turned down or withdrawn."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="ruling")
    approved = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)


@append_only
class ExperimentStop(models.Model):
    """An experiment that was ended before its last day: from `from_on` on nobody is in it.

    One person may stop one, with a reason; beginning another takes two again.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="stop")
    from_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=60)
    why = models.CharField(max_length=200)


@append_only
class PolicyText(models.Model):
    """A text by which a decision was made, shipped or published, under its hash, for ever."""

    hash = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=16)
    text = models.TextField()


@append_only
class PolicySet(models.Model):
    """All that decided for a lender on a day, by one hash: texts by theirs, and the ageing terms.

    A decision names the set it was made under, so that it can be made again when both the
    published and the shipped texts have moved on.
    """

    hash = models.CharField(primary_key=True, max_length=64)
    content: Any = models.JSONField()
