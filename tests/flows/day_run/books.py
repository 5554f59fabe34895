"""Small books put straight into the state database, and the state dumped by natural keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from dunwell.bulk.runners import Runner
from dunwell.core.permit import BEIJING
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.flows.prepare.run_day import DayOutcome, run_day
from dunwell.store.book.models import (
    Adjustment,
    Borrower,
    Hold,
    Installment,
    Loan,
    LoanAge,
    LoanTerms,
    Payment,
    Recording,
    TapeLine,
)
from dunwell.store.book.recording import record
from dunwell.store.cases.models import Case, CaseEvent, CaseShape, CaseSpell
from dunwell.store.decisions.keeping import FIGURES
from dunwell.store.decisions.models import Decision
from dunwell.store.people.models import Lender, Party
from dunwell.store.people.permissions import Actor, system_actor
from dunwell.store.promises.models import PlanState, Promise, PromiseEvent, PromiseState

OPERATOR = system_actor("command-line")
START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def day(text: str) -> date:
    """A day of 2026 as MM-DD."""
    return date.fromisoformat(f"2026-{text}")


@dataclass
class Book:
    """Writes facts as imports would, and runs days. Each act is a second after the last."""

    home: Path
    now: datetime = START
    lender: Lender = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    def __post_init__(self) -> None:
        self.lender = self.another_lender("default")

    def clock(self) -> datetime:
        """Each look at the clock is a second later."""
        self.now += timedelta(seconds=1)
        return self.now

    def another_lender(self, code: str) -> Lender:
        return Lender.objects.create(code=code, name=code)

    def party(self) -> Party:
        return Party.objects.create(name_sealed=b"sealed")

    def loan(
        self,
        *dues: tuple[str, int],
        party: Party | None = None,
        lender: Lender | None = None,
        order: str = "",
    ) -> Loan:
        """A loan of one installment per (MM-DD, fen of principal)."""
        lender = lender or self.lender
        number = next(self.numbers)
        with self.recorded(lender) as entered:
            borrower = Borrower.objects.create(
                lender=lender, borrower_no=f"B{number}", party=party or self.party()
            )
            loan = Loan.objects.create(lender=lender, loan_no=f"L{number}", borrower=borrower)
            LoanTerms.objects.create(loan=loan, entered=entered, allocation_order=order)
            for seq, (due, fen) in enumerate(dues, 1):
                Installment.objects.create(
                    loan=loan,
                    entered=entered,
                    seq=seq,
                    due_date=day(due),
                    principal_fen=fen,
                    interest_fen=0,
                )
        return loan

    def pay(self, loan: Loan, on: str, fen: int, *, reverses: str = "") -> Payment:
        with self.recorded(loan.lender) as entered:
            return Payment.objects.create(
                loan=loan,
                entered=entered,
                payment_no=f"P{next(self.numbers)}",
                paid_on=day(on),
                amount_fen=fen,
                reverses=reverses,
            )

    def adjust(self, loan: Loan, on: str, fen: int, *, kind: str) -> None:
        with self.recorded(loan.lender) as entered:
            Adjustment.objects.create(
                loan=loan,
                entered=entered,
                adjustment_no=f"A{next(self.numbers)}",
                kind=kind,
                component="principal",
                amount_fen=fen,
                effective_on=day(on),
            )

    def hold(self, loan: Loan, start: str, end: str | None = None) -> Hold:
        with self.recorded(loan.lender) as entered:
            return Hold.objects.create(
                loan=loan, entered=entered, start_on=day(start), end_on=day(end) if end else None
            )

    def promise(self, loan: Loan, on: str, due: str, fen: int) -> Promise:
        """A promise of the loan's borrower, taken down at noon of the day."""
        case = Case.objects.get(party=loan.borrower.party_id, lender=loan.lender_id)
        wanted = Wanted(amount_fen=fen, due_on=day(due))
        return take_promise(actor=OPERATOR, now=self.noon(on), case=case.pk, wanted=wanted)

    def noon(self, on: str) -> datetime:
        """Noon of a day, or later where the clock is there already."""
        self.now = max(self.now, datetime.combine(day(on), time(12), BEIJING))
        return self.clock()

    def leave_tape(self, loan: Loan, on: str) -> None:
        with self.recorded(loan.lender) as entered:
            TapeLine.objects.create(loan=loan, entered=entered, tape_on=day(on), left_on=day(on))

    @contextmanager
    def recorded(self, lender: Lender) -> Iterator[Recording]:
        with transaction.atomic():
            kind = Recording.Kind.IMPORT
            yield record(lender=lender, kind=kind, at=self.clock(), actor=OPERATOR)

    def run(
        self, on: str, *, actor: Actor = OPERATOR, runner: Runner | None = None, **how: Any
    ) -> DayOutcome:
        """The day run, as the command line starts it."""
        return run_day(
            actor=actor, day=day(on), clock=self.clock, home=self.home, runner=runner, **how
        )


def ages() -> list[tuple[Any, ...]]:
    """Every stored age, all columns."""
    return list(LoanAge.objects.order_by("pk").values_list())


def cases() -> list[dict[str, Any]]:
    """Every case by party and lender, without its id."""
    rows = Case.objects.order_by("lender_id", "party_id").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def spells() -> list[tuple[Any, ...]]:
    """Every spell, by its case's party and lender, in order of time."""
    rows = CaseSpell.objects.order_by("case__lender_id", "case__party_id", "pk")
    return list(
        rows.values_list(
            "case__lender_id", "case__party_id", "opened_on", "closed_on", "closed_why"
        )
    )


def events() -> list[dict[str, Any]]:
    """Every event without ids and without its run."""
    rows = CaseEvent.objects.order_by("case__lender_id", "case__party_id", "pk").values(
        "case__lender_id",
        "case__party_id",
        "day",
        "kind",
        "from_bucket",
        "to_bucket",
        "overdue_fen",
        "paid_fen",
        "why",
        "figures",
    )
    return list(rows)


def shapes() -> list[tuple[Any, ...]]:
    """The shape of every day."""
    rows = CaseShape.objects.order_by("day", "lender_id", "bucket")
    return list(rows.values_list("day", "lender_id", "team_id", "bucket", "cases", "overdue_fen"))


def decisions() -> list[dict[str, Any]]:
    """Every version of every decision without ids, the newest of a case last."""
    rows = Decision.objects.order_by("case__lender_id", "case__party_id", "pk").values(
        "case__lender_id", "case__party_id", "day", "replaced_id", "policy", "inputs_json", *FIGURES
    )
    return [{**row, "replaced_id": row["replaced_id"] is not None} for row in rows]


def results() -> dict[str, Any]:
    """All that a day run writes, beside the run's own log and the journal."""
    return {
        "ages": ages(),
        "cases": cases(),
        "spells": spells(),
        "events": events(),
        "shapes": shapes(),
        "decisions": decisions(),
        "promises": list(PromiseState.objects.order_by("pk").values()),
        "promise_events": list(
            PromiseEvent.objects.order_by("pk").values("promise", "day", "kind", "figures")
        ),
        "plans": list(PlanState.objects.order_by("pk").values()),
    }
