"""A question of the gate's log, decided again under another version of the packs.

Called by the gate pages and by publish_pack's preview. The log keeps no texts: where
there was one, the rules that read texts keep the answer they gave, by the lexicon of then,
and all others are asked again with the facts that were known then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from dunwell.core.permit import (
    TABLE,
    VERDICTS,
    Decision,
    Gate,
    Pack,
    Reason,
    Verdict,
    answer_hash,
    compile_gate,
    decide,
    read_request,
)

TEXT = "text"
WORDED = frozenset(rule.code for rule in TABLE if TEXT in rule.facts)
"""Rules that read the text of a message."""
UNWORDED = tuple(rule for rule in TABLE if rule.code not in WORDED)


class Kept(NamedTuple):
    """What the log keeps of a question, as far as deciding it again needs."""

    inputs_json: str
    reasons_json: str
    content_hash: str
    lexicon_hash: str
    clock_ok: bool


class Gates(NamedTuple):
    """One choice of packs, compiled twice: with all rules, and without those on texts."""

    whole: Gate
    unworded: Gate


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer under other packs; None where nobody can decide the question again."""

    decision: Decision
    kept: tuple[str, ...]
    """Codes of the rules on texts, as they were answered then."""


def gates_of(packs: Sequence[Pack]) -> Gates:
    """Compile packs for replays."""
    return Gates(compile_gate(packs), compile_gate(packs, table=UNWORDED))


def replay(kept: Kept, *, gates: Gates) -> Replayed | None:
    """The question decided again; None where the moment itself was not believed."""
    if not kept.clock_ok:
        return None
    facts = read_request(json.loads(kept.inputs_json))
    if not kept.content_hash:
        return Replayed(decide(facts=facts, gate=gates.whole), ())
    decision = decide(facts=facts, gate=gates.unworded)
    decision = replace(decision, pack_hash=answer_hash(decision.pack_hash, kept.lexicon_hash))
    stay = [reason for reason in reasons_of(kept.reasons_json) if reason.code in WORDED]
    return Replayed(_with(decision, stay), tuple(reason.code for reason in stay))


def reasons_of(reasons_json: str) -> tuple[Reason, ...]:
    """The reasons as the log keeps them."""
    return tuple(_reason(kept) for kept in json.loads(reasons_json))


def _reason(kept: dict[str, Any]) -> Reason:
    again = kept["again_at"]
    return Reason(**{**kept, "again_at": again and datetime.fromisoformat(again)})


def _with(decision: Decision, stay: Iterable[Reason]) -> Decision:
    """The decision with the reasons that stay, the worst first."""
    stay = tuple(stay)
    if not stay:
        return decision
    reasons = sorted((*decision.reasons, *stay), key=lambda reason: -_rank(reason.verdict))
    forever = any(each.verdict == "refuse" and each.again_at is None for each in stay)
    return Decision(
        verdict=reasons[0].verdict,
        reasons=tuple(reasons),
        lifted=decision.lifted,
        next_allowed_at=None if forever else decision.next_allowed_at,
        pack_hash=decision.pack_hash,
    )


@cache
def _rank(verdict: Verdict) -> int:
    return VERDICTS.index(verdict)
