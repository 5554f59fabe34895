"""How fast the gate answers without state, beside json.loads of the same questions.

20,000 questions over all channels: half of them allowed, the others hit one or
several rules. One process; best of several rounds. Goal: the rate of verdicts is at
least a tenth of the rate of json.loads.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from dunwell.core.permit import decide, read_request
from dunwell.faces.words.gate_answer import answer
from dunwell.store.policy.packs import shipped_gate

QUESTIONS = 20_000
ROUNDS = 5
GOAL = 0.1

ORDINARY: dict[str, Any] = {
    "at": "2026-03-02T10:00:00+08:00",
    "channel": "call",
    "purpose": "collect",
    "direction": "outbound",
    "party": {"role": "borrower", "age": 34, "refused": False, "legal_basis": "contract"},
    "borrower": {
        "reachable": True,
        "failed_attempts_in_row": 0,
        "deceased": False,
        "incapacitated": False,
    },
    "freezes": [],
    "consents": [],
    "approvals": [{"kind": "visit", "by": "supervisor 7"}],
    "counts": {
        "effective_conversations_today": 2,
        "notification_calls_today": 0,
        "unanswered_dials_number_today": 1,
        "sms_today": 0,
        "sms_7d": 1,
        "visits_today_address": 0,
        "visits_7d_address": 0,
        "calls_7d": 3,
        "days_since_conversation": None,
    },
    "last_unanswered_dial_at": None,
    "opted_out": False,
    "evidence": [],
    "promise_open_until": None,
    "visit": {"collectors": 2},
    "text": "【善催小贷】您好，本期还款日已过，请与我们联系，一起商量办法。",
    "case": {"time_barred": False, "legal_state": None},
    "actor": {"certified": True, "suspended": False, "kind": "staff"},
}
CHANNELS = ("call", "sms", "call", "visit", "call", "ai_voice", "letter", "sms")
HITS: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda q: q.update(at="2026-03-02T22:30:00+08:00"),
    lambda q: q["counts"].update(effective_conversations_today=3, sms_today=1),
    lambda q: q["party"].update(role="contact", legal_basis="consent"),
    lambda q: q.update(promise_open_until="2026-03-04"),
    lambda q: q.update(freezes=["complaint"]),
    lambda q: q["case"].update(time_barred=True),
    lambda q: q.pop("borrower"),
    lambda q: (q.update(at="2026-03-02T23:00:00+08:00"), q["counts"].update(sms_7d=3)),
)


def main() -> None:
    """Print the table."""
    texts = [_question(number) for number in range(QUESTIONS)]
    gate = shipped_gate()
    parsed = [json.loads(text) for text in texts]
    decisions = [decide(facts=read_request(question), gate=gate) for question in parsed]
    verdicts = Counter(decision.verdict for decision in decisions)
    floor = _rate(lambda: [json.loads(text) for text in texts])
    rates = {
        "verdict of a parsed question": _rate(
            lambda: [decide(facts=read_request(question), gate=gate) for question in parsed]
        ),
        "json.loads and verdict": _rate(
            lambda: [decide(facts=read_request(json.loads(text)), gate=gate) for text in texts]
        ),
        "json.loads, verdict, answer in both languages": _rate(
            lambda: [
                answer(decide(facts=read_request(json.loads(text)), gate=gate)) for text in texts
            ]
        ),
    }
    size = sum(map(len, texts)) // QUESTIONS
    print(f"gate: {QUESTIONS:,} questions of {size} characters, {dict(verdicts)}")
    print(f"  {'json.loads (floor)':<48}{floor:>12,.0f}/s")
    for name, rate in rates.items():
        print(f"  {name:<48}{rate:>12,.0f}/s  ratio {rate / floor:.2f}  (goal ≥ {GOAL})")


def _question(number: int) -> str:
    question = deepcopy(ORDINARY)
    question["channel"] = CHANNELS[number % len(CHANNELS)]
    if number % 2:
        HITS[number // 2 % len(HITS)](question)
    return json.dumps(question, ensure_ascii=False)


def _rate(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return QUESTIONS / best


if __name__ == "__main__":
    main()
