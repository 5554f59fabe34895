"""The sender killed again and again: nothing is sent twice, nothing lost, all accounted for.

The SMSC is Debian's Net::SMPP (tests/channels/sms/peer.pl) and counts what reaches it. In
`make test` 300 messages of two parts and 3 kills, on each database; in `make proof`
10,000 and 20.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
from django.db import connections
from django.db.models import Q

from dunwell.flows.contact.sending import note_lost
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Step
from tests.channels.sms.smsc import Smsc, smsc
from tests.databases import Place
from tests.flows.contact.many_debtors import queue_many

ROOT = Path(__file__).parents[3]
PROOF = hypothesis.settings.get_current_profile_name() == "proof"
MESSAGES, KILLS = (10_000, 20) if PROOF else (300, 3)
PATIENCE_SECONDS = 600
State = Message.State

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]


def start(peer: Smsc, began: float) -> subprocess.Popen[str]:
    """The sender as a process of its own, ready."""
    connections["default"].close()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.flows.contact.sender_process", str(peer.port), str(began)],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    """Wait while the sender works; it must not end by itself."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < give_up, "the sender does not get on"
        try:
            code = process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the sender ended with {code}")


def lines_of(peer: Smsc) -> int:
    return peer.log.read_bytes().count(b"\n")


def whole(peer: Smsc) -> Counter[str]:
    """How many different parts the SMSC took for each number."""
    return Counter(number for number, _ in peer.took())


def test_nothing_is_sent_twice_or_lost_though_the_sender_is_killed_again_and_again(
    committed_database: Place, tmp_path: Path
) -> None:
    chance = random.Random(20261123)
    office = queue_many(MESSAGES, gateway="main")
    parts = Message.objects.order_by("pk").values_list("parts", flat=True)[0]
    points = sorted(chance.sample(range(1, MESSAGES * parts * 9 // 10), KILLS))
    with smsc(tmp_path, throttle=97) as peer:
        began = time.time() - 2
        for point in points:
            process = start(peer, began)
            until(process, lambda point=point: lines_of(peer) >= point)
            try:
                process.wait(timeout=chance.random() / 20)
            except subprocess.TimeoutExpired:
                process.kill()
            assert process.wait() == -9
        lost = set(Message.objects.filter(state=State.HANDED).values_list("pk", flat=True))
        process = start(peer, began)
        # Only then has the SMSC all that will ever reach it.
        until(process, lambda: not under_way(lost))
        until(process, lambda: settled(peer, parts))
        process.terminate()
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
        took = peer.took()
        saw = whole(peer)

    note_lost(actor=system_actor("worker"), now=office.now + timedelta(hours=1))
    states = Counter(Message.objects.values_list("state", flat=True))
    assert set(took.values()) == {1}, "no part reached the SMSC twice"
    assert sum(states.values()) == MESSAGES and set(states) <= {State.DELIVERED, State.UNKNOWN}
    complete = sum(count == parts for count in saw.values())
    assert states[State.DELIVERED] == complete, "what arrived whole is known to have arrived"
    assert states[State.UNKNOWN] <= KILLS * 200, "at most two batches for every kill"
    assert Step.objects.filter(kind="used").count() == MESSAGES, "one permit each, all used"
    sys.stdout.write(
        f"{MESSAGES} messages, {KILLS} kills: {dict(states)}, {len(took)} parts at the SMSC\n"
    )


def under_way(lost: set[int]) -> bool:
    """Whether anything has to go out yet, or is at the gateway without its answer.

    `lost` are those a killed sender had handed over: nobody hears their answers any more.
    """
    going = Q(state=State.QUEUED) | Q(state=State.HANDED)
    return bool(set(Message.objects.filter(going).values_list("pk", flat=True)) - lost)


def settled(peer: Smsc, parts: int) -> bool:
    """Whether every message that arrived whole is known to have arrived."""
    complete = sum(count == parts for count in whole(peer).values())
    return Message.objects.filter(state=State.DELIVERED).count() == complete
