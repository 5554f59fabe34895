"""The verdict: every rule that is on for the channel, asked once; the worst answer counts.

`compile_gate` compiles packs and table once, `decide` answers one question, `close_check`
one finished contact. Verdict = worst of allow < warn < needs_approval < refuse; all
codes hit are listed, worst first, then in the table's order. What a rule needs and
the question does not say refuses as FACT-<path>.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from dunwell.core.permit.facts import BEIJING, Channel, Facts, Known, UnknownFact
from dunwell.core.permit.findings import SEVERITY, Figure, Finding, Verdict
from dunwell.core.permit.limits import Limits
from dunwell.core.permit.packs import UNKNOWN_DAY, OnDay, Pack, Stack, stack
from dunwell.core.permit.request import CHANNELS
from dunwell.core.permit.rules.closing import ClosingFacts
from dunwell.core.permit.table import CLOSING, TABLE, Rule
from dunwell.core.permit.windows import next_open

FACT = "FACT-"


class Lifted(NamedTuple):
    """A finding that a consent or an approval lifted, and whose name it carries."""

    code: str
    by: str
    kind: str


class Reason(NamedTuple):
    """A finding with its clause, and the moment time lifts it (None: time does not)."""

    code: str
    verdict: Verdict
    sentence: str
    figures: Mapping[str, Figure]
    clause: str
    again_at: datetime | None
    clause_en: str = ""
    """The clause named in English; empty where the pack names it once."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says. `next_allowed_at`: from when time alone has lifted every refusal."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    lifted: tuple[Lifted, ...]
    next_allowed_at: datetime | None
    pack_hash: str
    """What answered: the packs, and where a text was checked the lexicon too (`answer_hash`)."""

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes hit, worst first."""
        return tuple(reason.code for reason in self.reasons)


Compiled = Mapping[Channel, tuple[tuple[Callable[[Any, Limits], Finding | None], Rule[Any]], ...]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Packs and table, compiled: ask it as often as you like."""

    stack: Stack
    asking: Compiled
    closing: Compiled


class _Hit(NamedTuple):
    finding: Finding
    rule: Rule[Any]


def compile_gate(
    packs: Sequence[Pack],
    *,
    table: Sequence[Rule[Facts]] = TABLE,
    closing: Sequence[Rule[ClosingFacts]] = CLOSING,
) -> Gate:
    """Compile packs into a gate. Refuses what `packs.stack` refuses."""
    stacked = stack(packs)
    return Gate(stacked, _compile(table, stacked), _compile(closing, stacked))


def decide(*, facts: Facts, gate: Gate) -> Decision:
    """Answer one question. Refuses (PacksDisagree) a day on which the packs contradict."""
    beijing = getattr(facts, "beijing", None)
    on_day = UNKNOWN_DAY if beijing is None else gate.stack.on(beijing.date())
    channel = getattr(facts, "channel", None)
    if channel is None:
        missing = [path for path in ("at", "channel") if not _known(facts, path)]
        reasons = tuple(_fact_reason(path, "") for path in missing)
        return Decision("refuse", reasons, (), None, answer_hash(gate.stack.hash, facts.lexicon))
    hits = _ask(gate.asking[channel], facts, on_day.limits)
    if not hits:
        return Decision("allow", (), (), None, answer_hash(gate.stack.hash, facts.lexicon))
    hits, lifted = _lift(hits, facts)
    return _answer(hits, lifted, facts, gate, on_day)


def close_check(*, facts: ClosingFacts, gate: Gate, day: date) -> Decision:
    """Answer whether a contact that ended on `day` (in Beijing) may be filed as it is told."""
    on_day = gate.stack.on(day)
    channel = getattr(facts, "channel", None)
    if channel is None:
        return Decision("refuse", (_fact_reason("channel", ""),), (), None, gate.stack.hash)
    hits = _ask(gate.closing[channel], facts, on_day.limits)
    reasons = _reasons(hits, [None] * len(hits), gate, on_day)
    return Decision(_worst(reasons), reasons, (), None, gate.stack.hash)


def _compile(table: Sequence[Rule[Any]], stacked: Stack) -> Compiled:
    on = [rule for rule in table if rule.code in stacked.rules]
    return {
        channel: tuple((rule.check, rule) for rule in on if channel in rule.channels)
        for channel in CHANNELS
    }


def _ask(rules: Sequence[Any], facts: Known, limits: Limits) -> list[_Hit]:
    hits: list[_Hit] = []
    for check, rule in rules:
        try:
            finding = check(facts, limits)
        except UnknownFact as unknown:
            for path in dict.fromkeys((*rule.needs, unknown.path)):
                if path == unknown.path or not _known(facts, path):
                    hits.append(_Hit(_fact(path), rule))
        else:
            if finding is not None:
                hits.append(_Hit(finding, rule))
    return hits


def _known(facts: Known, path: str) -> bool:
    return hasattr(facts, path.replace(".", "_"))


def _fact(path: str) -> Finding:
    said_as = "GATE-FACT-NUMBER" if path.startswith("parameter.") else "GATE-FACT"
    return Finding(f"{FACT}{path}", "refuse", {"path": path}, said_as=said_as)


def _fact_reason(path: str, clause: str) -> Reason:
    finding = _fact(path)
    return Reason(finding.code, "refuse", finding.sentence, finding.figures, clause, None)


def _lift(hits: Sequence[_Hit], facts: Facts) -> tuple[list[_Hit], tuple[Lifted, ...]]:
    kept: list[_Hit] = []
    lifted: list[Lifted] = []
    for hit in hits:
        name = None
        if hit.finding.lifted_by:
            try:
                name = _lifted_by(hit, facts)
            except UnknownFact as unknown:
                kept += [hit, _Hit(_fact(unknown.path), hit.rule)]
                continue
        if name is None:
            kept.append(hit)
        else:
            lifted.append(name)
    return kept, tuple(lifted)


def _lifted_by(hit: _Hit, facts: Facts) -> Lifted | None:
    code, kinds = hit.finding.code, hit.finding.lifted_by
    if hit.rule.lift == "approval":
        for approval in facts.approvals:
            if approval.kind in kinds and (
                not approval.expires
                or (approval.until_at is not None and facts.at < approval.until_at)
            ):
                return Lifted(code, approval.by, approval.kind)
        return None
    for consent in facts.consents:
        if (
            consent.kind in kinds
            and consent.channel == facts.channel
            and consent.from_at is not None
            and consent.until_at is not None
            and consent.from_at <= facts.at < consent.until_at
        ):
            return Lifted(code, consent.by, consent.kind)
    return None


def _answer(
    hits: Sequence[_Hit], lifted: tuple[Lifted, ...], facts: Facts, gate: Gate, on_day: OnDay
) -> Decision:
    refusals = [hit.finding.until_at for hit in hits if hit.finding.verdict == "refuse"]
    timed = [moment for moment in refusals if moment is not None]
    again: list[datetime | None] = [None] * len(hits)
    next_at = None
    if timed:
        windows = [
            rule.window(facts, on_day.limits)
            for _, rule in gate.asking[facts.channel]
            if rule.window is not None
        ]
        for index, hit in enumerate(hits):
            if hit.finding.until_at is not None:
                again[index] = _beijing(next_open(hit.finding.until_at, windows))
        if len(timed) == len(refusals):
            next_at = _beijing(next_open(max(timed), windows))
    reasons = _reasons(hits, again, gate, on_day)
    answered_by = answer_hash(gate.stack.hash, facts.lexicon)
    return Decision(_worst(reasons), reasons, lifted, next_at, answered_by)


@lru_cache(maxsize=256)
def answer_hash(packs: str, lexicon: str) -> str:
    """The hash of an answer: that of the packs, or with a lexicon SHA-256 of both, in order.

    >>> answer_hash("ab", ""), answer_hash("ab", "cd")[:8]
    ('ab', '88d4266f')
    """
    return hashlib.sha256(f"{packs}{lexicon}".encode()).hexdigest() if lexicon else packs


def _beijing(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(BEIJING)


def _reasons(
    hits: Sequence[_Hit], again: Sequence[datetime | None], gate: Gate, on_day: OnDay
) -> tuple[Reason, ...]:
    found: dict[str, Reason] = {}
    for (finding, rule), again_at in zip(hits, again, strict=True):
        if finding.code not in found:
            bound = on_day.bounds.get(finding.parameter)
            written = gate.stack.rules[rule.code] if bound is None else bound.dated
            found[finding.code] = Reason(
                finding.code, finding.verdict, finding.sentence, finding.figures,
                written.source, again_at, written.source_en,
            )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda reason: -SEVERITY[reason.verdict]))


def _worst(reasons: Sequence[Reason]) -> Verdict:
    return reasons[0].verdict if reasons else "allow"
