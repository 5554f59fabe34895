"""Publish a policy document: one person proposes a text, another approves it.

Called by the pages and commands of strategy, card, categories and experiments. The text is
read by the room of its kind before it is kept; a broken one is refused with file and path.
It counts from today or a later day for its lender (None: the deployment), and every
version is kept for ever. Each step is journalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.experiment import Experiment
from dunwell.core.permit import BEIJING
from dunwell.core.risk import Card
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.improve.refusals import (
    CardUnshown,
    DocumentMoved,
    DocumentRuled,
    DocumentSame,
    DocumentTooEarly,
    ExperimentUnshown,
    NoSuchDocument,
    NotYourDocument,
    OwnDocument,
)
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import MAIN, parse_document
from dunwell.store.policy.documents import find_in_force, hash_of_text, in_force
from dunwell.store.policy.models import Document, DocumentRuling
from dunwell.store.policy.turn import hold_policy

LEAST_REASON = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDocument:
    """The text somebody wants to count, from which day on and for whom."""

    kind: str
    text: str
    from_on: date
    lender: int | None = None
    name: str = MAIN


def check_document(*, kind: str, text: str, name: str = MAIN) -> object:
    """What the text says. Refuses NoSuchKind and whatever the room of its kind refuses."""
    return parse_document(kind, text, file=f"{kind}/{name}.yaml")


def propose_document(
    *,
    actor: Actor,
    now: datetime,
    wanted: WantedDocument,
    why: str,
    preview: Mapping[str, object] | None = None,
) -> Document:
    """Keep a text for another person to approve, with what its preview showed.

    Refuses NotPermitted, ReasonMissing, a broken text (check_document), a learned card whose
    preview holds no comparison (CardUnshown), an experiment with a strategy that does not
    count when it begins (NoDocument), DocumentTooEarly for a day before today, and
    DocumentSame where that text counts already.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "strategy.propose", day=day, lender=wanted.lender)
    _reason(why)
    assert actor.staff is not None  # no machine may propose
    said = check_document(kind=wanted.kind, text=wanted.text, name=wanted.name)
    if isinstance(said, Card) and not said.judged and "comparison" not in (preview or {}):
        # A learned card comes by flows.improve.replace_card, which shows that it is better.
        raise CardUnshown(card=said.id)
    if isinstance(said, Experiment) and "power" not in (preview or {}):
        # An experiment comes by flows.improve.experiment_plan, which says what it can show.
        raise ExperimentUnshown(experiment=said.id)
    _check_arms(said, wanted.lender, wanted.from_on)
    _check_day(wanted.from_on, day)
    number = hash_of_text(wanted.text)
    with transaction.atomic():
        base = _hash_on(wanted.kind, wanted.name, wanted.lender, wanted.from_on)
        if base == number:
            raise DocumentSame(
                kind=wanted.kind, name=wanted.name, from_on=wanted.from_on.isoformat()
            )
        row = Document.objects.create(
            kind=wanted.kind,
            name=wanted.name,
            lender_id=wanted.lender,
            text=wanted.text,
            hash=number,
            from_on=wanted.from_on,
            base_hash=base,
            proposed_at=now,
            proposed_by_id=actor.staff,
            why=why.strip(),
            preview=dict(preview or {}),
        )
        _journal("document.proposed", row, actor, now, why)
    return row


def rule_on_document(
    *, actor: Actor, now: datetime, document: int, approve: bool, why: str
) -> DocumentRuling:
    """Approve a proposed document, or turn it down.

    Refuses NotPermitted, NoSuchDocument, DocumentRuled and ReasonMissing; to approve also
    OwnDocument, DocumentTooEarly where its day has passed, DocumentMoved where another text
    counts by now, and what check_document refuses.
    """
    return _answer(actor, now, document, approve, why)


def withdraw_document(*, actor: Actor, now: datetime, document: int, why: str) -> DocumentRuling:
    """Take back one's own proposal before it is answered.

    Refuses NotPermitted, NoSuchDocument, NotYourDocument, DocumentRuled and ReasonMissing.
    What was approved is not withdrawn: the text that counted before is proposed anew.
    """
    return _answer(actor, now, document, None, why)


def _answer(
    actor: Actor, now: datetime, document: int, approve: bool | None, why: str
) -> DocumentRuling:
    day = now.astimezone(BEIJING).date()
    permission = "strategy.propose" if approve is None else "strategy.approve"
    _reason(why)
    with transaction.atomic():
        hold_policy()
        row = Document.objects.select_for_update().filter(pk=document).first()
        require(actor, permission, day=day, lender=row.lender_id if row else None)
        assert actor.staff is not None  # no machine may answer
        if row is None:
            raise NoSuchDocument(document=document)
        if DocumentRuling.objects.filter(document=row).exists():
            raise DocumentRuled(document=document)
        if approve is None and row.proposed_by_id != actor.staff:
            raise NotYourDocument(document=document)
        if approve:
            _check_publishable(row, actor, day)
        ruling = DocumentRuling.objects.create(
            document=row, approved=bool(approve), at=now, by_id=actor.staff, why=why.strip()
        )
        verbs = {True: "published", False: "turned_down", None: "withdrawn"}
        _journal(f"document.{verbs[approve]}", row, actor, now, why)
    return ruling


def _check_publishable(row: Document, actor: Actor, day: date) -> None:
    if row.proposed_by_id == actor.staff:
        raise OwnDocument(document=row.pk)
    _check_day(row.from_on, day)
    if _hash_on(row.kind, row.name, row.lender_id, row.from_on) != row.base_hash:
        raise DocumentMoved(document=row.pk, kind=row.kind)
    said = check_document(kind=row.kind, text=row.text, name=row.name)
    _check_arms(said, row.lender_id, row.from_on)


def _check_arms(said: object, lender: int | None, from_on: date) -> None:
    """Refuses (NoDocument) an experiment with a strategy that does not count when it begins."""
    if isinstance(said, Experiment):
        begins_on = max(from_on, said.from_on)
        for arm in said.arms:
            if arm.strategy is not None:
                in_force(kind="strategy", lender=lender, day=begins_on, name=arm.strategy)


def _check_day(from_on: date, day: date) -> None:
    if from_on < day:
        raise DocumentTooEarly(from_on=from_on.isoformat(), day=day.isoformat())


def _hash_on(kind: str, name: str, lender: int | None, day: date) -> str:
    found = find_in_force(kind=kind, lender=lender, day=day, name=name)
    return found.hash if found else ""


def _reason(why: str) -> None:
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)


def _journal(verb: str, row: Document, actor: Actor, now: datetime, why: str) -> None:
    append(
        stream=stream_of(row.lender_id), verb=verb, subject=f"document:{row.pk}", actor=actor,
        at=now, lender=row.lender_id, day=row.from_on, why=why.strip(),
        figures={"kind": row.kind, "name": row.name, "hash": row.hash[:12]},
    )  # fmt: skip
