"""Experiments that were published: which there are, what they show so far, and ending one early.

Called by the experiment pages and `dunwell experiment`. Results are read from the decisions that
were kept with arm and probability. Arms are compared at the looks the experiment named, against
a sequential bound, so that looking every day does not cry wolf; harm is watched at every look
and may stop an arm at once. Amounts are fen, shares parts per million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Q

from dunwell.core.experiment import ArmCounts, Comparison, Experiment, compare, early_bounds
from dunwell.core.experiment.record import CHAMPION
from dunwell.core.experiment.results import Verdict
from dunwell.core.experiment.sequential import NEVER
from dunwell.core.permit import BEIJING
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.improve.documents_seen import SEE, with_people
from dunwell.flows.improve.experiment_people import Assigned, assigned_to, counts_on
from dunwell.flows.improve.experiment_plan import alpha_of
from dunwell.flows.improve.preview_strategy import lenders_concerned
from dunwell.flows.improve.publish_document import LEAST_REASON, check_document
from dunwell.flows.improve.refusals import ExperimentOver, NoSuchExperiment
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.models import Document, ExperimentStop

State = Literal["waiting", "turned_down", "coming", "running", "ended", "stopped", "replaced"]


@dataclass(frozen=True, slots=True)
class ExperimentShown:
    """A document that says an experiment, and how it stands on a day."""

    row: Document
    experiment: Experiment
    state: State
    stop: ExperimentStop | None

    @property
    def from_on(self) -> date:
        """The first day on which borrowers are drawn."""
        return max(self.experiment.from_on, self.row.from_on)

    @property
    def until_on(self) -> date:
        """The day from which nobody is drawn any more."""
        ends = self.experiment.until_on
        return min(ends, self.stop.from_on) if self.stop is not None else ends


@dataclass(frozen=True, slots=True)
class LookTaken:
    """One of the looks the experiment named: how much was known, z and the bound."""

    on: date
    information: float
    z: float | None
    bound: float


@dataclass(frozen=True, slots=True)
class ArmCompared:
    """An arm against the champion: figures as of the day, the looks so far, what they mean."""

    comparison: Comparison
    looks: tuple[LookTaken, ...]
    next_look_on: date | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Results:
    """What an experiment shows as of a day."""

    shown: ExperimentShown
    as_of: date
    arms: tuple[ArmCounts, ...]
    compared: tuple[ArmCompared, ...]


def experiments(*, actor: Actor, day: date, lender: int | None = None) -> list[ExperimentShown]:
    """Every experiment that was ever proposed, the newest first, and how it stands on `day`.

    For no lender: all that there are. Refuses NotPermitted.
    """
    require(actor, SEE, day=day, lender=lender)
    rows = Document.objects.filter(kind="experiment")
    if lender is not None:
        rows = rows.filter(Q(lender=lender) | Q(lender=None))
    found = list(with_people(rows).select_related("stop", "stop__by").order_by("-pk"))
    return [_shown(row, found, day) for row in found]


def experiment_named(*, actor: Actor, day: date, name: str) -> ExperimentShown:
    """The published experiment of that id. Refuses NotPermitted and NoSuchExperiment."""
    published = [each for each in experiments(actor=actor, day=day) if _published(each)]
    for each in published:
        if each.experiment.id == name:
            return each
    raise NoSuchExperiment(
        experiment=name, allowed=", ".join(one.experiment.id for one in published) or "—"
    )


def experiment_numbered(*, actor: Actor, day: date, document: int) -> ExperimentShown:
    """The experiment of that document, whatever became of it.

    Refuses NotPermitted and NoSuchExperiment.
    """
    row = Document.objects.filter(pk=document, kind="experiment").first()
    if row is None:
        raise NoSuchExperiment(experiment=document, allowed="—")
    found = experiments(actor=actor, day=day, lender=row.lender_id)
    return next(each for each in found if each.row.pk == document)


def experiment_results(
    *, actor: Actor, day: date, shown: ExperimentShown, as_of: date, lender: int | None = None
) -> Results:
    """What a published experiment shows at the end of `as_of`.

    `lender` narrows it to one; else it is all that the document is for. Refuses NotPermitted.
    """
    require(actor, SEE, day=day, lender=lender)
    experiment = shown.experiment
    lenders = (
        [lender]
        if lender is not None
        else lenders_concerned("experiment", shown.row.lender_id, as_of)
    )
    people = assigned_to(experiment, lenders=lenders, as_of=as_of)
    now = _counts(shown, people, as_of)
    arms = tuple(now.get(arm.name, ArmCounts(arm.name, 0, 0, 0)) for arm in experiment.arms)
    champion = next(arm for arm in arms if arm.arm == CHAMPION)
    compared = tuple(
        _compared(shown, people, arm, champion, as_of) for arm in arms if arm.arm != CHAMPION
    )
    return Results(shown, as_of, arms, compared)


def stop_experiment(*, actor: Actor, now: datetime, document: int, why: str) -> ExperimentStop:
    """End an experiment from today on; what was decided stays, the next run decides without it.

    Refuses NotPermitted, NoSuchExperiment, ReasonMissing, and ExperimentOver where it neither
    runs nor is to come.
    """
    day = now.astimezone(BEIJING).date()
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    with transaction.atomic():
        row = Document.objects.select_for_update().filter(pk=document, kind="experiment").first()
        require(actor, "experiment.stop", day=day, lender=row.lender_id if row else None)
        shown = experiment_numbered(actor=actor, day=day, document=document)
        if shown.state not in ("coming", "running"):
            raise ExperimentOver(experiment=shown.experiment.id, state=shown.state)
        stop = ExperimentStop.objects.create(
            document=shown.row, from_on=day, at=now, by_id=actor.staff, by_label=actor.label,
            why=why.strip(),
        )  # fmt: skip
        append(
            stream=stream_of(shown.row.lender_id), verb="experiment.stopped",
            subject=f"document:{document}", actor=actor, at=now, lender=shown.row.lender_id,
            day=day, why=why.strip(), figures={"experiment": shown.experiment.id},
        )  # fmt: skip
    return stop


def look_days(shown: ExperimentShown) -> tuple[date, ...]:
    """The days of the looks: evenly from the first ripe borrowers to the last, each day once."""
    measure = shown.experiment.measure
    within = timedelta(days=measure.within_days)
    span = (shown.experiment.until_on - shown.from_on).days
    places = (-(-span * number // measure.looks) for number in range(1, measure.looks + 1))
    days = {shown.from_on + timedelta(days=max(place, 0)) + within for place in places}
    return tuple(sorted(days))


def _published(shown: ExperimentShown) -> bool:
    return shown.state not in ("waiting", "turned_down")


def _shown(row: Document, every: Sequence[Document], day: date) -> ExperimentShown:
    experiment = check_document(kind="experiment", text=row.text, name=row.name)
    assert isinstance(experiment, Experiment)
    stop: ExperimentStop | None = getattr(row, "stop", None)
    return ExperimentShown(row, experiment, _state(row, experiment, every, day), stop)


def _state(row: Document, experiment: Experiment, every: Sequence[Document], day: date) -> State:
    ruling = getattr(row, "ruling", None)
    if ruling is None:
        return "waiting"
    if not ruling.approved:
        return "turned_down"
    if hasattr(row, "stop") and row.stop.from_on <= day:
        return "stopped"
    if day >= experiment.until_on:
        return "ended"
    if any(_after(other, row) and other.from_on <= day for other in every):
        return "replaced"
    return "coming" if day < max(experiment.from_on, row.from_on) else "running"


def _after(other: Document, row: Document) -> bool:
    """Whether `other` took the place of `row` for the same lender."""
    ruling = getattr(other, "ruling", None)
    if other.pk == row.pk or ruling is None or not ruling.approved:
        return False
    return other.lender_id == row.lender_id and (other.from_on, ruling.pk) > (
        row.from_on,
        row.ruling.pk,
    )


def _counts(
    shown: ExperimentShown, people: Sequence[Assigned], day: date
) -> Mapping[str, ArmCounts]:
    measure = shown.experiment.measure
    ends_on = shown.until_on + timedelta(days=measure.within_days)
    return counts_on(people, measure=measure, day=day, ends_on=ends_on)


def _compared(
    shown: ExperimentShown,
    people: Sequence[Assigned],
    arm: ArmCounts,
    champion: ArmCounts,
    as_of: date,
) -> ArmCompared:
    """The looks that came by `as_of`, in order; one that crosses its bound decides."""
    taken = _looks(shown, people, arm.arm, as_of)
    bound = taken[-1].bound if taken else NEVER
    comparison = compare(arm=arm, against=champion, bound=bound)
    verdict: Verdict = "no_difference" if taken else "too_early"
    for look in taken:
        if look.z is not None and abs(look.z) >= look.bound:
            verdict = "better" if look.z > 0 else "worse"
            break
    if comparison.verdict == "stop_for_harm":
        verdict = "stop_for_harm"
    coming = [day for day in look_days(shown) if day > as_of]
    return ArmCompared(comparison, taken, coming[0] if coming else None, verdict)


def _looks(
    shown: ExperimentShown, people: Sequence[Assigned], arm: str, as_of: date
) -> tuple[LookTaken, ...]:
    planned = _planned(shown, people, arm, as_of)
    seen: list[tuple[date, float, float | None]] = []
    for day in look_days(shown):
        if day > as_of:
            break
        counts = _counts(shown, people, day)
        one, other = counts.get(arm), counts.get(CHAMPION)
        if one is None or other is None or not one.ripe or not other.ripe:
            continue
        information = min((one.ripe + other.ripe) / planned, 1.0)
        if seen and information <= seen[-1][1]:
            continue  # nobody new: a look at the same people is no further look
        z = compare(arm=one, against=other, bound=NEVER).z
        seen.append((day, information, z))
    if not seen:
        return ()
    alpha = alpha_of(shown.experiment, arm)
    bounds = early_bounds([information for _day, information, _z in seen], alpha=alpha)
    return tuple(
        LookTaken(day, information, z, bound)
        for (day, information, z), bound in zip(seen, bounds, strict=True)
    )


def _planned(shown: ExperimentShown, people: Sequence[Assigned], arm: str, as_of: date) -> int:
    """How many of the two arms are to be ripe in the end: as planned, else as it goes."""
    power = shown.row.preview.get("power") or {}
    sizes = {each["arm"]: each["borrowers"] for each in power.get("arms", ())}
    assigned = sum(one.arm in (arm, CHAMPION) for one in people)
    expected = int(sizes.get(arm, 0) + sizes.get(CHAMPION, 0))
    if not expected:
        days = max((min(as_of, shown.until_on) - shown.from_on).days, 1)
        whole = max((shown.experiment.until_on - shown.from_on).days, 1)
        expected = assigned * max(whole, days) // days
    return max(expected, 1)
