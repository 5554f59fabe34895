"""Collectors who ask at all hours, for everyone, by any channel, with any words.

Made for the proof of the gate: what they try is known, and what the world is like on
that day; whether it may happen is nowhere said here.
"""

from dunwell.world.careless.attempts import Attempt, attempts_of
from dunwell.world.careless.facts import DEBTORS, PEOPLE, STAFF, Fact, Person, facts_of
from dunwell.world.careless.words import WORDS, Words

__all__ = [
    "DEBTORS",
    "PEOPLE",
    "STAFF",
    "WORDS",
    "Attempt",
    "Fact",
    "Person",
    "Words",
    "attempts_of",
    "facts_of",
]
