"""The gate's answer in words: what `dunwell gate ask --json`, the API and screens show.

Takes a core.permit Decision; the sentences are those of words/*/gate.yaml, in both
languages. Moments are Beijing time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dunwell.core.permit import Decision, Reason
from dunwell.faces.words import say


def answer(decision: Decision) -> dict[str, Any]:
    """The decision as plain data, each reason said in Chinese and English."""
    next_at = decision.next_allowed_at
    return {
        "verdict": decision.verdict,
        "codes": list(decision.codes),
        "next_allowed_at": None if next_at is None else next_at.isoformat(),
        "reasons": [_reason(reason) for reason in decision.reasons],
        "lifted": [lifted._asdict() for lifted in decision.lifted],
        "pack_hash": decision.pack_hash,
    }


def reason_said(reason: Reason, *, language: str) -> str:
    """What, why, by which clause and when it would be allowed again, in one or two sentences."""
    shown: dict[str, object] = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in reason.figures.items()
    }
    shown["clause"] = clause_in(reason, language=language) or "—"
    shown["again"] = "…" if reason.again_at is None else minute(reason.again_at)
    return say(reason.sentence, shown, language=language)


def clause_in(reason: Reason, *, language: str) -> str:
    """The clause as this reader names it; in Chinese where nobody wrote the English."""
    return (reason.clause_en if language.startswith("en") else "") or reason.clause


def minute(moment: datetime) -> str:
    """A moment as people read it, to the minute."""
    return moment.strftime("%Y-%m-%d %H:%M")


def _reason(reason: Reason) -> dict[str, Any]:
    figures = dict(reason.figures)
    if reason.again_at is not None:
        figures["again_at"] = reason.again_at.isoformat()
    return {
        "code": reason.code,
        "verdict": reason.verdict,
        "zh": reason_said(reason, language="zh-hans"),
        "en": reason_said(reason, language="en"),
        "figures": figures,
        "clause": reason.clause,
    }
