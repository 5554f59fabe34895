"""Policy documents: two persons, a day from today on, the nearest counts, and all are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.core.decision_table import UnknownField
from dunwell.core.params import WrongKeys
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.improve.publish_document import (
    WantedDocument,
    propose_document,
    rule_on_document,
    withdraw_document,
)
from dunwell.flows.improve.refusals import (
    DocumentMoved,
    DocumentRuled,
    DocumentSame,
    DocumentTooEarly,
    NoSuchDocument,
    NotYourDocument,
    OwnDocument,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import Actor, NotPermitted, system_actor
from dunwell.store.policy.document_kinds import NoSuchKind
from dunwell.store.policy.documents import (
    NoDocument,
    find_in_force,
    hash_of_text,
    in_force,
)
from dunwell.store.policy.kept import keep_policy, policy_kept, text_kept
from dunwell.store.policy.models import Document, PolicyText
from tests.flows.contact.people import Office, open_office

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
TEXT = """
id: early-call
title: 提前电话
title_en: call earlier
from: 2026-03-02
until: 2026-06-24
seed: early-call-1
hold_out_ppm: 50000
arms:
  - {arm: champion, share_ppm: 700000, strategy: default}
  - {arm: early, share_ppm: 250000, strategy: default}
measure: {outcome: cured, within_days: 14, expected_ppm: 300000, looks: 28}
"""
OTHER = TEXT.replace("early-call-1", "early-call-2")


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def wanted(text: str = TEXT, **fields: object) -> WantedDocument:
    return WantedDocument(**{"kind": "experiment", "text": text, "from_on": TODAY, **fields})  # type: ignore[arg-type]


def propose(office: Office, who: Actor, document: WantedDocument) -> Document:
    shown = {"power": {}} if document.kind == "experiment" else None
    return propose_document(actor=who, now=office.now, wanted=document, why="try it", preview=shown)


def publish(office: Office, document: WantedDocument) -> Document:
    row = propose(office, office.person("analyst"), document)
    rule_on_document(
        actor=office.person("compliance"), now=office.now, document=row.pk, approve=True, why="read"
    )
    return row


def counting(day: date = TODAY, **how: object) -> str | None:
    found = find_in_force(kind="experiment", lender=None, day=day, **how)  # type: ignore[arg-type]
    return found.hash if found else None


def test_a_document_counts_once_another_person_approved_it_and_from_its_day_on(
    office: Office,
) -> None:
    later = TODAY + timedelta(days=2)
    row = propose(office, office.person("analyst"), wanted(from_on=later))
    assert counting(later) is None
    office.later(hours=1)
    rule_on_document(
        actor=office.person("compliance"), now=office.now, document=row.pk, approve=True, why="read"
    )
    assert (counting(later - timedelta(days=1)), counting(later)) == (None, hash_of_text(TEXT))
    assert counting(later, known_at=office.now - timedelta(minutes=1)) is None


def test_today_is_a_day_to_begin_and_yesterday_is_not(office: Office) -> None:
    publish(office, wanted())
    assert counting() == hash_of_text(TEXT)
    with pytest.raises(DocumentTooEarly):
        propose(office, office.person("analyst"), wanted(OTHER, from_on=TODAY - timedelta(days=1)))
    waiting = propose(office, office.person("analyst"), wanted(OTHER))
    office.later(days=1)
    with pytest.raises(DocumentTooEarly):
        rule_on_document(
            actor=office.person("compliance"), now=office.now, document=waiting.pk, approve=True,
            why="too late",
        )  # fmt: skip


def test_the_lenders_own_document_stands_before_that_of_the_deployment(office: Office) -> None:
    publish(office, wanted())
    publish(office, wanted(OTHER, lender=office.lender.pk))
    own = in_force(kind="experiment", lender=office.lender.pk, day=TODAY)
    assert (own.hash, own.origin) == (hash_of_text(OTHER), "lender")
    assert in_force(kind="experiment", lender=None, day=TODAY).origin == "house"


def test_nobody_approves_their_own_and_only_they_withdraw_it(office: Office) -> None:
    one, other = office.person("compliance"), office.person("compliance")
    row = propose(office, one, wanted())
    with pytest.raises(OwnDocument):
        rule_on_document(actor=one, now=office.now, document=row.pk, approve=True, why="mine")
    with pytest.raises(NotYourDocument):
        withdraw_document(actor=other, now=office.now, document=row.pk, why="not mine")
    withdraw_document(actor=one, now=office.now, document=row.pk, why="a slip")
    with pytest.raises(DocumentRuled):
        rule_on_document(actor=other, now=office.now, document=row.pk, approve=True, why="read")
    with pytest.raises(NoSuchDocument):
        rule_on_document(actor=other, now=office.now, document=row.pk + 1, approve=True, why="read")
    assert counting() is None
    assert Document.objects.get(pk=row.pk).text == TEXT


def test_what_was_proposed_on_a_text_that_moved_is_proposed_anew(office: Office) -> None:
    first = propose(office, office.person("analyst"), wanted())
    publish(office, wanted(OTHER))
    with pytest.raises(DocumentMoved):
        rule_on_document(
            actor=office.person("compliance"), now=office.now, document=first.pk, approve=True,
            why="read",
        )  # fmt: skip
    with pytest.raises(DocumentSame):
        propose(office, office.person("analyst"), wanted(OTHER))


def test_a_broken_text_or_an_unknown_kind_is_refused_with_its_place(office: Office) -> None:
    one = office.person("analyst")
    with pytest.raises(WrongKeys) as refused:
        propose(office, one, wanted(TEXT.replace("seed:", "sead:")))
    assert refused.value.figures["file"] == "experiment/default.yaml"
    with pytest.raises(NoSuchKind):
        propose(office, one, wanted(kind="weather"))
    with pytest.raises(ReasonMissing):
        propose_document(actor=one, now=office.now, wanted=wanted(), why=" ")
    with pytest.raises(NoDocument):
        in_force(kind="experiment", lender=None, day=TODAY)
    with pytest.raises(NoDocument):  # a strategy that is not there
        propose(
            office, one, wanted(TEXT.replace("250000, strategy: default", "250000, strategy: x"))
        )
    with pytest.raises(UnknownField):
        propose(office, one, wanted(TEXT + "who: {shoe_size: 44}"))
    assert not Document.objects.exists()


def test_who_may_not_is_refused_and_each_step_is_journalled(office: Office) -> None:
    for nobody in (office.collector, system_actor("command-line")):
        with pytest.raises(NotPermitted):
            propose(office, nobody, wanted())
    row = propose(office, office.person("analyst"), wanted())
    with pytest.raises(NotPermitted):
        rule_on_document(
            actor=office.person("analyst"), now=office.now, document=row.pk, approve=True,
            why="no right",
        )  # fmt: skip
    rule_on_document(
        actor=office.person("supervisor"), now=office.now, document=row.pk, approve=False,
        why="not now",
    )  # fmt: skip
    verbs = Entry.objects.filter(subject=f"document:{row.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "document.proposed",
        "document.turned_down",
    ]


def test_a_set_of_policy_is_kept_once_under_its_hash_with_its_texts(office: Office) -> None:
    publish(office, wanted())
    document = in_force(kind="experiment", lender=None, day=TODAY)
    content = {"documents": {"experiment": document.hash}, "ageing": {"grace_days": 0}}
    number = keep_policy(content=content, documents=[document])
    assert keep_policy(content=content, documents=[document]) == number
    assert policy_kept(number) == content
    assert text_kept(document.hash) == TEXT
    assert PolicyText.objects.count() == 1
