"""House policy as dated values: who set which parameter from which day, and why.

Shipped values are seeds in dunwell.packs; a row here overrides a seed from its
`from_on`. Rows are never changed: a new value is a new row.
"""

from __future__ import annotations

from django.db import models

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
