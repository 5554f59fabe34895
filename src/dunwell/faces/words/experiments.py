"""Words of experiments, the same on the terminal and on pages: arms and verdicts."""

from __future__ import annotations

from typing import Any

from dunwell.core.experiment import HOLD_OUT
from dunwell.core.experiment.record import CHAMPION
from dunwell.faces.words import say
from dunwell.flows.improve.experiments import ArmCompared

CHALLENGER = "challenger"
"""What the first draft of an experiment calls its other arm."""


def arm_words(name: str, *, language: str) -> str:
    """The name of an arm; those of the first draft are said in words, others are their own."""
    if name in (CHAMPION, CHALLENGER, HOLD_OUT):
        return say(f"EXPERIMENT-ARM-{name}", {}, language=language)
    return name


def verdict_sentence(each: ArmCompared, *, language: str) -> str:
    """What a comparison means, in a sentence with its points and their interval."""
    return say(f"EXPERIMENT-VERDICT-{each.verdict}", _figures(each, language), language=language)


def _figures(each: ArmCompared, language: str) -> dict[str, Any]:
    found = each.comparison
    low, high = found.interval or (0.0, 0.0)
    return {
        "arm": arm_words(found.arm, language=language),
        "against": arm_words(found.against, language=language),
        "points": f"{(found.difference or 0) * 100:+.1f}",
        "low": f"{low * 100:+.1f}",
        "high": f"{high * 100:+.1f}",
    }
