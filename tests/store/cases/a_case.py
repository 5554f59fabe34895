"""A case of an invented party, made straight in the tables for tests of lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from dunwell.store.cases.models import Case
from dunwell.store.people.models import Lender, Party
from dunwell.store.vault.sealed import seal

DAY = date(2026, 3, 2)


def make_case(lender: Lender, *, overdue_fen: int = 1_000, days: int = 5, **more: Any) -> Case:
    """An open case of `overdue_fen`, `days` late."""
    party = Party.objects.create(name_sealed=b"")
    name = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
    Party.objects.filter(pk=party.pk).update(name_sealed=name)
    fields: dict[str, Any] = {
        "status": "open",
        "opened_on": DAY,
        "as_of": DAY,
        "bucket": "M1",
        "days_past_due": days,
        "delinquent_days": days,
        "overdue_principal_fen": overdue_fen,
        "overdue_interest_fen": 0,
        "overdue_fee_fen": 0,
        "overdue_penalty_fen": 0,
        "overdue_fen": overdue_fen,
        "outstanding_fen": overdue_fen,
        "loans_total": 1,
        "loans_overdue": 1,
        "held": False,
    }
    return Case.objects.create(party=party, lender=lender, **(fields | more))
