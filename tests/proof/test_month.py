"""Careless collectors play through the flows: no contact outside the rules, by another count."""

from collections import Counter

import hypothesis
import pytest

from dunwell.store.permits.models import Permit
from dunwell.world.careless import attempts_of, facts_of
from dunwell.world.careless.attempts import CHANNELS
from proof.counter import breaches
from proof.month import bypassed, made, open_house, play

PROOF = hypothesis.settings.default.max_examples > 1000
DAYS, BURSTS = (30, 45) if PROOF else (8, 18)
"""A month under `make proof`; eight days, so that a week passes, elsewhere."""
SEED = 20260301

KINDS = {
    *("at night", "message after nine", "fourth conversation", "seventh unanswered dial"),
    *("fourth call that only tells", "too many messages", "too many visits"),
    *("visit nobody approved", "by somebody who may not", "a number from nowhere"),
    *("money asked of somebody who does not owe", "a spouse without a paper", "a minor"),
    *("somebody who refused", "frozen", "frozen by death"),
    *("a contact person nobody approved", "a contact person while the borrower can be reached"),
    "a way they asked us not to use",
    *("opted out", "a visit alone", "words that may not be said", "debt told to others"),
}


def _attempts(bursts=BURSTS):
    return [
        attempt for day in range(DAYS) for attempt in attempts_of(seed=SEED, day=day, bursts=bursts)
    ]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_what_careless_collectors_get_done_is_within_the_rules():
    facts = facts_of(days=DAYS)
    house = open_house(facts)
    attempts = _attempts()
    play(house, attempts)
    contacts = made(house)
    assert Permit.objects.count() == len(attempts)
    assert {contact.channel for contact in contacts} == set(CHANNELS)
    assert len(contacts) > 5 * DAYS
    assert Counter(broken.why for broken in breaches(contacts, facts)) == {}


def test_the_counter_finds_every_kind_of_breach_where_nobody_asks():
    found = breaches(bypassed(_attempts(60)), facts_of(days=DAYS))
    assert {broken.why for broken in found} >= KINDS
