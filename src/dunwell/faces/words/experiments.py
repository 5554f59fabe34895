"""The figures of an experiment's verdict, as its sentence wants them: points with their sign."""

from __future__ import annotations

from typing import Any

from dunwell.flows.improve.experiments import ArmCompared


def verdict_figures(each: ArmCompared) -> dict[str, Any]:
    """The figures of the sentence EXPERIMENT-VERDICT-<verdict>."""
    found = each.comparison
    low, high = found.interval or (0.0, 0.0)
    return {
        "arm": found.arm,
        "against": found.against,
        "points": f"{(found.difference or 0) * 100:+.1f}",
        "low": f"{low * 100:+.1f}",
        "high": f"{high * 100:+.1f}",
    }
