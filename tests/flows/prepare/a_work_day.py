"""A lender with people, capacities and decided cases, put straight into the state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from dunwell.flows.prepare.assign_work import Assigned, assign_work
from dunwell.flows.prepare.day_policy import policies_of
from dunwell.flows.prepare.work_capacity import TakesOn, set_capacity
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.book.recording import record
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Deciding, Decision
from dunwell.store.people.models import Appointment, Lender, Party, Staff, Team
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Standing
from dunwell.store.vault import seal
from dunwell.store.work.models import WorkItem

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OPERATOR = system_actor("command-line")


@dataclass
class WorkPlace:
    """One lender on a Monday. Everybody made here is certified and works eight hours."""

    lender: Lender = field(init=False)
    policy: str = field(init=False)
    deciding: Deciding = field(init=False)

    def __post_init__(self) -> None:
        self.lender = Lender.objects.create(code="default", name="default")
        found = policies_of(lenders=[self.lender.pk], day=MONDAY)[self.lender.pk]
        self.policy = found.keep()
        self.courses = found.policy.strategies["default"].course
        self.deciding = Deciding.objects.create(
            day=MONDAY, at=NOW, why="day_run", whole_book=True, policies={}
        )

    def staff(
        self,
        name: str,
        *,
        role: str = "collector",
        minutes: int = 480,
        skills: tuple[str, ...] = ("phone",),
        team: Team | None = None,
        certified: bool = True,
        **takes: Any,
    ) -> Staff:
        made = Staff.objects.create_user(username=name, display_name=name)
        Appointment.objects.create(
            staff=made, role=role, lender=self.lender, team=team, from_on=date(2026, 1, 1)
        )
        if certified:
            self.stands(staff=made, what="staff", kind="certified")
        self.capacity(made, minutes=minutes, skills=skills, **takes)
        return made

    def capacity(self, staff: Staff, *, minutes: int = 480, skills: Any = ("phone",), **takes: Any):
        return set_capacity(
            actor=OPERATOR, day=MONDAY, now=NOW, lender=self.lender, staff=staff,
            from_on=MONDAY, until_on=None,
            takes=TakesOn(minutes=[minutes] * 7, skills=skills, **takes),
        )  # fmt: skip

    def stands(self, **what: Any) -> Standing:
        return Standing.objects.create(from_at=NOW, by_label="test", why="test", **what)

    def case(
        self,
        action: str = "phone",
        *,
        overdue_fen: int = 300_000,
        grade: str = "C",
        days: int = 20,
        holder: Staff | None = None,
        team: Team | None = None,
        address: str = "",
        due_on: date = MONDAY,
        held: bool = False,
        decided: bool = True,
    ) -> Case:
        party = Party.objects.create(name_sealed=b"sealed")
        case = Case.objects.create(
            party=party, lender=self.lender, status="open", opened_on=MONDAY, as_of=MONDAY,
            bucket="M1", days_past_due=days, delinquent_days=days,
            overdue_principal_fen=overdue_fen, overdue_interest_fen=0, overdue_fee_fen=0,
            overdue_penalty_fen=0, overdue_fen=overdue_fen, outstanding_fen=overdue_fen,
            loans_total=1, loans_overdue=1, held=held, holder=holder, team=team,
        )  # fmt: skip
        if address:
            self._live(party, address)
        if decided:
            self._decide(case, action, grade, due_on)
        return case

    def share(self, *, day: date = MONDAY, preview: bool = False) -> Assigned:
        return assign_work(
            actor=OPERATOR, lender=self.lender, day=day, now=NOW + (day - MONDAY), preview=preview
        )

    def _live(self, party: Party, address: str) -> None:
        borrower = Borrower.objects.create(
            lender=self.lender, borrower_no=f"B{party.pk}", party=party
        )
        kind = Recording.Kind.IMPORT
        entered = record(lender=self.lender, kind=kind, at=NOW, actor=OPERATOR)
        row = Contact.objects.create(
            borrower=borrower, entered=entered, role="self", source="contract"
        )
        sealed = seal(address, table="book_contact", column="address_sealed", row=row.pk)
        Contact.objects.filter(pk=row.pk).update(address_sealed=sealed)

    def _decide(self, case: Case, action: str, grade: str, due_on: date) -> None:
        plan, step = next(
            (plan, number)
            for plan, steps in self.courses.items()
            for number, step in enumerate(steps, 1)
            if step.action == action
        )
        Decision.objects.create(
            case=case, entered=self.deciding, day=MONDAY, policy=self.policy, score=600,
            grade=grade, derived_grade=grade, reasons_json="[]", probability_ppm=200_000,
            ability="yes", ability_rule="a", willingness="yes", willingness_rule="w",
            category="new", category_rule="c", five_class="normal", five_class_rule="f",
            stage="early", rule="r", plan=plan, derived_plan=plan, step=step, action=action,
            since_on=due_on, due_on=due_on, why="new_plan",
            inputs_json=json.dumps({"reachability": "reachable"}),
        )  # fmt: skip


def items() -> list[tuple[Any, ...]]:
    """Every item, whole."""
    return list(WorkItem.objects.order_by("case_id", "day").values_list())


def lists() -> dict[int, tuple[str | None, str, str]]:
    """By case: whose, which act, in which state."""
    rows = WorkItem.objects.order_by("case_id").values_list(
        "case_id", "staff__username", "action", "state"
    )
    return {case: (name, action, state) for case, name, action, state in rows}
