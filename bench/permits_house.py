"""The state bench/permits.py asks about: debtors with a number each, and a collector.

Every debtor is asked about in turn; the clock of the bench moves a day on whenever all
have been, so that the answers stay "allow" and the tables grow as they do in use.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.ask_permit import _COLUMNS, ask_permit
from dunwell.flows.contact.use_permit import Sending, use_permit, use_permits
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Appointment, Lender, Party, Staff, Team
from dunwell.store.people.permissions import actor_of
from dunwell.store.permits.models import Standing
from dunwell.store.permits.reading import stored
from dunwell.store.vault import blind_index, init_keyring, seal

START = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class House:
    """One lender, `parties` debtors, one collector who passed the test."""

    def __init__(self, *, parties: int) -> None:
        init_keyring(now=EPOCH)
        with transaction.atomic():
            self.lender = Lender.objects.create(code="bench", name="B")
            self.team = Team.objects.create(lender=self.lender, code="a", name="A")
            staff = Staff.objects.create(username="bench", display_name="bench")
            Appointment.objects.create(
                staff=staff, role="collector", lender=self.lender, team=self.team,
                from_on=date(2026, 1, 1),
            )  # fmt: skip
            Standing.objects.create(
                what="staff", kind="certified", staff=staff, from_at=EPOCH, by_label="bench"
            )
            self.actor = actor_of(staff)
            recording = Recording.objects.create(
                lender=self.lender, kind="import", recorded_at=EPOCH
            )
            self.pairs = [self._debtor(recording, number) for number in range(1, parties + 1)]
        self.now = START
        self.turn = 0
        self.bare: list[object] = []

    def _debtor(self, recording: Recording, number: int) -> tuple[int, int]:
        party = Party.objects.create(name_sealed=b"")
        borrower = Borrower.objects.create(
            lender=self.lender, borrower_no=f"B{number}", party=party
        )
        phone = f"138{number:08d}"
        Contact.objects.create(
            pk=number, entered=recording, borrower=borrower, key_mark=number.to_bytes(16, "big"),
            role="self", source="contract", legal_basis="contract",
            phone_sealed=seal(phone, table="book_contact", column="phone_sealed", row=number),
            phone_index=blind_index(phone, kind="phone"),
        )  # fmt: skip
        case = Case.objects.create(
            party=party, lender=self.lender, status="open", opened_on=date(2026, 2, 10),
            as_of=date(2026, 3, 2), bucket="M1", days_past_due=22, delinquent_days=22,
            overdue_principal_fen=1, overdue_interest_fen=0, overdue_fee_fen=0,
            overdue_penalty_fen=0, overdue_fen=1, outstanding_fen=1, loans_total=1,
            loans_overdue=1, held=False, team=self.team,
        )  # fmt: skip
        return case.pk, number

    def warm(self, text: str) -> None:
        """Ask once about everybody, as the first day of a new state does."""
        for _ in self.pairs:
            self.ask_call()
        case, contact = self._next()
        self._ask(case, contact, channel="sms", text=text)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(_COLUMNS)} FROM permits_permit ORDER BY id LIMIT 1")
            self.bare = list(cursor.fetchone())
        self.bare[_COLUMNS.index("asked_at")] = stored(EPOCH)  # long ago: it counts for nobody
        self.bare[_COLUMNS.index("reserved_until")] = stored(EPOCH)

    def insert_bare(self) -> None:
        """One row of the log in a transaction, by one plain statement."""
        marks = ", ".join(["%s"] * len(_COLUMNS))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO permits_permit ({', '.join(_COLUMNS)}) VALUES ({marks})", self.bare
            )

    def ask_call(self) -> None:
        """Ask for one call."""
        self._ask(*self._next(), channel="call")

    def ask_and_use(self) -> None:
        """Ask for one call, and use the permit."""
        permit = self._ask(*self._next(), channel="call")
        assert use_permit(actor=self.actor, permit=permit, now=self.now).token

    def send(self, *, batches: int, size: int, text: str) -> tuple[int, float]:
        """Messages used, and the seconds spent using them, a batch in a transaction."""
        self.turn -= self.turn % len(self.pairs) + 1  # a new day, and no other while they wait
        sent, spent = 0, 0.0
        for _ in range(batches):
            permits = [self._ask(*self._next(), channel="sms", text=text) for _ in range(size)]
            start = time.perf_counter()
            used = use_permits(
                actor=self.actor, sendings=[Sending(p, text) for p in permits], now=self.now
            )
            spent += time.perf_counter() - start
            sent += sum(each.token is not None for each in used)
        assert sent == batches * size, sent
        return sent, spent

    def _ask(self, case: int, contact: int, **wish: str) -> int:
        answer = ask_permit(actor=self.actor, case=case, contact=contact, now=self.now, **wish)
        assert answer.granted, answer.decision
        return answer.permit

    def _next(self) -> tuple[int, int]:
        self.turn += 1
        if self.turn % len(self.pairs) == 0:
            self.now += timedelta(days=4)  # beyond the seven days' limits of messages
        return self.pairs[self.turn % len(self.pairs)]
