"""The policy that decides for each lender on a day, read from its documents; and read again.

Called by the day run, by events that decide during the day, by previews and by a past
decision made again. What is read is remembered by the hash of its text. The hash of the
whole names all of it (store.policy.kept): the texts, and the terms by which days count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from dunwell.core.ageing import AgeingTerms
from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision import Policy
from dunwell.core.decision_table import parse_when
from dunwell.core.experiment import Experiment
from dunwell.store.policy.document_kinds import MAIN, parse_document
from dunwell.store.policy.documents import InForceDocument, find_in_force, in_force
from dunwell.store.policy.house import ageing_terms
from dunwell.store.policy.kept import hash_of_set, keep_policy, policy_kept, text_kept

DECIDING = ("card", "quadrant", "categories", "five_classes")
"""The kinds of which exactly one document decides; strategies and the experiment come on top."""


@dataclass(frozen=True, slots=True)
class DayPolicy:
    """What decides for a lender: parsed, by its texts, and by one hash."""

    policy: Policy
    terms: AgeingTerms
    documents: tuple[InForceDocument, ...]
    content: Mapping[str, Any]
    hash: str

    def keep(self) -> str:
        """Keep the texts for ever; answers the hash. Called by who writes decisions."""
        return keep_policy(content=self.content, documents=self.documents)


def policies_of(
    *,
    lenders: Collection[int],
    day: date,
    known_at: datetime | None = None,
    instead: Mapping[str, str] | None = None,
) -> dict[int, DayPolicy]:
    """What decides for each of these lenders on `day`.

    `instead` gives a text for a kind in place of the one in force, for previews. Refuses
    NoDocument, and what the room of a kind refuses.
    """
    return {lender: _policy_of(lender, day, known_at, instead or {}) for lender in sorted(lenders)}


def policy_again(number: str) -> tuple[Policy, AgeingTerms]:
    """The policy a decision was made under, from what was kept. Refuses NoSuchPolicy."""
    content = policy_kept(number)
    texts = {place: text_kept(each) for place, each in content["documents"].items()}
    return _policy(texts), AgeingTerms(**content["ageing"])


def _policy_of(
    lender: int, day: date, known_at: datetime | None, instead: Mapping[str, str]
) -> DayPolicy:
    def found(kind: str, name: str = MAIN) -> InForceDocument:
        document = in_force(kind=kind, lender=lender, day=day, known_at=known_at, name=name)
        return document.with_text(instead[kind]) if kind in instead and name == MAIN else document

    documents = {kind: found(kind) for kind in (*DECIDING, "strategy")}
    running = find_in_force(kind="experiment", lender=lender, day=day, known_at=known_at)
    if running is not None:
        experiment = _parsed("experiment", running.text)
        if experiment.runs_on(day):
            documents["experiment"] = running
            for name in _challengers(experiment):
                documents[f"strategy:{name}"] = found("strategy", name)
    terms = ageing_terms(lender=lender, day=day, known_at=known_at)
    content = {
        "documents": {place: each.hash for place, each in documents.items()},
        "ageing": {
            "day_count": terms.day_count,
            "grace_days": terms.grace_days,
            "bucket_on": terms.bucket_on,
        },
    }
    policy = _policy({place: each.text for place, each in documents.items()})
    return DayPolicy(policy, terms, tuple(documents.values()), content, hash_of_set(content))


def _challengers(experiment: Experiment) -> list[str]:
    named = {arm.strategy for arm in experiment.arms}
    return sorted(name for name in named if name is not None and name != MAIN)


def _policy(texts: Mapping[str, str]) -> Policy:
    """`texts` by place: a kind, or `strategy:NAME` for those an experiment tries."""
    strategies = {
        place.partition(":")[2] or MAIN: _parsed("strategy", text)
        for place, text in texts.items()
        if place.partition(":")[0] == "strategy"
    }
    experiment = _parsed("experiment", texts["experiment"]) if "experiment" in texts else None
    who = None
    if experiment is not None:
        file = f"experiment/{MAIN}.yaml"
        who = parse_when(dict(experiment.who), STRATEGY_FIELDS, file=file, path="who")
    return Policy(
        card=_parsed("card", texts["card"]),
        quadrant=_parsed("quadrant", texts["quadrant"]),
        categories=_parsed("categories", texts["categories"]),
        five_classes=_parsed("five_classes", texts["five_classes"]),
        strategies=strategies,
        experiment=experiment,
        who=who,
    )


@lru_cache(maxsize=128)
def _parsed(kind: str, text: str) -> Any:
    return parse_document(kind, text, file=f"{kind}/{MAIN}.yaml")
