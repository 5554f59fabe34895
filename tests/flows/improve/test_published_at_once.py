"""Two proposals upon the same text, approved at the same instant: one counts, one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from dunwell.core.refusal import Refusal
from dunwell.flows.conduct.publish_pack import propose_change, rule_on_proposal
from dunwell.flows.conduct.refusals import PackMoved
from dunwell.flows.improve.publish_document import (
    WantedDocument,
    propose_document,
    rule_on_document,
)
from dunwell.flows.improve.refusals import DocumentMoved
from dunwell.store.policy.models import DocumentRuling, Ruling
from tests.flows.conduct.test_publish_pack import WANTED
from tests.flows.contact.people import Office, open_office
from tests.flows.improve.test_publish_document import TEXT

TODAY = date(2026, 3, 2)
ROUNDS = 3
"""A race is lost now and then: it is run more than once."""


@pytest.fixture
def office(committed_database: object) -> Office:
    return open_office()


def at_once(*acts: Callable[[], object]) -> list[Refusal | None]:
    """Do both on connections of their own from the same instant on; what each was refused."""
    start = Barrier(len(acts))
    told: list[Refusal | None] = [None] * len(acts)

    def run(place: int) -> None:
        connection.ensure_connection()
        start.wait()
        try:
            acts[place]()
        except Refusal as refusal:
            told[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_two_documents_approved_at_once_one_counts(office: Office) -> None:
    for number in range(ROUNDS):
        rows = [
            propose_document(
                actor=office.person("analyst"), now=office.now, why="try it", preview={"power": {}},
                wanted=WantedDocument(
                    kind="experiment", from_on=TODAY,
                    text=TEXT.replace("early-call-1", f"early-{number}-{side}"),
                ),
            )
            for side in range(2)
        ]  # fmt: skip
        people = [office.person("compliance") for _ in rows]

        def approve(place: int, rows: Any = rows, people: Any = people) -> Callable[[], object]:
            return lambda: rule_on_document(
                actor=people[place], now=office.now, document=rows[place].pk, approve=True,
                why="agreed",
            )  # fmt: skip

        told = at_once(approve(0), approve(1))
        assert [type(each) for each in told if each] == [DocumentMoved]
        assert DocumentRuling.objects.filter(document__in=rows, approved=True).count() == 1


def test_of_two_changes_of_a_pack_approved_at_once_one_counts(office: Office) -> None:
    for number in range(ROUNDS):
        rows = [
            propose_change(
                actor=office.person("compliance"), now=office.now, why="new text",
                wanted=replace(WANTED, value=1, source=f"GB/T {number} {side}"),
            )
            for side in range(2)
        ]  # fmt: skip
        people = [office.person("compliance") for _ in rows]

        def approve(place: int, rows: Any = rows, people: Any = people) -> Callable[[], object]:
            return lambda: rule_on_proposal(
                actor=people[place], now=office.now, proposal=rows[place].pk, approve=True,
                why="read",
            )  # fmt: skip

        told = at_once(approve(0), approve(1))
        assert [type(each) for each in told if each] == [PackMoved]
        assert Ruling.objects.filter(approved=True).count() == number + 1
