"""The journal: who did what, when and why, and the hash chains that seal it.

Every flow that changes something appends one Entry in its own transaction; one
sequencer later writes a Seal per entry, chained per stream in commit order, so
writers never queue. Both tables refuse UPDATE and DELETE by database trigger.
No plain personal data goes in: subjects are ids, figures are numbers and codes.
"""

from __future__ import annotations

from django.db import models

from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Lender, Staff


@append_only
class Entry(models.Model):
    """One act. `figures` is canonical JSON text, so that its hash is the same on every database."""

    stream = models.CharField(max_length=40)
    at = models.DateTimeField()
    day = models.DateField(null=True)
    """The business day the act was done for, where that differs from the moment."""
    actor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=60)
    """The work name, or `system:day-run` where no person acted."""
    lender = models.ForeignKey(Lender, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    """Room and key of what was changed, as `case:42`."""
    why = models.CharField(max_length=200, blank=True)
    figures = models.TextField(default="{}")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_subject"),
            models.Index(fields=["verb", "id"], name="entry_verb"),
        ]


@append_only
class Seal(models.Model):
    """An entry's place in its stream's chain: hash = HMAC(journal key, previous hash, entry)."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT)
    stream = models.CharField(max_length=40)
    place = models.BigIntegerField()
    key_id = models.BigIntegerField()
    """Which journal key of the key file made the hash."""
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "place"], name="seal_place")]
