"""Ageing scenarios that other systems' test suites assert, as records of ours.

Read from ../shared/cases (outside the project). A chargeback is an obligation of
its own, due on its day; other charges already stand in the schedule's fees.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dunwell.core.ageing import AgeingTerms, Bucket, Buckets, Hold, LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.money import parse_yuan

SHARED = Path(__file__).parents[2].parent / "shared"
CASES = SHARED / "cases" / "peer_dpd_cases.json"

FROZEN_WHILE_HELD = "FIN-024"
"""Its system keeps the stored bucket on the last paused day; ours is computed every day."""


@dataclass(frozen=True, slots=True)
class PeerCase:
    """One scenario: facts, day and terms of ours, and what the source asserts."""

    id: str
    facts: LoanFacts
    as_of: date
    terms: AgeingTerms
    expected: dict[str, Any]


def peer_cases() -> list[PeerCase]:
    """All scenarios of the file, in its order."""
    return [_case(raw) for raw in json.loads(CASES.read_text("utf-8"))["cases"]]


def expected_bucket(name: str) -> str:
    """The sources' name for no bucket, in ours."""
    return "current" if name == "NO_DELINQUENCY" else name


def _case(raw: dict[str, Any]) -> PeerCase:
    config = raw["config"]
    ranges = (Bucket(b["label"], b["min_days"], b["max_days"]) for b in config["buckets"])
    chargebacks = [c for c in raw.get("charges") or [] if c.get("kind") == "chargeback"]
    return PeerCase(
        id=raw["id"],
        facts=LoanFacts(
            installments=[
                *(_installment(line) for line in raw["schedule"]),
                *(
                    Installment(1000 + n, date.fromisoformat(c["date"]), parse_yuan(c["amount"]))
                    for n, c in enumerate(chargebacks)
                ),
            ],
            payments=[
                Payment(f"P{n}", date.fromisoformat(p["date"]), parse_yuan(p["amount"]))
                for n, p in enumerate(raw["payments"])
            ],
            holds=[
                Hold(date.fromisoformat(p["start"]), date.fromisoformat(p["effective_end"]))
                for p in raw["pauses"]
            ],
        ),
        as_of=date.fromisoformat(raw["as_of"]),
        terms=AgeingTerms(
            day_count=config["day_count"],
            grace_days=config["grace_days"],
            buckets=Buckets(tuple(ranges)),
            bucket_on=config["bucket_on"],
        ),
        expected=raw["expected"],
    )


def _installment(line: dict[str, Any]) -> Installment:
    due_date = date.fromisoformat(line["due_date"])
    if line["principal"] is None:
        return Installment(line["no"], due_date, parse_yuan(line["total"]))
    parts = [parse_yuan(line[part]) for part in ("principal", "interest", "fees")]
    assert sum(parts) == parse_yuan(line["total"])
    return Installment(line["no"], due_date, *parts)
