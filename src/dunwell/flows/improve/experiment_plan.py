"""What an experiment could show on this book, before it starts; and proposing it.

How many of today's borrowers fall in it and how many more will come, how large its arms get,
and the smallest effect they can show. An experiment that can see nothing realistic is refused
unless somebody confirms it knowingly. Called by the pages and by `dunwell experiment plan`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db.models import F, Min, QuerySet

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import When, holds, parse_when
from dunwell.core.experiment import (
    HOLD_OUT,
    Experiment,
    UnsoundExperiment,
    needed_per_arm,
    smallest_effect,
)
from dunwell.core.experiment.record import CHAMPION
from dunwell.core.permit import BEIJING
from dunwell.flows.improve.drafts import draft_of, propose_draft
from dunwell.flows.improve.preview_strategy import lenders_concerned
from dunwell.flows.improve.publish_document import check_document
from dunwell.flows.improve.refusals import ExperimentBlind, ExperimentTaken
from dunwell.flows.prepare.reage import business_day
from dunwell.store.cases.models import CaseEvent
from dunwell.store.decisions.models import Deciding, Decision
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import MAIN
from dunwell.store.policy.documents import in_force
from dunwell.store.policy.house import parameter
from dunwell.store.policy.models import Document
from dunwell.store.policy.seeds import HOUSE

PPM = 1_000_000
ALPHA = 0.05
INFLOW_DAYS = 28
"""New borrowers are expected as they came in over the last so many days, or since the first."""
REALISTIC_PPM = 50_000
"""An effect above 5 points is seldom real: a test that needs more sees nothing."""
FIRST_DAYS = 56
DERIVED = ("grade", "ability", "willingness", "category", "five_class")
"""What `who` may ask about beside the facts: the decision's own figures."""


@dataclass(frozen=True, slots=True)
class ArmExpected:
    """An arm and how many borrowers it will have when the last day is over."""

    arm: str
    strategy: str | None
    share_ppm: int
    borrowers: int


@dataclass(frozen=True, slots=True)
class Visible:
    """What one arm against the champion can show; `smallest_ppm` None: nothing at all.

    `needed` is how many borrowers each arm needs for an effect of REALISTIC_PPM.
    """

    arm: str
    against: str
    smallest_ppm: int | None
    needed: int
    alpha: float

    @property
    def realistic(self) -> bool:
        """Whether an effect one may hope for would be seen."""
        return self.smallest_ppm is not None and self.smallest_ppm <= REALISTIC_PPM


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """How large an experiment gets on this book, and what it can show."""

    id: str
    day: date
    today: int
    """Borrowers with an open case who fall in it today."""
    new_per_28_days: int
    days: int
    total: int
    arms: tuple[ArmExpected, ...]
    visible: tuple[Visible, ...]

    @property
    def realistic(self) -> bool:
        """Whether every challenger can be told from the champion; the hold-out may stay small."""
        return all(each.realistic for each in self.visible if each.arm != HOLD_OUT)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the proposed document."""
        return {**asdict(self), "day": self.day.isoformat(), "realistic": self.realistic}


def plan_experiment(
    *, actor: Actor, day: date, text: str, lender: int | None = None, from_on: date | None = None
) -> ExperimentPlan:
    """Count who would be in an experiment and what it could show, from the decisions of the book.

    It draws from its own first day, or `from_on` where that is later. Refuses NotPermitted, a
    broken text, a hold-out below the floor of the house (UnsoundExperiment), a `who` that cannot
    be read and a strategy that no arm can have (NoDocument).
    """
    require(actor, "strategy.see", day=day, lender=lender)
    experiment = check_document(kind="experiment", text=text)
    assert isinstance(experiment, Experiment)
    _check_hold_out(experiment, lender, day)
    first = max(experiment.from_on, from_on or experiment.from_on)
    for name in sorted({arm.strategy for arm in experiment.arms if arm.strategy}):
        in_force(kind="strategy", lender=lender, day=first, name=name)
    today, new = _concerned(experiment, lender, day)
    days = max((experiment.until_on - first).days, 0)
    total = today + new * days // INFLOW_DAYS
    arms = tuple(
        ArmExpected(arm.name, arm.strategy, arm.share_ppm, total * arm.share_ppm // PPM)
        for arm in experiment.arms
    )
    return ExperimentPlan(
        experiment.id, day, today, new, days, total, arms, _visible(experiment, arms)
    )


def propose_experiment(
    *,
    actor: Actor,
    now: datetime,
    home: Path,
    token: str,
    from_on: date,
    why: str,
    confirmed: bool = False,
) -> Document:
    """Propose a drafted experiment, with what it can show kept beside it.

    Refuses what plan_experiment and propose_draft refuse, ExperimentTaken, and ExperimentBlind
    unless somebody `confirmed` it.
    """
    draft = draft_of(actor=actor, home=home, token=token)
    day = now.astimezone(BEIJING).date()
    plan = plan_experiment(
        actor=actor, day=day, text=draft.text, lender=draft.lender, from_on=from_on
    )
    _check_id(plan.id)
    if not plan.realistic and not confirmed:
        worst = next(each for each in plan.visible if not each.realistic and each.arm != HOLD_OUT)
        sizes = {arm.arm: arm.borrowers for arm in plan.arms}
        points = "—" if worst.smallest_ppm is None else f"{worst.smallest_ppm / 10_000:.1f}"
        raise ExperimentBlind(
            arm=worst.arm,
            per_arm=sizes[worst.arm],
            points=points,
            realistic_points=REALISTIC_PPM // 10_000,
            needed=worst.needed,
        )
    return propose_draft(
        actor=actor, now=now, home=home, token=token, from_on=from_on, why=why,
        preview={"power": plan.as_json()},
    )  # fmt: skip


def first_experiment(*, day: date) -> str:
    """The shipped text from which a first draft begins, over the eight weeks from tomorrow on."""
    file = files("dunwell.packs").joinpath(HOUSE, "experiments", "first.yaml")
    first = day + timedelta(days=1)
    text = file.read_text("utf-8").replace("2026-01-01", first.isoformat())
    return text.replace("2026-02-26", (first + timedelta(days=FIRST_DAYS)).isoformat())


def alpha_of(experiment: Experiment, arm: str) -> float:
    """The error one comparison may make: challengers share 5 %, the hold-out has its own."""
    tried = [each for each in experiment.arms if each.name not in (CHAMPION, HOLD_OUT)]
    return ALPHA if arm == HOLD_OUT else ALPHA / max(len(tried), 1)


def _visible(experiment: Experiment, arms: tuple[ArmExpected, ...]) -> tuple[Visible, ...]:
    base = experiment.measure.expected_ppm / PPM
    champion = next(arm for arm in arms if arm.arm == CHAMPION)
    realistic = min(REALISTIC_PPM / PPM, (1 - base) / 2)
    found = []
    for arm in arms:
        if arm.arm == CHAMPION:
            continue
        alpha = alpha_of(experiment, arm.arm)
        effect = smallest_effect(
            base_rate=base, champion=champion.borrowers, challenger=arm.borrowers, alpha=alpha
        )
        found.append(
            Visible(
                arm=arm.arm,
                against=CHAMPION,
                smallest_ppm=None if effect is None else round(effect * PPM),
                needed=needed_per_arm(base_rate=base, effect=realistic, alpha=alpha),
                alpha=alpha,
            )
        )
    return tuple(found)


def _concerned(experiment: Experiment, lender: int | None, day: date) -> tuple[int, int]:
    """How many open cases fall in it, and how many come into it in INFLOW_DAYS.

    Who came in is seen where a case opened or got worse since the first day run; that first
    day, on which every case of an imported book opens, says nothing of the pace.
    """
    who = parse_when(
        dict(experiment.who), STRATEGY_FIELDS, file=f"experiment/{MAIN}.yaml", path="who"
    )
    as_of = business_day() or day
    rows = Decision.objects.filter(case__lender_id__in=lenders_concerned("experiment", lender, day))
    today = _matching(who, rows.filter(replaced=None, case__status="open"))
    first = Deciding.objects.filter(whole_book=True).aggregate(first=Min("day"))["first"] or as_of
    since = max(first, as_of - timedelta(days=INFLOW_DAYS))
    if since >= as_of:
        return len(today), 0
    came = rows.filter(
        day__gt=since,
        day__lte=as_of,
        case__events__day=F("day"),
        case__events__kind__in=(
            CaseEvent.Kind.OPENED,
            CaseEvent.Kind.REOPENED,
            CaseEvent.Kind.ROLLED,
        ),
    )
    return len(today), len(_matching(who, came)) * INFLOW_DAYS // (as_of - since).days


def _matching(who: When, rows: QuerySet[Decision]) -> set[int]:
    """The cases of those decisions of whose facts `who` holds."""
    found = set()
    for case, inputs, *derived in rows.values_list("case_id", "inputs_json", *DERIVED).iterator(
        chunk_size=5_000
    ):
        if holds(who, {**json.loads(inputs), **dict(zip(DERIVED, derived, strict=True))}):
            found.add(case)
    return found


def _check_hold_out(experiment: Experiment, lender: int | None, day: date) -> None:
    """The house may set a higher floor than the shipped one, which the parser holds."""
    floor = parameter("experiment.least_hold_out_ppm", lender=lender, day=day)
    if experiment.hold_out_ppm < floor:
        raise UnsoundExperiment(
            file=f"experiment/{MAIN}.yaml",
            path="hold_out_ppm",
            value=experiment.hold_out_ppm,
            allowed=f">= {floor}",
        )


def _check_id(name: str) -> None:
    for text in Document.objects.filter(kind="experiment", ruling__approved=True).values_list(
        "text", flat=True
    ):
        said = check_document(kind="experiment", text=text)
        if isinstance(said, Experiment) and said.id == name:
            raise ExperimentTaken(experiment=name)
