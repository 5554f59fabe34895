"""The outbox: messages written from the ledger, permitted, and waiting to be handed over.

`queue_message` renders a template, asks the gate at once and keeps the message: to be sent,
to wait until time allows it, or refused with the reason. The same key is the same message.
The sender (sending) takes it from here. Nothing is typed into a message by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.message import parts_of, render
from dunwell.core.permit import BEIJING, Decision
from dunwell.flows.contact.ask_permit import Answer, ask_permit, hash_of
from dunwell.flows.contact.hours import Hours
from dunwell.flows.contact.message_refusals import (
    LetterheadWrong,
    MessageNotQueued,
    NoLetterhead,
    NoSuchMessage,
    NumberUnverified,
)
from dunwell.flows.contact.message_values import values_of
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.desk.found import unverified
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Letterhead, Message, MessageEvent
from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import parameter
from dunwell.store.policy.locate_sources import locate_sources
from dunwell.store.policy.message_templates import template_named
from dunwell.store.policy.packs import shipped_gate
from dunwell.store.vault import open_sealed, seal

State = Message.State
CALL_BACK = re.compile(r"\+?\d[\d -]{1,18}\d")
PAY_LINK = re.compile(r"https?://[!-~]+")
PLACE = {"table": "outreach_message", "column": "text_sealed"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would go out, and what the gate would say now."""

    text: str
    characters: int
    parts: int
    signature: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A message in the outbox; `decision` None: the gate was not asked, it `stood` or waits."""

    message: Message
    decision: Decision | None
    stood: bool = False


def letterhead_of(lender: int) -> Letterhead:
    """Under which name the lender writes now. Refuses NoLetterhead."""
    row = Letterhead.objects.filter(lender=lender).order_by("-pk").first()
    if row is None:
        raise NoLetterhead(lender=Lender.objects.get(pk=lender).code)
    return row


def set_letterhead(
    *,
    actor: Actor,
    now: datetime,
    lender: Lender,
    signature: str,
    call_back: str,
    pay_link: str = "",
) -> Letterhead:
    """Say under which registered name a lender writes from now on.

    Refuses NotPermitted, and (LetterheadWrong) what the gate would refuse in every message.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "message.manage", day=day, lender=lender.pk)
    signature, call_back, pay_link = signature.strip(), call_back.strip(), pay_link.strip()
    _check_letterhead(signature, call_back, pay_link, day)
    with transaction.atomic():
        row = Letterhead.objects.create(
            lender=lender, signature=signature, call_back=call_back, pay_link=pay_link, at=now,
            by_id=actor.staff, by_label=actor.label,
        )  # fmt: skip
        append(
            stream=stream_of(lender.pk), verb="message.letterhead", subject=f"lender:{lender.pk}",
            actor=actor, at=now, lender=lender.pk, figures={"letterhead": row.pk},
        )  # fmt: skip
    return row


def _check_letterhead(signature: str, call_back: str, pay_link: str, day: date) -> None:
    limits = shipped_gate().stack.on(day).limits
    least, most = limits.sms_signature_least, limits.sms_signature_most
    if not least <= len(signature) <= most or re.search(r"[【】\s]", signature):
        allowed = f"{least}..{most}, 【】 –"
        raise LetterheadWrong(field="signature", found=signature, allowed=allowed)
    if not CALL_BACK.fullmatch(call_back):
        raise LetterheadWrong(field="call_back", found=call_back, allowed="0731-80000000 | 95533")
    if pay_link and not PAY_LINK.fullmatch(pay_link):
        raise LetterheadWrong(field="pay_link", found=pay_link, allowed="https://…")


def preview_message(
    *, actor: Actor, now: datetime, case: int, contact: int, template: str
) -> Preview:
    """The message as this borrower would read it, nothing kept.

    Refuses NotPermitted, MessageNotQueued, NoLetterhead, and what core.message refuses.
    """
    row, to = _case_and_contact(actor, now, case, contact)
    text = _text(actor, row, to, template, now)
    counted = parts_of(text)
    head = letterhead_of(row.lender_id)
    return Preview(text, counted.characters, counted.parts, head.signature)


def queue_message(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    contact: int,
    template: str,
    key: str,
    gateway: str,
    hours: Hours | None = None,
    officer: int | None = None,
) -> Queued:
    """Put one message into the outbox, with the gate's answer of now.

    Allowed: it waits for the sender under its permit. Refused until a moment: it waits for
    that moment and is asked for anew. Refused for good: it is kept as refused, with its codes.
    Who queues many tells the `hours`: before they open nothing is asked, and it waits for them.
    `key` queued again answers the first. `officer` is whose name it carries where a machine
    queues it. Refuses like `preview_message`.
    """
    with transaction.atomic():
        row, to = _case_and_contact(actor, now, case, contact)
        stands = Message.objects.filter(key=key).first()
        if stands is not None:
            return Queued(stands, None, stood=True)
        text = _text(actor, row, to, template, now, officer=officer)
        kind = template_named(template)
        answer = None
        if hours is None or hours.open_at <= now:
            answer = ask_permit(
                actor=actor, case=case, contact=contact, channel="sms", now=now,
                purpose=kind.purpose, text=text,
            )  # fmt: skip
        state, due, code = _outcome(answer, now, hours)
        message = Message.objects.create(
            lender_id=row.lender_id,
            case=row,
            contact=to,
            permit_id=answer.permit if answer and answer.granted else None,
            key=key,
            template=template,
            purpose=kind.purpose,
            content_hash=hash_of(text),
            parts=parts_of(text).parts,
            gateway=gateway,
            state=state,
            code=code,
            queued_at=now,
            queued_by_id=actor.staff,
            queued_label=actor.label,
            not_before=due,
            settled_at=now if state == State.REFUSED else None,
        )
        message.text_sealed = seal(text, row=message.pk, **PLACE)
        message.save(update_fields=["text_sealed"])
        note_event(message, now=now, actor=actor)
        append(
            stream=stream_of(row.lender_id), verb="message.queue", subject=f"case:{case}",
            actor=actor, at=now, lender=row.lender_id,
            figures={"message": message.pk, "state": state, "template": template},
        )  # fmt: skip
    return Queued(message, answer.decision if answer else None)


def cancel_message(*, actor: Actor, now: datetime, message: int) -> Message:
    """Take back a message that still waits. Refuses NoSuchMessage and NotPermitted.

    One that has been taken up by the sender, or further, is answered as it is.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(pk=message).first()
        if row is None:
            raise NoSuchMessage(message=message)
        _case_and_contact(actor, now, row.case_id, row.contact_id)
        if row.state == State.QUEUED:
            row.state, row.settled_at = State.CANCELLED, now
            row.save(update_fields=["state", "settled_at"])
            note_event(row, now=now, actor=actor)
    return row


def text_of_message(message: Message) -> str:
    """The text, opened; for the sender, and for whoever may see personal data."""
    assert message.text_sealed is not None
    return open_sealed(message.text_sealed, row=message.pk, **PLACE)


def note_event(message: Message, *, now: datetime, actor: Actor, **figures: object) -> None:
    """Write down where a message stands now."""
    MessageEvent.objects.create(
        message=message, at=now, state=message.state, code=message.code, by_label=actor.label,
        figures=figures,
    )  # fmt: skip


def _case_and_contact(actor: Actor, now: datetime, case: int, contact: int) -> tuple[Case, Contact]:
    day = now.astimezone(BEIJING).date()
    row = Case.objects.select_related("party", "lender").filter(pk=case).first()
    if row is None:
        require(actor, "permit.ask", day=day)
        raise MessageNotQueued(case=case, contact=contact, why="case")
    require(
        actor, "permit.ask", day=day, lender=row.lender_id, team=row.team_id,
        holder=row.holder_id,
    )  # fmt: skip
    to = Contact.objects.filter(pk=contact, borrower__party=row.party_id).first()
    if to is None or to.phone_sealed is None:
        raise MessageNotQueued(case=case, contact=contact, why="contact")
    if to.source in locate_sources().allowed and unverified([to.pk]):
        raise NumberUnverified(case=case, contact=contact)
    return row, to


def _text(
    actor: Actor,
    case: Case,
    contact: Contact,
    template: str,
    now: datetime,
    *,
    officer: int | None = None,
) -> str:
    head = letterhead_of(case.lender_id)
    day = now.astimezone(BEIJING).date()
    named = actor.staff or officer
    who = Staff.objects.filter(pk=named).first() if named else None
    return render(
        template_named(template),
        values=values_of(case=case, contact=contact, head=head, officer=who, day=day),
        signature=head.signature,
        registered={head.signature},
        most_parts=parameter("outbox.most_parts", lender=case.lender_id, day=day),
    )


def _outcome(
    answer: Answer | None, now: datetime, hours: Hours | None
) -> tuple[Message.State, datetime, str]:
    if answer is None:
        assert hours is not None
        return State.QUEUED, hours.open_at, _codes(hours.codes)
    if answer.granted:
        return State.QUEUED, now, ""
    codes = _codes(answer.decision.codes)
    again = answer.decision.next_allowed_at
    if answer.decision.verdict == "refuse" and again is not None and again > now:
        return State.QUEUED, again, codes
    return State.REFUSED, now, codes


def _codes(codes: Sequence[str]) -> str:
    return " ".join(codes)[:40]
