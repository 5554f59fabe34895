"""What stands about people: freezes, consents, approvals, refusals, evidence, certificates.

Called by faces and, later, by the rooms whose work they follow from (a note, a test
passed). Each says who, when and until when, and is journalled; it ends by a withdrawal,
except the refusal of a third person, which holds for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, get_args

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.core.permit.facts import Freeze
from dunwell.core.permit.request import CHANNELS
from dunwell.flows.contact.question import INCAPACITATED
from dunwell.flows.contact.reaching import WAY_OF, Way, reach_of
from dunwell.flows.contact.refusals import (
    NoSuchContact,
    NoSuchStanding,
    OwnApproval,
    WrongStanding,
)
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.reage import business_day
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import HOUSE, append, stream_of
from dunwell.store.people.models import Appointment, Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.models import Standing, Withdrawal

What = Standing.What
LEAST_REASON = 4
MOST_DAYS = {What.APPROVAL: 7}
"""An approval is of a matter at hand; nobody approves in advance for months."""

KINDS: Mapping[str, tuple[str, ...]] = {
    What.FREEZE: (*get_args(Freeze), INCAPACITATED),
    What.CONSENT: ("quiet_hours", "commercial_sms"),
    What.APPROVAL: ("visit", "contact_person", "estate", "guardian", "spouse_obligor"),
    What.OPT_OUT: ("opt_out",),
    What.REFUSAL: ("refused",),
    What.EVIDENCE: ("joint_debt", "credit_notice", "number_provenance", "delivery_receipt"),
    What.STAFF: ("certified", "suspended"),
}
SAID_TWICE = timedelta(minutes=1)
"""The same, said again by the same person within this, was said once: a key pressed twice."""
ALWAYS_ENDS = frozenset({What.CONSENT, What.APPROVAL})
ENDS_BY_ANOTHER = frozenset({What.FREEZE, What.OPT_OUT})
"""What protects the borrower: who wrote it down does not take it away alone."""
PERMISSION = {What.APPROVAL: "permit.approve"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to stand from now on.

    `contact` narrows an approval, names who refused, and who consented or opted out where
    that is not the borrower.
    """

    what: str
    kind: str
    why: str
    contact: int | None = None
    channel: str = ""
    from_at: datetime | None = None
    """Where it begins only then: the day a visit is approved for. None: at once."""
    until_at: datetime | None = None
    dated_on: date | None = None


def stand(*, actor: Actor, now: datetime, case: int, said: Said) -> Standing:
    """Let something stand about the case's party, or about a contact's number.

    Refuses NotPermitted, NoSuchContact, ReasonMissing, and WrongStanding for a kind there
    is not, a consent without channel, or an end that is missing, past or too far off.
    What the same person said in the same words a moment ago already stands, and is answered.
    """
    _check(said, now)
    with transaction.atomic():
        found = _case(actor, PERMISSION.get(What(said.what), "standing.keep"), case, now)
        reach = _reach_said(found, said)
        reading.lock(parties=[found.party_id], reaches=[reach])
        told: dict[str, Any] = {
            "what": said.what,
            "kind": said.kind,
            "party_id": None if said.what == What.REFUSAL else found.party_id,
            "reach_id": reach,
            "channel": said.channel,
            "until_at": said.until_at,
            "dated_on": said.dated_on,
            "by_id": actor.staff,
            "by_label": actor.label,
            "why": said.why.strip(),
        }
        from_at = said.from_at or now
        just_now = Standing.objects.filter(
            **told, replaced=None, from_at__lte=from_at, from_at__gt=from_at - SAID_TWICE
        ).first()
        if just_now is not None:
            return just_now
        row = Standing.objects.create(**told, from_at=from_at)
        figures: dict[str, object] = {"kind": said.kind, "standing": row.pk}
        append(
            stream=stream_of(found.lender_id), verb=f"{said.what}.stands",
            subject=f"case:{case}", actor=actor, at=now, lender=found.lender_id,
            why=said.why.strip(), figures=figures,
        )  # fmt: skip
        _decide_anew(found, said.what, now)
    return row


def withdraw(*, actor: Actor, now: datetime, case: int, standing: int, why: str) -> None:
    """End what stands about the case's party.

    Refuses NotPermitted, NoSuchStanding where nothing of that number stands about the
    party, ReasonMissing, and OwnApproval where who wrote a freeze or an opt-out down would
    lift it alone. What
    the same person withdrew a moment ago is withdrawn already.
    """
    _reason(why)
    with transaction.atomic():
        found = _case(actor, "standing.keep", case, now)
        reading.lock(parties=[found.party_id], reaches=[])
        row = Standing.objects.filter(pk=standing, party_id=found.party_id).first()
        if row is not None and row.replaced is not None:
            ended = row.replaced
            if ended.by_id == actor.staff and ended.at > now - SAID_TWICE:
                return
            row = None
        if row is None:
            raise NoSuchStanding(case=case, standing=standing)
        if row.what in ENDS_BY_ANOTHER:
            _case(actor, "permit.approve", case, now)
            if row.by_id is not None and row.by_id == actor.staff:
                raise OwnApproval(standing=standing)
        row.replaced = Withdrawal.objects.create(
            at=now, by_id=actor.staff, by_label=actor.label, why=why.strip()
        )
        row.save(update_fields=["replaced"])
        append(
            stream=stream_of(found.lender_id), verb=f"{row.what}.withdrawn",
            subject=f"case:{case}", actor=actor, at=now, lender=found.lender_id,
            why=why.strip(), figures={"kind": row.kind, "standing": row.pk},
        )  # fmt: skip
        _decide_anew(found, row.what, now)


def set_staff_state(
    *, actor: Actor, now: datetime, staff: Staff, kind: str, holds: bool, why: str
) -> None:
    """Certify or suspend a colleague, or end that.

    Refuses NotPermitted unless the actor may at every lender the colleague works for,
    OwnApproval for oneself, ReasonMissing, and WrongStanding for another kind. What is so
    already stays as it was said first.
    """
    _reason(why)
    if kind not in KINDS[What.STAFF]:
        raise WrongStanding(field="kind", value=kind, allowed=", ".join(KINDS[What.STAFF]))
    day = now.astimezone(BEIJING).date()
    lenders = set(Appointment.objects.filter(staff=staff).values_list("lender_id", flat=True))
    for lender in sorted(lenders):
        require(actor, "staff.certify", day=day, lender=lender)
    if not lenders:
        require(actor, "staff.certify", day=day)
    if staff.pk == actor.staff:
        raise OwnApproval(standing=staff.pk)
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)  # two at once certify once
        standing = Standing.objects.filter(what=What.STAFF, kind=kind, staff=staff, replaced=None)
        if holds == standing.exists():
            return
        if holds:
            Standing.objects.create(
                what=What.STAFF, kind=kind, staff=staff, from_at=now, by_id=actor.staff,
                by_label=actor.label, why=why.strip(),
            )  # fmt: skip
        else:
            ended = Withdrawal.objects.create(
                at=now, by_id=actor.staff, by_label=actor.label, why=why.strip()
            )
            standing.update(replaced=ended)
        append(
            stream=HOUSE, verb=f"staff.{kind}", subject=f"staff:{staff.pk}", actor=actor, at=now,
            why=why.strip(), figures={"holds": holds},
        )  # fmt: skip


def staff_standing(staff: int) -> list[Standing]:
    """What stands about this colleague, with who said so and why."""
    rows = Standing.objects.filter(what=What.STAFF, replaced=None, staff=staff)
    return list(rows.select_related("by").order_by("pk"))


def staff_states(staff: Sequence[int] | None = None) -> dict[int, frozenset[str]]:
    """What stands about these colleagues (None: all): certified, suspended, both or neither."""
    rows = Standing.objects.filter(what=What.STAFF, replaced=None)
    if staff is not None:
        rows = rows.filter(staff__in=staff)
    found: dict[int, frozenset[str]] = {}
    for colleague, kind in rows.values_list("staff_id", "kind"):
        if colleague is not None:
            found[colleague] = found.get(colleague, frozenset()) | {kind}
    return found


def _decide_anew(case: Case, what: str, now: datetime) -> None:
    """A freeze steers the same day: every open case of the party is decided anew at once."""
    decided_for = business_day()
    if what != What.FREEZE or decided_for is None:
        return
    of_party = Case.objects.filter(party_id=case.party_id).select_related("lender")
    for each in of_party.order_by("lender_id"):
        lock_book(lender=each.lender)
    redecide(cases=[each.pk for each in of_party], day=decided_for, at=now, why="freeze")


def _check(said: Said, now: datetime) -> None:
    _reason(said.why)
    whats = [what for what in KINDS if what != What.STAFF]
    if said.what not in whats:
        raise WrongStanding(field="what", value=said.what, allowed=", ".join(whats))
    if said.kind not in KINDS[said.what]:
        raise WrongStanding(field="kind", value=said.kind, allowed=", ".join(KINDS[said.what]))
    needs_channel = said.what == What.CONSENT
    if said.channel not in CHANNELS and (needs_channel or said.channel):
        raise WrongStanding(field="channel", value=said.channel, allowed=", ".join(CHANNELS))
    if said.what == What.REFUSAL and (said.contact is None or said.until_at is not None):
        raise WrongStanding(field="contact", value=said.contact, allowed="contact, no until_at")
    if said.from_at is not None and said.from_at < now:
        raise WrongStanding(field="from_at", value=said.from_at.isoformat(), allowed=">= now")
    if said.until_at is None:
        if said.what in ALWAYS_ENDS:
            raise WrongStanding(field="until_at", value="", allowed="> now")
        return
    most = MOST_DAYS.get(What(said.what))
    late = most is not None and said.until_at > now + timedelta(days=most)
    if said.until_at <= now or late:
        allowed = "> now" if most is None else f"> now, <= now + {most} d"
        raise WrongStanding(field="until_at", value=said.until_at.isoformat(), allowed=allowed)


def _case(actor: Actor, permission: str, case: int, now: datetime) -> Case:
    day = now.astimezone(BEIJING).date()
    found = Case.objects.filter(pk=case).first()
    if found is None:
        require(actor, permission, day=day)
        raise NoSuchContact(case=case, contact=None)
    require(
        actor, permission, day=day, lender=found.lender_id, team=found.team_id,
        holder=found.holder_id,
    )  # fmt: skip
    return found


def _reach_said(case: Case, said: Said) -> int | None:
    if said.contact is None:
        return None
    subject = reading.subject_of(case=case.pk, contact=said.contact)
    if subject is None or not subject.current:
        raise NoSuchContact(case=case.pk, contact=said.contact)
    way: Way = "address" if said.kind == "visit" else "phone"
    if said.what == What.OPT_OUT and said.channel:
        way = WAY_OF[said.channel]  # where they were reached when they asked
    return reach_of(contact=said.contact, way=way)


def _reason(why: str) -> None:
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
