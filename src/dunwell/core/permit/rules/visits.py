"""Visits: how many go (CN-V01). Their hours are in frequency.py, their end in closing.py."""

from __future__ import annotations

from dunwell.core.permit.facts import Facts
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import Limits


def team_size(facts: Facts, limits: Limits) -> Finding | None:
    """CN-V01: nobody visits alone."""
    collectors, least = facts.visit_collectors or 0, limits.visit_collectors_least
    if collectors >= least:
        return None
    figures = {"collectors": collectors, "least": least}
    return Finding("CN-V01", "refuse", figures, None, "", "visit.collectors_least")
