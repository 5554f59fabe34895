"""Asking another person for a contact nobody may make alone: a visit (CN-T06), a contact
person (CN-W02), a spouse who owes too (CN-W05).

Called by the case page, the desk and the worklist where such a step is planned: whom, on which
day or until when, why. What an approval could not open (a freeze, a borrower who can be
reached) is refused at once, so that nobody approves in vain. approved_contact.py carries it out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunwell.flows.conduct.why_not_now import why_not_now
from dunwell.flows.contact.refusals import NoSuchContact, NoWay
from dunwell.flows.contact.standings import MOST_DAYS
from dunwell.flows.follow_up.approvals import ask
from dunwell.flows.follow_up.plan_calculator import case_for_plan
from dunwell.flows.follow_up.plan_refusals import ApprovalDay, ApprovalInVain
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Role
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.models import Standing

LONGEST_DAYS = MOST_DAYS[Standing.What.APPROVAL]
APPROVED_AS = {"contact": "contact_person", "spouse_obligor": "spouse_obligor"}
"""What the gate calls the approval, by the role of the person."""
OWN_STATE = "HOUSE-A-"


def ask_visit(
    *, actor: Actor, now: datetime, case: int, contact: int, visit_on: date, why: str
) -> ApprovalRequest:
    """Ask to visit this address on one day.

    Refuses NotPermitted, PlanCaseClosed, NoSuchContact, NoWay, ApprovalDay for a day that is
    past or further off than an approval lasts, ApprovalInVain, and ReasonMissing.
    """
    row = case_for_plan(actor, case, day_of(now), "approval.ask")
    found = _contact(row, contact)
    if found.address_sealed is None:
        raise NoWay(contact=contact, channel="visit")
    _check_day(visit_on, now)
    _check_opens(actor, now, row, found, frozenset({"visit"}))
    return ask(
        actor=actor, now=now, case=row, kind=ApprovalRequest.Kind.VISIT, role=Role.SUPERVISOR,
        wanted={"contact": contact, "approval": "visit", "visit_on": visit_on.isoformat()},
        why=why, needed_by=visit_on,
    )  # fmt: skip


def ask_person(
    *, actor: Actor, now: datetime, case: int, contact: int, until_on: date, why: str
) -> ApprovalRequest:
    """Ask to reach a contact person, or a spouse who owes too, until a day (not included).

    Refuses as `ask_visit`; NoSuchContact also for anybody who needs no such approval.
    """
    row = case_for_plan(actor, case, day_of(now), "approval.ask")
    found = _contact(row, contact)
    kind = APPROVED_AS.get(found.role)
    if kind is None:
        raise NoSuchContact(case=case, contact=contact)
    if found.phone_sealed is None:
        raise NoWay(contact=contact, channel="call")
    _check_day(until_on - timedelta(days=1), now)
    _check_opens(actor, now, row, found, frozenset({"call", "sms"}))
    return ask(
        actor=actor, now=now, case=row, kind=ApprovalRequest.Kind.CONTACT, role=Role.SUPERVISOR,
        wanted={"contact": contact, "approval": kind, "until_on": until_on.isoformat()},
        why=why, needed_by=day_of(now),
    )  # fmt: skip


def _contact(case: Case, contact: int) -> Contact:
    found = Contact.objects.filter(
        pk=contact, replaced=None, borrower__party=case.party_id, borrower__lender=case.lender_id
    ).first()
    if found is None:
        raise NoSuchContact(case=case.pk, contact=contact)
    return found


def _check_day(last_on: date, now: datetime) -> None:
    day = day_of(now)
    latest_on = day + timedelta(days=LONGEST_DAYS - 1)
    if not day <= last_on <= latest_on:
        raise ApprovalDay(asked_on=last_on, day=day, latest_on=latest_on)


def _check_opens(
    actor: Actor, now: datetime, case: Case, contact: Contact, channels: frozenset[str]
) -> None:
    """Whether the gate would let it happen once approved, at least by one of these channels."""
    shut: list[str] = []
    for each in why_not_now(actor=actor, now=now, case=case, contacts=[contact]):
        if each.channel not in channels:
            continue
        lasting = [
            reason.code
            for reason in each.decision.reasons
            if reason.verdict == "refuse"
            and reason.again_at is None
            and not reason.code.startswith(OWN_STATE)
        ]
        if not lasting:
            return
        shut += [code for code in lasting if code not in shut]
    raise ApprovalInVain(case=case.pk, codes=shut)
