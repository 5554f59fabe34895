"""A small invented lender on a working day at ten in the morning, its web open, its SMSC running.

Everything is set up with the commands an operator types. Days and moments are Beijing's; the
clock of this process is fixed to the story's and runs on, and the browser is told the same.
"""

from __future__ import annotations

import csv
import select
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from dunwell.channels.sms.gateways import read_gateways
from dunwell.core.permit import BEIJING
from dunwell.faces.cli.main import main
from dunwell.faces.worker.sender import Stop, one_round
from dunwell.store.vault import init_keyring
from dunwell.wiring import open_line
from tests.browser import PATIENCE_SECONDS, apart, served
from tests.channels.sms.smsc import Smsc, smsc

FIRST_DAY = date(2026, 3, 3)
"""A Tuesday."""
NEXT_DAY = date(2026, 3, 4)
LOANS = 400
PEER = """
default = "smsc"
[gateways.smsc]
kind = "smpp"
host = "127.0.0.1"
port = {port}
system_id = "dunwell"
password = {{ file = "smsc.secret" }}
"""


@dataclass
class House:
    """The house of the story: its folder, address, SMSC and clock."""

    home: Path
    peer: Smsc
    clock: time_machine.Traveller
    address: str = ""
    book: Path = field(default_factory=Path)

    def say(self, *words: str) -> None:
        """Run one command of `dunwell`; it must end well."""
        before, sys.argv = sys.argv, ["dunwell", *words]
        try:
            apart(_ended_well)
        finally:
            sys.argv = before

    def work(self, *, until: Callable[[], bool]) -> None:
        """Rounds of the worker (messages out, words in, notes sealed) until so much is done."""
        apart(lambda: self._rounds(until))

    def _rounds(self, until: Callable[[], bool]) -> None:
        gateways = read_gateways(self.home)
        lines = {
            name: open_line(gateway=name, gateways=gateways, clock=timezone.now)
            for name in gateways.names
        }
        try:
            give_up = monotonic() + PATIENCE_SECONDS
            while monotonic() < give_up:
                one_round(lines=lines, clock=timezone.now, stop=Stop())
                if until():
                    return
                watched = [number for line in lines.values() if (number := line.fileno())]
                select.select(watched, [], [], 1)
        finally:
            for line in lines.values():
                line.close()
        raise AssertionError("the worker did not come to an end")

    def at(self, day: date, hour: int) -> None:
        """Move the clock to the full hour of a day."""
        self.clock.move_to(datetime.combine(day, time(hour), BEIJING), tick=True)

    def paid(self, rows: list[dict[str, str]]) -> Path:
        """A file of payments as the core system hands it over, in a folder of its own."""
        folder = self.home / "payments-of-the-day"
        folder.mkdir()
        with (self.book / "payments.csv").open(encoding="utf-8", newline="") as given:
            columns = next(csv.reader(given))
        with (folder / "payments.csv").open("w", encoding="utf-8", newline="") as made:
            writer = csv.DictWriter(made, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return folder


def _ended_well() -> None:
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, sys.argv


@pytest.fixture
def house(committed_database: object, tmp_path: Path, settings: Any) -> Iterator[House]:
    """The lender with its book, people, cases and worklists of the first day."""
    settings.HOME, settings.KEYS_FILE = tmp_path, tmp_path / "keys.json"
    settings.ENVIRONMENT = "demo"  # the demo's people, and its invented recordings
    settings.CSRF_COOKIE_AGE = None  # the browser's own clock is years from the story's
    apart(lambda: init_keyring(now=datetime(2026, 1, 1, tzinfo=UTC)))
    morning = datetime.combine(FIRST_DAY, time(10), BEIJING)
    with smsc(tmp_path) as peer, time_machine.travel(morning, tick=True) as clock:
        made = House(tmp_path, peer, clock, book=tmp_path / "book")
        (tmp_path / "gateways.toml").write_text(PEER.format(port=peer.port), "utf-8")
        secret = tmp_path / "smsc.secret"
        secret.touch(mode=0o600)
        secret.write_text("secret", "utf-8")
        _open(made)
        clock.move_to(morning, tick=True)
        with served() as made.address:
            yield made


def _open(house: House) -> None:
    made = str(house.book)
    house.say("demo", "users")
    house.say("world", "make", "--loans", str(LOANS), "--seed", "1", "--out", made,
              "--as-of", FIRST_DAY.isoformat())  # fmt: skip
    shutil.move(house.book / "truth", house.home / "truth")
    house.say("book", "import", made, "--as-of", FIRST_DAY.isoformat())
    house.say("day", "run", "--as-of", FIRST_DAY.isoformat())
    house.say("policy", "set", "promise.grace_days", "0", "--from", FIRST_DAY.isoformat(),
              "--why", "settled the morning after")  # fmt: skip
    house.say("message", "letterhead", "set", "--signature", "善信小贷",
              "--call-back", "0731-80000000")  # fmt: skip
