"""The book bench/desk.py sits on: loans, cases, numbers, payments, decisions, items, people.

Run as a process: `python -m bench.desk_book COLLECTORS CASES LOANS`. Rows go straight into the
tables. Prints the sessions of the collectors as JSON, in its last line.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import Any

import bench.desk_clock as clock  # the clock stands at noon from here on

CHUNK = 25_000
OVERDUE_FEN = 234_000


def main() -> None:
    """Fill the database the environment names."""
    collectors, cases, loans = map(int, sys.argv[1:4])
    import django  # reason: start-up — the clock is set above

    django.setup()
    from django.core.management import call_command  # reason: app-registry

    from dunwell.store.vault import init_keyring  # reason: app-registry

    init_keyring(now=datetime.now(UTC))
    call_command("migrate", verbosity=0)
    seats = _people(collectors)
    _borrowers(cases, loans)
    _work(cases, [staff for _session, staff in seats])
    print(json.dumps([[session, staff, 1 + staff % cases] for session, staff in seats]))


def _people(collectors: int) -> list[tuple[str, int]]:
    from django.conf import settings  # reason: app-registry
    from django.test import Client  # reason: app-registry

    from dunwell.store.people.models import Appointment, Lender, Staff  # reason: app-registry
    from dunwell.store.permits.models import Standing  # reason: app-registry

    settings.ALLOWED_HOSTS = ["*"]
    lender = Lender.objects.create(pk=1, code="default", name="Bench")
    seats = []
    for number in range(collectors):
        staff = Staff.objects.create(username=f"c{number}", display_name=f"C{number}")
        Appointment.objects.create(
            staff=staff, role="collector", lender=lender, from_on=date(2020, 1, 1)
        )
        Standing.objects.create(
            what="staff", kind="certified", staff=staff, from_at=datetime(2020, 1, 1, tzinfo=UTC),
            by_label="bench",
        )  # fmt: skip
        client = Client()
        client.force_login(staff)
        seats.append((client.cookies[settings.SESSION_COOKIE_NAME].value, staff.pk))
    return seats


def _borrowers(cases: int, loans: int) -> None:
    from django.db import connection  # reason: app-registry

    from dunwell.store.book.models import Borrower, Contact, Recording  # reason: app-registry
    from dunwell.store.cases.models import Case  # reason: app-registry
    from dunwell.store.people.models import Party  # reason: app-registry
    from dunwell.store.vault import blind_index, seal_many  # reason: app-registry

    told: dict[str, Any] = {
        "lender_id": 1, "kind": "import", "recorded_at": datetime(2026, 1, 1, tzinfo=UTC)
    }  # fmt: skip
    recording = Recording.objects.create(**told)
    day = clock.NOON.date()
    for first in range(1, cases + 1, CHUNK):
        rows = range(first, min(first + CHUNK, cases + 1))
        names = seal_many(
            ["王小明"] * len(rows), table="people_party", column="name_sealed", rows=rows
        )
        phones = [f"139{row:08d}" for row in rows]
        sealed = seal_many(phones, table="book_contact", column="phone_sealed", rows=rows)
        Party.objects.bulk_create(
            Party(pk=row, name_sealed=name) for row, name in zip(rows, names, strict=True)
        )
        Borrower.objects.bulk_create(
            Borrower(pk=row, lender_id=1, borrower_no=f"B{row}", party_id=row) for row in rows
        )
        Contact.objects.bulk_create(
            Contact(
                pk=row, entered=recording, borrower_id=row, role="self", source="contract",
                legal_basis="contract", phone_sealed=phone_sealed, key_mark=row.to_bytes(16, "big"),
                phone_index=blind_index(phone, kind="phone"), birth_year=1985,
            )
            for row, phone, phone_sealed in zip(rows, phones, sealed, strict=True)
        )  # fmt: skip
        Case.objects.bulk_create(_case(Case, row, day) for row in rows)
    with connection.cursor() as cursor:
        for sql in _LOANS:
            cursor.execute(sql, {"loans": loans, "cases": cases, "recording": recording.pk})


_LOANS = (
    "INSERT INTO people_party (id, kind, id_type, name_sealed)"
    " SELECT n, 'person', 'ric', '\\x00' FROM generate_series(%(cases)s + 1, %(loans)s / 2) n",
    "INSERT INTO book_borrower (id, lender_id, borrower_no, party_id)"
    " SELECT n, 1, 'B' || n, n FROM generate_series(%(cases)s + 1, %(loans)s / 2) n",
    "INSERT INTO book_loan (id, loan_no, borrower_id, lender_id)"
    " SELECT n, 'L' || n, 1 + (n - 1) / 2, 1 FROM generate_series(1, %(loans)s) n",
    "INSERT INTO book_payment (loan_id, entered_id, payment_no, paid_on, amount_fen, channel,"
    " reverses) SELECT 1 + n / 3, %(recording)s, 'P' || n, date '2026-01-05' + 30 * (n %% 3),"
    " 50000, 'bank', '' FROM generate_series(0, least(%(cases)s * 2, %(loans)s) * 3 - 1) n",
    "ANALYZE",
)


def _case(case: Any, row: int, day: date) -> Any:
    return case(
        pk=row, party_id=row, lender_id=1, status="open", opened_on=day, as_of=day, bucket="M1",
        days_past_due=22, delinquent_days=22, oldest_unpaid_due_date=date(2026, 11, 1),
        overdue_principal_fen=OVERDUE_FEN, overdue_interest_fen=0, overdue_fee_fen=0,
        overdue_penalty_fen=0, overdue_fen=OVERDUE_FEN + row * 7919 % 2_000_003,
        outstanding_fen=3_000_000, loans_total=2, loans_overdue=2, held=False,
    )  # fmt: skip


def _work(cases: int, staff: list[int]) -> None:
    """A decision for every case; items for the first half of cases and people."""
    from django.db import connection  # reason: app-registry

    from dunwell.flows.prepare.day_policy import policies_of  # reason: app-registry
    from dunwell.store.decisions.models import Deciding, Decision  # reason: app-registry
    from dunwell.store.people.models import Lender  # reason: app-registry
    from dunwell.store.work.models import WorkItem  # reason: app-registry

    day, lender = clock.NOON.date(), Lender.objects.get()
    found = policies_of(lenders=[lender.pk], day=day)[lender.pk]
    plan, steps = next(
        (plan, steps) for plan, steps in found.policy.strategies["default"].course.items() if steps
    )
    deciding = Deciding.objects.create(
        day=day, at=clock.NOON, why="day_run", whole_book=True, policies={}
    )
    first = Decision.objects.create(
        case_id=1, entered=deciding, day=day, policy=found.keep(), score=600, grade="C",
        derived_grade="C", reasons_json="[]", probability_ppm=200_000, ability="yes",
        ability_rule="a", willingness="yes", willingness_rule="w", category="new",
        category_rule="c", five_class="normal", five_class_rule="f", stage="early", rule="r",
        plan=plan, derived_plan=plan, step=1, action=steps[0].action, since_on=day, due_on=day,
        why="new_plan", inputs_json=json.dumps({"reachability": "reachable"}),
    )  # fmt: skip
    others = [f.column for f in Decision._meta.concrete_fields if f.column not in ("id", "case_id")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO decisions_decision (case_id, {', '.join(others)})"
            f" SELECT n, {', '.join(f'd.{name}' for name in others)} FROM decisions_decision d,"
            " generate_series(2, %s) n WHERE d.id = %s",
            [cases, first.pk],
        )
    half = staff[: len(staff) // 2]
    WorkItem.objects.bulk_create(
        (
            WorkItem(
                day=day, lender=lender, case_id=row, staff_id=half[row % len(half)],
                action="phone", minutes=6, gain_fen=row * 7919 % 1_000_003, why="step",
            )
            for row in range(1, cases // 2)
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
