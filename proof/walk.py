"""The walk: breadth first over all distinct states, each wish asked of gate and law in each.

The gate must name exactly the codes the law names, with their weight; must promise a
next moment that the law agrees with; and what is used must keep the sums of a day.
Called by bench/proof.py, tests/proof and proof.mutants.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dunwell.core.permit import Decision, Facts, Gate, decide, read_request
from proof.events import Event, after, events
from proof.law import OF_CONTACTS, TIMED, VOICE, Moment
from proof.law_persons import verdicts
from proof.ledger import DAY, MONDAY, Ask, State, asked_of, settled
from proof.scenes import Scene
from proof.texts import TEXTS


class Breach(NamedTuple):
    """Where gate and law part: the events that lead there, and what each says."""

    scene: str
    path: tuple[Event, ...]
    state: State
    ask: Ask
    gate: str
    law: str


class Put(NamedTuple):
    """A question met on the walk, with where it was met first and what the law says."""

    facts: Facts
    expected: Mapping[str, str]
    state: State
    moment: Moment


@dataclass
class Walked:
    """What a walk of one scene saw."""

    scene: Scene
    depth: int
    states: int = 0
    transitions: int = 0
    """Events that led from a state to one, old or new."""
    questions: int = 0
    granted: int = 0
    seconds: float = 0.0
    breaches: list[Breach] = field(default_factory=list)
    came: dict[State, tuple[State, Event] | None] = field(default_factory=dict)
    puts: dict[str, Put] = field(default_factory=dict)

    def path(self, state: State) -> tuple[Event, ...]:
        """The shortest way to a state."""
        steps: list[Event] = []
        before = self.came.get(state)  # a contact in one piece has a state between its parts
        while before is not None:
            steps.append(before[1])
            before = self.came[before[0]]
        return tuple(reversed(steps))


class Judge:
    """Asks gate and law the same, once per wish in a state, and remembers the questions put.

    Equal questions have one answer of the gate. Of the law, statements that do not look
    at the contacts made are put a state without any, so that their answers are few.
    """

    def __init__(self, walked: Walked, gate: Gate) -> None:
        self.walked, self.gate = walked, gate
        law = walked.scene.law
        self._habits = {code: law[code] for code in law if code in OF_CONTACTS}
        self._others = {code: law[code] for code in law if code not in OF_CONTACTS}
        self._answers: dict[str, Decision] = {}
        self._lawful: dict[tuple[State, Ask], dict[str, str]] = {}
        self._state: State | None = None
        self._here: dict[Ask, bool] = {}

    def granted(self, state: State, ask: Ask) -> bool:
        """Whether the gate grants it; a difference from the law is written down."""
        if state != self._state:
            self._state, self._here = state, {}
        found = self._here.get(ask)
        if found is None:
            found = self._here[ask] = self._judge(state, ask)
        return found

    def _judge(self, state: State, ask: Ask) -> bool:
        walked, scene = self.walked, self.walked.scene
        walked.questions += 1
        asked = asked_of(state, ask)
        key = f"{ask.text} {asked!r}"
        moment = Moment(state, ask, scene.caps)
        expected = self._expected(moment)
        decision = self._answers.get(key)
        if decision is None:
            wording = TEXTS[ask.text].wording if ask.text else ()
            facts = read_request(asked, wording=wording)
            decision = self._answers[key] = decide(facts=facts, gate=self.gate)
            walked.puts[key] = Put(facts, expected, state, moment)
        trouble = difference(decision, expected, moment, scene)
        if trouble:
            walked.breaches.append(Breach(scene.name, (), state, ask, *trouble))
        granted = decision.verdict in ("allow", "warn")
        walked.granted += granted
        return granted

    def _expected(self, moment: Moment) -> dict[str, str]:
        bare = moment.state._replace(rows=(), talked_at=None)
        key = (bare, moment.ask)
        others = self._lawful.get(key)
        if others is None:
            others = verdicts(moment._replace(state=bare), self._others)
            self._lawful[key] = others
        return {**verdicts(moment, self._habits), **others}


def walk(scene: Scene, *, depth: int, gate: Gate | None = None) -> Walked:
    """Walk every distinct state that `depth` events reach from the scene's beginning."""
    started = time.perf_counter()
    walked = Walked(scene, depth)
    judge = Judge(walked, gate or scene.gate)
    begin = settled(scene.begin)
    walked.came[begin] = None
    layer = [begin]
    for level in range(depth + 1):
        following: list[State] = []
        for state in layer:
            _look(state, judge)
            if level < depth:
                for event, reached in _next(state, judge):
                    walked.transitions += 1
                    if reached not in walked.came:
                        walked.came[reached] = (state, event)
                        following.append(reached)
        layer = following
    walked.states = len(walked.came)
    walked.breaches = [each._replace(path=walked.path(each.state)) for each in walked.breaches]
    walked.seconds = time.perf_counter() - started
    return walked


def _look(state: State, judge: Judge) -> None:
    for ask in judge.walked.scene.asks:
        judge.granted(state, ask)
    trouble = sums_broken(state, judge.walked.scene)
    if trouble:
        ask = judge.walked.scene.asks[0]
        judge.walked.breaches.append(
            Breach(judge.walked.scene.name, (), state, ask, "reached", trouble)
        )


def _next(state: State, judge: Judge) -> Iterator[tuple[Event, State]]:
    for event in events(state, judge.walked.scene):
        reached = after(state, event, judge.granted)
        if reached is not None:
            yield event, settled(reached)


def difference(
    decision: Decision, expected: Mapping[str, str], moment: Moment, scene: Scene
) -> tuple[str, str] | None:
    """What the gate says and what the law says, where they differ."""
    said = {reason.code: reason.verdict for reason in decision.reasons}
    if said != expected:
        return _told(said), _told(expected)
    if decision.next_allowed_at is None:
        lifted = [code for code, weight in said.items() if weight == "refuse"]
        timed = bool(lifted) and all(code in TIMED or code in _TIMED for code in lifted)
        return ("no next moment", "time alone lifts it") if timed else None
    return _promise_broken(decision, moment, scene)


_TIMED = frozenset({"US-F06", "US-F14"})
_SUMS = frozenset({"CN-T05", "CN-T06", "US-F14"})
"""Codes whose next moment may be late: of seven days the question knows only sums."""


def _promise_broken(decision: Decision, moment: Moment, scene: Scene) -> tuple[str, str] | None:
    """Whether the moment promised is still refused, or could have been a second earlier."""
    promised = decision.next_allowed_at
    assert promised is not None  # asked by the caller
    then = int((promised - MONDAY).total_seconds())
    law = {code: scene.law[code] for code in scene.law if code in TIMED or code in _TIMED}
    at = moment._replace(state=moment.state._replace(now=then))
    still = [code for code, weight in verdicts(at, law).items() if weight == "refuse"]
    if still:
        return f"allowed again {promised:%d %H:%M}", f"still refused by {' '.join(still)}"
    if _SUMS & set(decision.codes):
        return None
    # Consent shortens the night, but only the hours every debtor is awake are promised.
    unagreed = frozenset(s for s in moment.state.stands if s.what != "consent")
    earlier = at._replace(state=moment.state._replace(now=then - 1, stands=unagreed))
    if "refuse" not in verdicts(earlier, law).values():
        return f"allowed again {promised:%d %H:%M}", "allowed a second earlier"
    return None


def sums_broken(state: State, scene: Scene) -> str | None:
    """The sums of the day that no history may exceed, held contacts included."""
    today = state.now // DAY
    ours = [
        row
        for row in state.rows
        if row.ask.direction == "outbound" and (row.used_at is None or row.used_at // DAY == today)
    ]
    calls = [row for row in ours if row.ask.channel in VOICE]
    if sum(row.talked is not False for row in calls) > scene.caps["conversations"]:
        return "more conversations than a day may have"
    for number in (1, 2):
        dialled = [row for row in calls if row.ask.number == number and row.answered is not True]
        if len(dialled) > scene.caps["dials"]:
            return "more unanswered dials than a number may have"
    if sum(row.ask.channel == "sms" for row in ours) > scene.caps["sms_day"]:
        return "more messages than a day may have"
    return None


def _told(codes: Mapping[str, str]) -> str:
    return ", ".join(f"{code} {codes[code]}" for code in sorted(codes)) or "allowed"
