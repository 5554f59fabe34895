"""A month of careless collectors, played through the flows on a real database.

`open_house` writes the people and facts of dunwell.world.careless into the state;
`play` lets the collectors try everything, and `made` reads from the log what was really
used. `bypassed` is the same month with nobody asking. Called by tests/proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.refusals import PermitOver
from dunwell.flows.contact.release_permit import release_permit
from dunwell.flows.contact.use_permit import use_permit
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Appointment, Lender, Party, Staff, Team
from dunwell.store.people.permissions import Actor, actor_of
from dunwell.store.permits.models import Outcome, Permit, Reach, Standing, Step
from dunwell.store.vault import blind_index, seal
from dunwell.world.careless import DEBTORS, PEOPLE, STAFF, WORDS, Attempt, Fact, Person
from proof import counter

FIRST = datetime(2026, 3, 1, tzinfo=BEIJING)
WRITTEN = frozenset({"sms", "letter"})
VOICE = frozenset({"call", "ai_voice"})


@dataclass
class House:
    """The state the month is played on, by places in the world's lists."""

    cases: list[Case]
    contacts: list[Contact]
    staff: list[Actor]
    tried: dict[int, Attempt] = field(default_factory=dict)
    """Attempts by the number of their permit."""


def moment(second: int) -> datetime:
    """A second of the month as a moment."""
    return FIRST + timedelta(seconds=second)


def open_house(facts: Sequence[Fact]) -> House:
    """Write the lender, the debtors, the colleagues and all facts into an empty state."""
    lender = Lender.objects.create(code="default", name="D")
    team = Team.objects.create(lender=lender, code="a", name="A")
    recording = Recording.objects.create(lender=lender, kind="import", recorded_at=FIRST)
    parties = [Party.objects.create(name_sealed=b"") for _ in range(DEBTORS)]
    borrowers = [
        Borrower.objects.create(lender=lender, borrower_no=f"B{number}", party=party)
        for number, party in enumerate(parties)
    ]
    house = House(
        [_case(party, lender, team) for party in parties],
        [_contact(place, borrowers, recording) for place in range(len(PEOPLE))],
        [_colleague(number, lender, team) for number in range(STAFF)],
    )
    for fact in facts:
        _stand(fact, house, parties)
    return house


def _case(party: Party, lender: Lender, team: Team) -> Case:
    return Case.objects.create(
        party=party, lender=lender, status="open", opened_on=date(2026, 2, 10),
        as_of=date(2026, 3, 1), bucket="M1", days_past_due=22, delinquent_days=22,
        overdue_principal_fen=1, overdue_interest_fen=0, overdue_fee_fen=0,
        overdue_penalty_fen=0, overdue_fen=1, outstanding_fen=1, loans_total=1,
        loans_overdue=1, held=False, team=team,
    )  # fmt: skip


def _contact(place: int, borrowers: Sequence[Borrower], recording: Recording) -> Contact:
    person: Person = PEOPLE[place]
    pk, phone, home = 1000 + place, _phone(person), f"某市某路{person.home + 1}号"
    return Contact.objects.create(
        pk=pk, entered=recording, borrower=borrowers[person.debtor],
        key_mark=pk.to_bytes(16, "big"), role=person.role, source="contract",
        legal_basis=person.basis, birth_year=person.born,
        phone_sealed=seal(phone, table="book_contact", column="phone_sealed", row=pk),
        phone_index=blind_index(phone, kind="phone"),
        address_sealed=seal(home, table="book_contact", column="address_sealed", row=pk),
    )  # fmt: skip


def _phone(person: Person) -> str:
    return f"1380000{person.number:04d}"


def _colleague(number: int, lender: Lender, team: Team) -> Actor:
    staff = Staff.objects.create(username=f"c{number}", display_name=f"c{number}")
    Appointment.objects.create(
        staff=staff, role="collector", lender=lender, team=team, from_on=date(2026, 1, 1)
    )
    return actor_of(staff)


def _stand(fact: Fact, house: House, parties: Sequence[Party]) -> None:
    about: dict[str, object] = {"party": parties[fact.about] if fact.about < DEBTORS else None}
    if fact.what == "staff":
        about = {"staff_id": house.staff[fact.about].staff}
    elif fact.what == "refusal":
        phone = next(_phone(each) for each in PEOPLE if each.number == fact.about)
        index = blind_index(phone, kind="phone")
        about = {"reach": Reach.objects.get_or_create(phone_index=index)[0]}
    until = None if fact.until_second is None else moment(fact.until_second)
    Standing.objects.create(
        what=fact.what, kind=fact.kind, channel=fact.channel, from_at=moment(fact.from_second),
        until_at=until, by_label="supervisor", why="the month", **about,
    )  # fmt: skip


def play(house: House, attempts: Sequence[Attempt]) -> None:
    """Let everybody try everything, in order of time."""
    queue = [(each.at_second, place, 0, "ask") for place, each in enumerate(attempts)]
    heapq.heapify(queue)
    while queue:
        at, place, permit, what = heapq.heappop(queue)
        attempt = attempts[place]
        if what == "ask":
            permit = _ask(house, attempt)
            if permit:
                house.tried[permit] = attempt
                late = attempt.later_seconds if attempt.fate == "later" else 0
                heapq.heappush(queue, (at + late, place, permit, "use"))
        elif what == "use":
            if _end(house, attempt, permit, moment(at)):
                heapq.heappush(queue, (at + 60, place, permit, "tell"))
        else:
            record_outcome(
                actor=house.staff[attempt.staff], permit=permit, now=moment(at),
                answered=attempt.outcome != "unanswered",
                conversation=attempt.outcome == "conversation",
            )  # fmt: skip


def _text(attempt: Attempt) -> str | None:
    written = attempt.channel in WRITTEN and not attempt.inbound
    return WORDS[attempt.words].text if written else None


def _ask(house: House, attempt: Attempt) -> int:
    person = PEOPLE[attempt.person]
    answer = ask_permit(
        actor=house.staff[attempt.staff], case=house.cases[person.debtor].pk,
        contact=house.contacts[attempt.person].pk, channel=attempt.channel,
        now=moment(attempt.at_second), purpose=attempt.purpose,
        direction="inbound" if attempt.inbound else "outbound", text=_text(attempt),
        collectors=attempt.collectors,
    )  # fmt: skip
    return answer.permit if answer.granted else 0


def _end(house: House, attempt: Attempt, permit: int, now: datetime) -> bool:
    """Whether it was used and somebody tells how it went."""
    actor = house.staff[attempt.staff]
    if attempt.fate == "forget":
        return False
    if attempt.fate == "release":
        release_permit(actor=actor, permit=permit, now=now)
        return False
    try:
        used = use_permit(actor=actor, permit=permit, now=now, text=_text(attempt))
    except PermitOver:
        return False
    return used.token is not None and attempt.outcome != "untold"


def made(house: House) -> list[counter.Contact]:
    """Every contact that was really made, from the log of steps and outcomes."""
    outcomes = {row.pk: row for row in Outcome.objects.all()}
    permits = {row.pk: row for row in Permit.objects.all()}
    found = []
    for step in Step.objects.filter(kind="used").order_by("at", "permit_id"):
        attempt, outcome = house.tried[step.pk], outcomes.get(step.pk)
        asked_at = int((permits[step.pk].asked_at - FIRST).total_seconds())
        contact = _contacted(attempt, int((step.at - FIRST).total_seconds()), asked_at)
        if outcome is not None:
            contact = contact._replace(answered=outcome.answered, talked=outcome.conversation)
        found.append(contact)
    return found


def bypassed(attempts: Sequence[Attempt]) -> list[counter.Contact]:
    """What would have been made had nobody asked."""
    told = {"conversation": (True, True), "answered": (True, False), "unanswered": (False, False)}
    found = []
    for attempt in attempts:
        answered, talked = told.get(attempt.outcome, (None, None))
        contact = _contacted(attempt, attempt.at_second, attempt.at_second)
        found.append(contact._replace(answered=answered, talked=talked))
    return found


def _contacted(attempt: Attempt, at: int, asked_at: int) -> counter.Contact:
    words = attempt.words if _text(attempt) is not None else None
    return counter.Contact(
        at, asked_at, attempt.staff, attempt.person, attempt.channel, attempt.purpose,
        attempt.inbound, words, attempt.collectors,
    )  # fmt: skip
