"""What careless collectors try in a day: drawn, in order of time, and never asked whether.

Called by proof.month. Attempts come in bursts to one person; a permit that is got is
used at once, later, too late, given back or forgotten. Seconds count from the midnight
of the first day.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dunwell.world.careless.facts import DAY, PEOPLE, STAFF
from dunwell.world.careless.words import WORDS
from dunwell.world.draws import Draws, Stream

CHANNELS: Final = ("call", "ai_voice", "sms", "visit", "letter")
PURPOSES: Final = ("collect", "remind", "notify", "service")
FATES: Final = ("use", "later", "release", "forget")
OUTCOMES: Final = ("conversation", "answered", "unanswered", "untold")
BURST: Final = 4
"""Attempts at one person within the hour."""
LATEST_SECONDS: Final = 20 * 60
"""How late a permit is used at the most: some have lapsed by then."""


class Attempt(NamedTuple):
    """One try: who, whom (a place in PEOPLE), how, with which words, and what becomes of it."""

    at_second: int
    staff: int
    person: int
    channel: str
    purpose: str
    inbound: bool
    words: int
    collectors: int
    fate: str
    later_seconds: int
    outcome: str


def attempts_of(*, seed: int, day: int, bursts: int) -> tuple[Attempt, ...]:
    """The attempts of one day, in order of time."""
    draws = Draws(seed=seed, chunk=day, stream=Stream.CARELESS)
    shape = (bursts, BURST)
    starts = draws.below(DAY, bursts)
    waits = draws.below(900, shape).cumsum(axis=1)
    people = draws.pick([6 if each.role == "self" else 1 for each in PEOPLE], bursts)
    staff = draws.below(STAFF, shape)
    channels = draws.pick([6, 2, 3, 2, 1], shape)
    purposes = draws.pick([6, 1, 2, 1], shape)
    inbound = draws.chance(50, shape)
    words = draws.pick([8, 6, *[1] * (len(WORDS) - 2)], shape)
    collectors = draws.pick([1, 2, 7], shape)
    fates = draws.pick([6, 3, 1, 1], shape)
    later = draws.below(LATEST_SECONDS, shape)
    outcomes = draws.pick([3, 2, 5, 1], shape)
    found = [
        Attempt(
            at_second=day * DAY + min(DAY - 1, int(starts[burst] + waits[burst, step])),
            staff=int(staff[burst, step]),
            person=int(people[burst]),
            channel=CHANNELS[channels[burst, step]],
            purpose=PURPOSES[purposes[burst, step]],
            inbound=bool(inbound[burst, step]),
            words=int(words[burst, step]),
            collectors=int(collectors[burst, step]),
            fate=FATES[fates[burst, step]],
            later_seconds=int(later[burst, step]),
            outcome=OUTCOMES[outcomes[burst, step]],
        )
        for burst in range(bursts)
        for step in range(BURST)
    ]
    return tuple(sorted(found))
