"""Results of an experiment as pages draw them: bars with intervals, looks against the bound.

Everything drawn is in a table beside it too. Places in a drawing are whole numbers of a
coordinate system 0 to WIDTH; the page sets its size and colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from dunwell.core.experiment import ArmCounts
from dunwell.core.experiment.sequential import NEVER
from dunwell.faces.words.experiments import arm_words, verdict_sentence
from dunwell.flows.improve.experiments import ArmCompared, LookTaken, Results

WIDTH = 1000
LOOKS_HEIGHT = 240
MOST_Z = 5.0
"""Bounds beyond this are drawn at the edge: nothing reaches them."""


def arms_shown(results: Results) -> list[dict[str, Any]]:
    """Each arm: rate with interval, money and harm, and where its bar is drawn."""
    highest = max((arm.interval[1] for arm in results.arms if arm.interval), default=1.0) or 1.0
    harm = max((_harm_share(arm) for arm in results.arms), default=0.0)
    money = max((arm.recovered_ppm or 0 for arm in results.arms), default=0)
    return [
        {
            "arm": arm,
            "name": arm_words(arm.arm, language=_language()),
            "rate": _percent(arm.rate),
            "low": _percent(arm.interval[0]) if arm.interval else "—",
            "high": _percent(arm.interval[1]) if arm.interval else "—",
            "bar": _place(arm.rate, highest),
            "from": _place(arm.interval[0], highest) if arm.interval else 0,
            "to": _place(arm.interval[1], highest) if arm.interval else 0,
            "recovered": _percent(None if arm.recovered_ppm is None else arm.recovered_ppm / 1e6),
            "money_bar": _place((arm.recovered_ppm or 0), money),
            "harm": arm.complaints + arm.refusals,
            "harm_share": _per_thousand(arm),
            "harm_bar": _place(_harm_share(arm), harm),
        }
        for arm in results.arms
    ]


def compared_shown(each: ArmCompared) -> dict[str, Any]:
    """An arm against the champion: the sentence, and the looks with their bounds."""
    tones = {
        "too_early": ("", "hourglass"),
        "no_difference": ("", "circle"),
        "better": ("good", "trending-up"),
        "worse": ("wait", "trending-down"),
        "stop_for_harm": ("stop", "circle-alert"),
    }
    tone, mark = tones[each.verdict]
    found = each.comparison
    return {
        "arm": found.arm,
        "name": arm_words(found.arm, language=_language()),
        "against": arm_words(found.against, language=_language()),
        "verdict": each.verdict,
        "sentence": verdict_sentence(each, language=_language()),
        "tone": tone,
        "mark": mark,
        "next_look_on": each.next_look_on,
        "looks": [_look(look) for look in each.looks],
        "drawing": _drawing(each.looks) if each.looks else None,
    }  # fmt: skip


def _look(look: LookTaken) -> dict[str, Any]:
    return {
        "on": look.on,
        "information": f"{look.information:.0%}",
        "z": "—" if look.z is None else f"{look.z:+.2f}",
        "bound": "—" if look.bound >= NEVER else f"±{look.bound:.2f}",
        "crossed": look.z is not None and abs(look.z) >= look.bound,
    }


def _drawing(looks: tuple[LookTaken, ...]) -> dict[str, Any]:
    """Points of the looks and lines of the bound, in WIDTH by LOOKS_HEIGHT."""
    middle = LOOKS_HEIGHT // 2

    def y(z: float) -> int:
        clipped = max(-MOST_Z, min(MOST_Z, z))
        return round(middle - clipped / MOST_Z * (middle - 10))

    places = [round(40 + look.information * (WIDTH - 80)) for look in looks]
    upper = [f"{x},{y(look.bound)}" for x, look in zip(places, looks, strict=True)]
    lower = [f"{x},{y(-look.bound)}" for x, look in zip(places, looks, strict=True)]
    return {
        "width": WIDTH,
        "height": LOOKS_HEIGHT,
        "middle": middle,
        "upper": " ".join(upper),
        "lower": " ".join(lower),
        "points": [
            {"x": x, "y": y(look.z), "crossed": abs(look.z) >= look.bound}
            for x, look in zip(places, looks, strict=True)
            if look.z is not None
        ],
    }


def _language() -> str:
    return get_language() or "zh-hans"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _harm_share(arm: ArmCounts) -> float:
    return (arm.complaints + arm.refusals) / arm.assigned if arm.assigned else 0.0


def _per_thousand(arm: ArmCounts) -> str:
    return f"{_harm_share(arm) * 1000:.1f}" if arm.assigned else "—"


def _place(value: float | None, highest: float) -> int:
    return 0 if value is None or not highest else round(value / highest * WIDTH)


def power_shown(power: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What an experiment can show, as it was worked out before the start; None: it was not."""
    if not power or not power.get("arms"):
        return None
    language = _language()
    return {
        **power,
        "arms": [
            {**each, "name": arm_words(each["arm"], language=language)} for each in power["arms"]
        ],
        "visible": [
            {
                **each,
                "name": arm_words(each["arm"], language=language),
                "against": arm_words(each["against"], language=language),
                "points": None
                if each["smallest_ppm"] is None
                else f"{each['smallest_ppm'] / 10_000:.1f}",
            }
            for each in power["visible"]
        ],
    }
