"""The sender beside a bare smpplib loop to the same SMSC, and beside bare permits.

    python -m bench.sender [--messages 4000]

The SMSC is Debian's Net::SMPP (tests/channels/sms/peer.pl), receipts off. Floors of the same
run: the same texts in the same parts sent by smpplib's own client, 50 outstanding, with no
state at all; and permits re-checked and used 100 to a transaction, nothing sent. The sender
does both and writes down what became of each message. All three take turns of 1,000, which
is what the sender sends before it listens to the gateway again; medians, the first turn left
out. Goal: 0.5 of the slower floor. Beside the rates stands what each took of this process's
processor time, which a busy machine adds less to. Both databases keep what they commit
through a power cut.
"""

from __future__ import annotations

import argparse
import os
import select
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from smpplib.client import Client

from dunwell.channels.sms.smpp_text import encode, number_as
from tests.channels.sms.smsc import Smsc, smsc

if TYPE_CHECKING:
    from bench.permits_house import House
    from dunwell.flows.contact.ports import MessageLine

BATCH = 100
TURN = 10 * BATCH
WINDOW = 50
TEMPLATE = "missed-call"
GOAL = 0.5


def main() -> None:
    """Print the table."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--messages", type=int, default=4000)
    count = told.parse_args().messages // TURN * TURN
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as folder:
        os.environ["DUNWELL_HOME"] = folder
        os.environ["DUNWELL_ENVIRONMENT"] = "test"
        os.environ["DJANGO_SETTINGS_MODULE"] = "dunwell.settings.main"
        import django  # reason: start-up — the environment is set above

        django.setup()
        from bench.permits import _postgresql  # reason: app-registry

        print(f"{'database':12}{'what':46}{'per second':>12}{'ratio':>8}{'processor':>13}")
        _measure("sqlite", None, count, Path(folder))
        with _postgresql(Path(folder)) as url:
            _measure("postgresql", url, count, Path(folder))


def _measure(name: str, url: str | None, count: int, folder: Path) -> None:
    from django.conf import settings  # reason: app-registry
    from django.core.management import call_command  # reason: app-registry
    from django.db import connections  # reason: app-registry

    from bench.permits_house import House  # reason: app-registry
    from dunwell.settings.database import database_from  # reason: app-registry

    connections["default"].close()
    entry = database_from(url, home=settings.HOME)
    connections.settings["default"] = connections.configure_settings({"default": entry})["default"]
    connections["default"] = connections.create_connection("default")
    call_command("migrate", verbosity=0)
    house = House(parties=2 * count)
    texts = _queue(house, house.pairs[:count])
    permits = _ask(house, house.pairs[count:], texts[0])
    took: dict[str, list[tuple[float, float]]] = {"loop": [], "permits": [], "sender": []}
    with smsc(folder, receipts=0) as peer, _line(peer) as line:
        for first in range(0, count, TURN):  # in turns: a busy machine is unfair to all
            part = slice(first, first + TURN)
            took["loop"].append(_timed(_bare_loop, peer, texts[part]))
            took["permits"].append(_timed(_use, house, permits[part], texts[0]))
            took["sender"].append(_timed(_send, house, line))
    (folder / "smsc.log").unlink()
    rate = {what: median(each[0] for each in turns[1:]) for what, turns in took.items()}
    used = {what: median(each[1] for each in turns[1:]) for what, turns in took.items()}
    floor = min(("loop", "permits"), key=rate.__getitem__)
    for what, words in _WORDS.items():
        ratio = f"{rate[what] / rate[floor]:8.2f}" if what == "sender" else " " * 8
        print(f"{name:12}{words:46}{rate[what]:12.0f}{ratio}{used[what]:10.0f} us")
    print(f"{name:12}{'goal':46}{GOAL * rate[floor]:12.0f}{GOAL:8.2f}")


_WORDS = {
    "loop": "bare smpplib loop to the same SMSC (floor)",
    "permits": f"bare permits, {BATCH} in a transaction (floor)",
    "sender": "sender: permits, hand over, answers",
}


def _timed(turn: Callable[..., float], *told: Any) -> tuple[float, float]:
    """The rate of a turn, and the microseconds of processor time of each message."""
    before = time.process_time()
    rate = turn(*told)
    return rate, (time.process_time() - before) / TURN * 1e6


def _queue(house: House, pairs: Sequence[tuple[int, int]]) -> list[str]:
    """A message to every debtor, with a permit kept for it; answers the texts."""
    from django.db import transaction  # reason: app-registry

    from dunwell.flows.contact.outbox import queue_message, text_of_message  # reason: app-registry
    from dunwell.store.outreach.models import Letterhead, Message  # reason: app-registry
    from dunwell.store.people.models import Party  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry
    from dunwell.store.policy.packs import shipped_gate  # reason: app-registry
    from dunwell.store.vault import seal  # reason: app-registry

    Letterhead.objects.create(
        lender=house.lender, signature="善信小贷", call_back="0731-80000000", at=house.now,
        by_label="bench",
    )  # fmt: skip
    shipped_gate()
    for party in Party.objects.all():
        party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
        party.save(update_fields=["name_sealed"])
    for first in range(0, len(pairs), BATCH):
        with transaction.atomic():
            for case, contact in pairs[first : first + BATCH]:
                queue_message(
                    actor=system_actor("worker"), now=house.now, case=case, contact=contact,
                    template=TEMPLATE, key=f"bench:{case}", gateway="main",
                )  # fmt: skip
    return [text_of_message(row) for row in Message.objects.order_by("pk")]


def _ask(house: House, pairs: Sequence[tuple[int, int]], text: str) -> list[int]:
    """Permits for other debtors, to be used without anything sent."""
    from dunwell.flows.contact.ask_permit import ask_permit  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    return [
        ask_permit(
            actor=system_actor("worker"), case=case, contact=contact, channel="sms",
            now=house.now, text=text,
        ).permit
        for case, contact in pairs
    ]  # fmt: skip


def _use(house: House, permits: Sequence[int], text: str) -> float:
    """Permits used a second, a batch in a transaction."""
    from dunwell.flows.contact.use_permit import Sending, use_permits  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    sendings = [Sending(permit, text) for permit in permits]
    worker, now, used = system_actor("worker"), house.now + timedelta(seconds=1), []
    start = time.perf_counter()
    for first in range(0, len(sendings), BATCH):
        used += use_permits(actor=worker, sendings=sendings[first : first + BATCH], now=now)
    spent = time.perf_counter() - start
    assert all(each.token for each in used)
    return len(used) / spent


@contextmanager
def _line(peer: Smsc) -> Iterator[MessageLine]:
    from dunwell.channels.sms.smpp import SmppLine  # reason: app-registry
    from dunwell.channels.sms.smpp_link import Smpp  # reason: app-registry

    line = SmppLine(Smpp("main", "127.0.0.1", peer.port, "dunwell", "secret", window=WINDOW))
    yield line
    line.close()


def _send(house: House, line: MessageLine) -> float:
    """Messages a second of one turn, from the queue to what the gateway answered."""
    from dunwell.flows.contact.sending import send_all_due  # reason: app-registry
    from dunwell.store.people.permissions import system_actor  # reason: app-registry

    start = time.perf_counter()
    done = send_all_due(
        actor=system_actor("worker"), gateway="main", line=line,
        clock=lambda: house.now + timedelta(seconds=1), rounds=TURN // BATCH,
    )  # fmt: skip
    spent = time.perf_counter() - start
    assert done.states == {"accepted": TURN}, done.states
    return TURN / spent


def _bare_loop(peer: Smsc, texts: Sequence[str]) -> float:
    """Messages a second by smpplib alone: written, and answered."""
    parts = [part for text in texts for part in encode(text, joined_as=1)]
    client = Client("127.0.0.1", peer.port, allow_unknown_opt_params=True)
    answered = [0]

    def count(pdu: object, **_: object) -> None:
        answered[0] += 1

    client.set_message_sent_handler(count)
    client.connect()
    client.bind_transceiver(system_id="bare", password="secret")
    number = number_as("13800000001", "international")
    start = time.perf_counter()
    for written, part in enumerate(parts, 1):
        client.send_message(
            source_addr="10690000", destination_addr=number, dest_addr_ton=1, dest_addr_npi=1,
            esm_class=part.esm_class, data_coding=part.data_coding, registered_delivery=1,
            user_message_reference=written % 65536, short_message=part.data,
        )  # fmt: skip
        while written - answered[0] >= WINDOW or select.select([client._socket], [], [], 0)[0]:
            client.read_once()
    while answered[0] < len(parts):
        client.read_once()
    spent = time.perf_counter() - start
    client.unbind()
    client.disconnect()
    return len(texts) / spent


if __name__ == "__main__":
    main()
