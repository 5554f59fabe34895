"""A lender with one borrower, colleagues who passed their test, and a gate to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.ask_permit import Answer, ask_permit
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.use_permit import Used, use_permit
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Appointment, Lender, Party, Staff, Team
from dunwell.store.people.permissions import Actor, actor_of
from dunwell.store.permits.models import Standing
from dunwell.store.vault import blind_index, seal

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=BEIJING)
"""A Monday."""
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "【善催小贷】您好，您的还款日已过，请与我们联系。"


@dataclass
class Office:
    """Where the tests ask for permits; the clock is `now`, and is moved by hand."""

    lender: Lender
    team: Team
    case: Case
    borrower: Borrower
    recording: Recording
    collector: Actor
    colleague: Actor
    supervisor: Actor
    now: datetime = NOON
    contacts: dict[str, Contact] = field(default_factory=dict)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def ask(self, who: str = "self", **wish: Any) -> Answer:
        """Ask for a call to the borrower's own number, unless told otherwise."""
        asked = {"actor": self.collector, "channel": "call", "now": self.now, **wish}
        asked.setdefault("case", self.case.pk)
        return ask_permit(contact=self.contacts[who].pk, **asked)

    def use(self, answer: Answer, **how: Any) -> Used:
        """Use what was granted, now."""
        told = {"actor": self.collector, "now": self.now, **how}
        return use_permit(permit=answer.permit, **told)

    def call(self, who: str = "self", *, answered: bool = True, **wish: Any) -> Answer:
        """A whole call: asked, used, and its outcome told."""
        answer = self.ask(who, **wish)
        assert answer.granted, answer.decision.codes
        actor = wish.get("actor", self.collector)
        assert self.use(answer, actor=actor).token
        record_outcome(
            actor=actor, permit=answer.permit, now=self.now, answered=answered,
            conversation=answered,
        )  # fmt: skip
        return answer

    def contact(self, name: str, *, phone: str | None = None, **fields: Any) -> Contact:
        """A further way to reach somebody about the case."""
        pk = 1000 * self.borrower.pk + len(self.contacts)
        address = fields.pop("address", None)
        row = Contact.objects.create(
            pk=pk,
            entered=self.recording,
            borrower=fields.pop("borrower", self.borrower),
            key_mark=pk.to_bytes(16, "big"),
            role=fields.pop("role", "self"),
            source="contract",
            legal_basis=fields.pop("legal_basis", "contract"),
            phone_sealed=phone and seal(phone, table="book_contact", column="phone_sealed", row=pk),
            phone_index=phone and blind_index(phone, kind="phone"),
            address_sealed=address
            and seal(address, table="book_contact", column="address_sealed", row=pk),
            **fields,
        )
        self.contacts[name] = row
        return row

    def person(self, role: str, *, team: Team | None = None, lender: Lender | None = None) -> Actor:
        """Somebody who passed the test, with a role."""
        name = f"{role}-{Staff.objects.count()}"
        staff = Staff.objects.create(username=name, display_name=name)
        Appointment.objects.create(
            staff=staff, role=role, lender=lender or self.lender, team=team,
            from_on=date(2026, 1, 1),
        )  # fmt: skip
        Standing.objects.create(
            what="staff", kind="certified", staff=staff, from_at=BEGINNING, by_label="test"
        )
        return actor_of(staff)


def open_office() -> Office:
    """A lender, a team, a borrower with a case, two collectors and a supervisor."""
    lender = Lender.objects.create(code="default", name="D")
    team = Team.objects.create(lender=lender, code="a", name="A")
    party = Party.objects.create(name_sealed=b"")
    party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
    party.save()
    office = Office(
        lender=lender,
        team=team,
        case=make_case(party, lender, team),
        borrower=Borrower.objects.create(lender=lender, borrower_no="B1", party=party),
        recording=Recording.objects.create(lender=lender, kind="import", recorded_at=BEGINNING),
        collector=None,  # type: ignore[arg-type]
        colleague=None,  # type: ignore[arg-type]
        supervisor=None,  # type: ignore[arg-type]
    )
    office.collector = office.person("collector", team=team)
    office.colleague = office.person("collector", team=team)
    office.supervisor = office.person("supervisor", team=team)
    office.contact("self", phone="13800138000", address="杭州市西湖区文三路1号")
    return office


def make_case(party: Party, lender: Lender, team: Team | None) -> Case:
    """An open case, 22 days late."""
    return Case.objects.create(
        party=party, lender=lender, status="open", opened_on=date(2026, 2, 10),
        as_of=date(2026, 3, 2), bucket="M1", days_past_due=22, delinquent_days=22,
        overdue_principal_fen=1, overdue_interest_fen=0, overdue_fee_fen=0,
        overdue_penalty_fen=0, overdue_fen=1, outstanding_fen=1, loans_total=1,
        loans_overdue=1, held=False, team=team,
    )  # fmt: skip
