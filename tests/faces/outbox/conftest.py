"""A lender on a Monday whose borrowers were written to, and what came back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.book.recording import record
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Message, MessageEvent, Reply
from dunwell.store.vault import seal
from tests.faces.work.conftest import NamedPlace, log_in, place, somebody  # noqa: F401  # fixtures
from tests.flows.prepare.a_work_day import NOW, OPERATOR

TEXT = "【善信小贷】王先生/女士，请回电0731-80000000。回T退订"


def written(case: Case, *, state: str = "unknown", **more: Any) -> Message:
    """A message about the case as the outbox keeps it, with the events that led there."""
    told = {
        "lender": case.lender, "case": case, "contact": _own_number(case),
        "key": f"k{Message.objects.count()}", "template": "missed-call", "purpose": "collect",
        "content_hash": "0" * 64, "parts": 1, "gateway": "main", "state": state,
        "queued_at": NOW, "queued_label": "system:day-run", "not_before": NOW, **more,
    }  # fmt: skip
    row = Message.objects.create(**told)
    row.text_sealed = seal(TEXT, table="outreach_message", column="text_sealed", row=row.pk)
    row.save()
    for each in ("queued", "handed", state):
        MessageEvent.objects.create(message=row, at=NOW, state=each, by_label="system:worker")
    return row


def replied(case: Case | None, text: str = "我下周发工资就还", *, minutes: int = 0) -> Reply:
    """A reply that waits; None: from a number nobody knows."""
    row = Reply.objects.create(
        gateway="main", gateway_id=f"r{Reply.objects.count()}", case=case,
        at=NOW + timedelta(minutes=minutes), kind="reply" if case else "unknown",
    )  # fmt: skip
    stands = {"table": "outreach_reply", "row": row.pk}
    row.phone_sealed = seal("13800138000", column="phone_sealed", **stands)
    row.text_sealed = seal(text, column="text_sealed", **stands)
    row.save()
    return row


def _own_number(case: Case) -> Contact:
    found = Contact.objects.filter(borrower__party=case.party_id, role="self").first()
    if found is not None:
        return found
    borrower = Borrower.objects.create(
        lender=case.lender, borrower_no=f"B{case.party_id}", party=case.party
    )
    with transaction.atomic():
        entered = record(lender=case.lender, kind=Recording.Kind.IMPORT, at=NOW, actor=OPERATOR)
    row = Contact.objects.create(borrower=borrower, entered=entered, role="self", source="contract")
    sealed = seal("13800138000", table="book_contact", column="phone_sealed", row=row.pk)
    Contact.objects.filter(pk=row.pk).update(phone_sealed=sealed)
    return Contact.objects.get(pk=row.pk)
