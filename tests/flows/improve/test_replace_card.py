"""A learned card replaces the one in force only when it is shown to be better, by two persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dunwell.bulk.grading.recipes import ModelKind
from dunwell.bulk.grading.refusals import NotOwnBorrowers
from dunwell.bulk.grading.training import train_file
from dunwell.core.features import FEATURES
from dunwell.core.risk import Card
from dunwell.flows.improve.publish_document import (
    WantedDocument,
    propose_document,
    rule_on_document,
)
from dunwell.flows.improve.refusals import (
    CardNotBetter,
    CardUnshown,
    OnlyCardsReplace,
    OwnDocument,
)
from dunwell.flows.improve.replace_card import Replacement, propose_learned_card
from dunwell.store.book.models import Borrower
from dunwell.store.people.permissions import Actor, NotPermitted
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.documents import in_force
from tests.flows.contact.people import Office, open_office

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
ROWS = 900
TOLD_BY = "attempts_30d"
"""What the outcome of the invented borrowers hangs on: nothing the shipped card looks at."""


@pytest.fixture
def office(db: None) -> Office:
    office = open_office()
    own = [
        Borrower(lender=office.lender, borrower_no=f"O{n}", party=office.borrower.party)
        for n in range(ROWS)
    ]
    Borrower.objects.bulk_create(own)
    return office


def write_past(path: Path, *, told: float) -> Path:
    """Overdue borrowers with every feature; how bad they went hangs on TOLD_BY by `told`."""
    draw = np.random.default_rng(11)
    cells: dict[str, object] = {}
    for feature in FEATURES:
        if feature.kind == "choice":
            cells[feature.name] = np.array(feature.choices, dtype=object)[
                draw.integers(0, len(feature.choices), ROWS)
            ]
        elif feature.kind == "flag":
            cells[feature.name] = draw.random(ROWS) < 0.3
        else:
            cells[feature.name] = draw.integers(1, 30, ROWS)
    odds = told * (np.asarray(cells[TOLD_BY], dtype=float) - 15) / 8 - 0.4
    cells["bad"] = (draw.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    connection = duckdb.connect()
    connection.register("cells", cells)
    connection.execute(
        f"COPY (SELECT 'O' || (row_number() OVER () - 1) AS borrower_no, * FROM cells)"
        f" TO '{path}' (FORMAT parquet)"
    )
    return path


@dataclass(frozen=True)
class Learned:
    """What a trainer hands in: the past of the borrowers, and the folder learned from it."""

    features: Path
    model: Path


def learned(folder: Path, *, told: float, model: ModelKind = "card") -> Learned:
    features = write_past(folder / "past.parquet", told=told)
    train_file(
        features=features, target="bad", out=folder / "model", model=model, monotone=None,
        seed=1, from_on=TODAY,
    )  # fmt: skip
    return Learned(features, folder / "model")


@pytest.fixture(scope="session")
def better(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """A card that looks at what the outcome hangs on; learned once, only read by the tests."""
    return learned(tmp_path_factory.mktemp("better"), told=1.5)


def proposed(office: Office, who: Actor, what: Learned) -> Replacement:
    return propose_learned_card(
        actor=who,
        now=office.now,
        lender=office.lender.pk,
        model=what.model,
        features=what.features,
        target="bad",
        from_on=TODAY,
        why="learned from the spring",
    )


def in_force_now(office: Office) -> Card:
    found = in_force(kind="card", lender=office.lender.pk, day=TODAY)
    card = parse_document("card", found.text, file="card")
    assert isinstance(card, Card)
    return card


def test_a_card_that_beats_the_one_in_force_counts_once_a_second_person_agrees(
    office: Office, better: Learned
) -> None:
    proposer, second = office.person("compliance"), office.person("compliance")
    found = proposed(office, proposer, better)
    assert found.verdict.gain > found.verdict.spread > 0
    shown = found.document.preview["comparison"]
    assert (shown["rows"], shown["new"]["monotonicity_breaches"]) == (ROWS, 0)
    assert shown["new"]["auc"] > shown["old"]["auc"] + shown["spread"]
    assert in_force_now(office).judged
    with pytest.raises(OwnDocument):
        rule_on_document(
            actor=proposer, now=office.now, document=found.document.pk, approve=True, why="mine"
        )
    rule_on_document(
        actor=second, now=office.now, document=found.document.pk, approve=True, why="read it"
    )
    card = in_force_now(office)
    assert not card.judged
    assert TOLD_BY in card.features


@pytest.mark.one_database
def test_a_card_that_is_not_better_by_more_than_chance_is_refused(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(CardNotBetter) as refused:
        proposed(office, office.person("analyst"), learned(tmp_path, told=0.0))
    assert refused.value.figures["rows"] == ROWS
    assert in_force_now(office).judged


def test_a_learned_card_does_not_come_in_by_the_side_door(office: Office, better: Learned) -> None:
    text = (better.model / "card.yaml").read_text("utf-8")
    wanted = WantedDocument(kind="card", text=text, from_on=TODAY, lender=office.lender.pk)
    with pytest.raises(CardUnshown):
        propose_document(
            actor=office.person("analyst"), now=office.now, wanted=wanted, why="just so"
        )


def test_borrowers_of_somebody_else_prove_nothing(office: Office, better: Learned) -> None:
    Borrower.objects.filter(borrower_no="O7").delete()
    with pytest.raises(NotOwnBorrowers) as refused:
        proposed(office, office.person("analyst"), better)
    assert refused.value.figures["count"] == 1


@pytest.mark.one_database
def test_trees_replace_no_card(office: Office, tmp_path: Path) -> None:
    with pytest.raises(OnlyCardsReplace):
        proposed(office, office.person("analyst"), learned(tmp_path, told=1.5, model="lightgbm"))


def test_nobody_without_the_permission_proposes_a_card(office: Office, better: Learned) -> None:
    with pytest.raises(NotPermitted):
        proposed(office, office.collector, better)
