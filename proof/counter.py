"""The independent counter: contacts that were made, held against the rules in plain numbers.

It reads the log of contacts and the raw facts of the world, and knows nothing of the
gate: no import of dunwell.core, flows or store. Every breach it finds is one contact
too many. Seconds count from the first midnight in Beijing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dunwell.world.careless import PEOPLE, WORDS, Fact, Person

DAY, HOUR = 86_400, 3_600
OWES = frozenset({"self", "guarantor", "spouse_obligor"})
VOICE = frozenset({"call", "ai_voice"})


class Contact(NamedTuple):
    """A contact that was made. `answered` and `talked` None: nobody told how it went."""

    at: int
    asked_at: int
    staff: int
    person: int
    channel: str
    purpose: str
    inbound: bool
    words: int | None
    collectors: int
    answered: bool | None = None
    talked: bool | None = None

    @property
    def whom(self) -> Person:
        """The person contacted."""
        return PEOPLE[self.person]

    @property
    def exempt(self) -> bool:
        """Who owes contacted us."""
        return self.inbound and self.whom.role in OWES


class BrokenRule(NamedTuple):
    """One contact that should not have been."""

    why: str
    contact: Contact


def breaches(contacts: Sequence[Contact], facts: Sequence[Fact]) -> list[BrokenRule]:
    """Every breach among the contacts, which are in order of time."""
    found = []
    for place, contact in enumerate(contacts):
        before = [each for each in contacts[:place] if contact.at - each.at < 8 * DAY]
        for why in (*_habits(contact, before, facts), *_persons(contact, contacts[:place], facts)):
            found.append(BrokenRule(why, contact))
    return found


def _holds(facts: Sequence[Fact], what: str, about: int, at: int) -> list[Fact]:
    return [
        fact
        for fact in facts
        if fact.what == what
        and fact.about == about
        and fact.from_second <= at
        and (fact.until_second is None or at < fact.until_second)
    ]


def _habits(c: Contact, before: Sequence[Contact], facts: Sequence[Fact]) -> Iterator[str]:
    """Hours and sums."""
    if c.exempt:
        return
    hour, debtor = c.at % DAY / HOUR, c.whom.debtor
    agreed = any(f.channel == c.channel for f in _holds(facts, "consent", debtor, c.at))
    if c.channel != "letter" and not 8 <= hour < 22 and not agreed:
        yield "at night"
    if c.channel == "sms" and hour >= 21:
        yield "message after nine"
    ours = [e for e in before if not e.inbound]
    today = [e for e in ours if e.at // DAY == c.at // DAY]
    same = [e for e in today if e.whom.debtor == debtor]
    if c.channel in VOICE:
        calls = [e for e in same if e.channel in VOICE]
        if sum(e.talked is not False for e in calls) >= 3:
            yield "fourth conversation"
        here = [e for e in today if e.channel in VOICE and e.whom.number == c.whom.number]
        if sum(e.answered is not True for e in here) >= 6:
            yield "seventh unanswered dial"
        told = [e for e in calls if e.channel == "ai_voice" or e.purpose == "notify"]
        tells = c.channel == "ai_voice" or c.purpose == "notify"
        if tells and sum(e.answered is not False for e in told) >= 3:
            yield "fourth call that only tells"
    week = [e for e in ours if c.at // DAY - e.at // DAY < 7 and e.channel == c.channel]
    if c.channel == "sms":
        sent = [e for e in week if e.whom.debtor == debtor]
        if len(sent) >= 3 or any(e.at // DAY == c.at // DAY for e in sent):
            yield "too many messages"
    if c.channel == "visit":
        made = [e for e in week if e.whom.home == c.whom.home]
        if len(made) >= 2 or any(e.at // DAY == c.at // DAY for e in made):
            yield "too many visits"
        of_theirs = [e for e in week if e.whom.debtor == debtor]
        spent = max((e.asked_at for e in of_theirs), default=-DAY)
        approved = _holds(facts, "approval", debtor, c.at)
        if not any(f.kind == "visit" and f.from_second > spent for f in approved):
            yield "visit nobody approved"


def _persons(c: Contact, before: Sequence[Contact], facts: Sequence[Fact]) -> Iterator[str]:
    """Whom, by whom, and with which words."""
    whom, at = c.whom, c.at
    staff = {f.kind for f in _holds(facts, "staff", c.staff, at)}
    if "certified" not in staff or "suspended" in staff:
        yield "by somebody who may not"
    if not whom.basis:
        yield "a number from nowhere"
    if whom.role == "other" or (whom.role == "contact" and c.purpose in ("collect", "remind")):
        yield "money asked of somebody who does not owe"
    if whom.role == "spouse_obligor":
        yield "a spouse without a paper"
    if 2026 - whom.born < 18:
        yield "a minor"
    if whom.role not in OWES and _holds(facts, "refusal", whom.number, at):
        yield "somebody who refused"
    freezes = {f.kind for f in _holds(facts, "freeze", whom.debtor, at)}
    if freezes & {"complaint", "hardship"} and c.purpose not in ("notify", "service"):
        yield "frozen"
    seeks = whom.role == "contact" and c.purpose in ("notify", "service")
    if "deceased" in freezes and not seeks:
        yield "frozen by death"
    if whom.role == "contact":
        tries = [e for e in before if e.whom.debtor == whom.debtor and e.whom.role == "self"]
        missed = _missed_in_row(tries, at)
        approved = _holds(facts, "approval", whom.debtor, at)
        if not any(f.kind == "contact_person" for f in approved):
            yield "a contact person nobody approved"
        if "deceased" not in freezes and missed < 3:
            yield "a contact person while the borrower can be reached"
    refused = _holds(facts, "opt_out", whom.debtor, at)
    silent = any(f.channel in ("", c.channel) for f in refused)
    if silent and c.channel in ("sms", "ai_voice") and not c.exempt:
        yield "opted out"
    closed = {f.channel for f in refused}
    by_machine = c.channel == "ai_voice" and "call" in closed
    told_in_writing = c.channel in ("sms", "letter") and c.purpose == "notify"
    shut = c.channel in closed or by_machine or "" in closed
    if whom.role == "self" and shut and not c.inbound and not told_in_writing:
        yield "a way they asked us not to use"
    if c.channel == "visit" and c.collectors < 2:
        yield "a visit alone"
    if c.words is not None:
        words = WORDS[c.words]
        if not words.fit_for_debtor or (c.channel == "sms" and not words.fit_for_sms):
            yield "words that may not be said"
    if c.words is not None and whom.role not in OWES and not WORDS[c.words].fit_for_others:
        yield "debt told to others"


def _missed_in_row(tries: Sequence[Contact], at: int) -> int:
    missed = 0
    for each in tries:
        if each.channel in VOICE or each.channel == "visit":
            if each.answered:
                missed = 0
            elif each.answered is False and not each.inbound:
                missed += 1
    return missed
