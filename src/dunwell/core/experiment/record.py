"""The record of an experiment, read from a mapping (a YAML file or a published document).

`who` narrows it to some borrowers in the language of decision tables and is parsed by
the caller's fields; the rest is checked here. An experiment that cannot be sound (shares
that do not add up, no champion, a hold-out below the floor, a period that runs
backwards) is refused when it is read. Called by flows that propose and the day run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.core.experiment.arms import WHOLE_PPM, Arm
from dunwell.core.params import WrongDates, WrongValue, day_in, keyed, one_of, text_in
from dunwell.core.refusal import Refusal

HOLD_OUT = "hold_out"
"""The arm that is left alone: no contact of ours but what the law requires."""
CHAMPION = "champion"

Outcome = Literal["cured", "paid_any"]
OUTCOMES: tuple[Outcome, ...] = ("cured", "paid_any")

_KEYS = ("id", "title", "title_en", "from", "until", "seed", "arms", "measure")
_OPTIONAL = ("who", "hold_out_ppm")
_ARM_KEYS = ("arm", "share_ppm", "strategy")
_MEASURE_KEYS = ("outcome", "within_days", "expected_ppm", "looks")


class UnsoundExperiment(Refusal):
    """What would make its result worthless. Figures: file, path, value, allowed."""

    code = "EXPERIMENT-UNSOUND"


@dataclass(frozen=True, slots=True)
class Measure:
    """What counts as success, within how many days, at which expected rate, over how many looks."""

    outcome: Outcome
    within_days: int
    expected_ppm: int
    looks: int


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment over [from_on, until_on). `who` is the condition as it was written."""

    id: str
    title: str
    title_en: str
    from_on: date
    until_on: date
    seed: str
    arms: tuple[Arm, ...]
    measure: Measure
    who: Mapping[str, object]

    def runs_on(self, day: date) -> bool:
        """Whether borrowers are drawn on the day."""
        return self.from_on <= day < self.until_on

    @property
    def hold_out_ppm(self) -> int:
        """The share left alone."""
        return sum(arm.share_ppm for arm in self.arms if arm.strategy is None)


def parse_experiment(content: object, *, file: str, least_hold_out_ppm: int) -> Experiment:
    """Read an experiment. Every borrower it concerns falls into exactly one arm.

    Refuses unknown and missing keys (WrongKeys), values that are not allowed (WrongValue), and
    with UnsoundExperiment a hold-out below the floor of the house, shares that do not add up
    to a million, two arms of one name, no champion, and a period shorter than the measure.
    """
    fields = keyed(content, file, "", _KEYS, _OPTIONAL)
    from_on, until_on = (day_in(fields[end], file, end) for end in ("from", "until"))
    if until_on <= from_on:
        raise WrongDates(file=file, path="until", value=until_on.isoformat())
    found = Experiment(
        id=text_in(fields["id"], file, "id"),
        title=text_in(fields["title"], file, "title"),
        title_en=text_in(fields["title_en"], file, "title_en"),
        from_on=from_on,
        until_on=until_on,
        seed=text_in(fields["seed"], file, "seed"),
        arms=_arms(fields, file),
        measure=_measure(fields["measure"], file),
        who=_mapping(fields.get("who", {}), file, "who"),
    )
    _check_arms(found, file, least_hold_out_ppm)
    return found


def _arms(fields: Mapping[str, object], file: str) -> tuple[Arm, ...]:
    written = fields["arms"]
    if not isinstance(written, list) or not written:
        raise WrongValue(file=file, path="arms", value=written, allowed="list of arms")
    arms = []
    for place, entry in enumerate(written, start=1):
        path = f"arms[{place}]"
        arm = keyed(entry, file, path, _ARM_KEYS, ())
        arms.append(
            Arm(
                name=text_in(arm["arm"], file, f"{path}.arm"),
                share_ppm=_whole(arm["share_ppm"], file, f"{path}.share_ppm", 1, WHOLE_PPM),
                strategy=text_in(arm["strategy"], file, f"{path}.strategy"),
            )
        )
    held_out = _whole(fields.get("hold_out_ppm", 0), file, "hold_out_ppm", 0, WHOLE_PPM)
    if held_out:
        arms.append(Arm(HOLD_OUT, held_out, None))
    return tuple(arms)


def _measure(content: object, file: str) -> Measure:
    fields = keyed(content, file, "measure", _MEASURE_KEYS, ())

    def whole(name: str, least: int, most: int) -> int:
        return _whole(fields[name], file, f"measure.{name}", least, most)

    outcome = one_of(fields["outcome"], OUTCOMES, file, "measure.outcome")
    return Measure(
        outcome=outcome,  # type: ignore[arg-type]  # one of them
        within_days=whole("within_days", 1, 366),
        expected_ppm=whole("expected_ppm", 1, WHOLE_PPM - 1),
        looks=whole("looks", 1, 366),
    )


def _check_arms(experiment: Experiment, file: str, least_hold_out_ppm: int) -> None:
    def unsound(path: str, value: object, allowed: object) -> UnsoundExperiment:
        return UnsoundExperiment(file=file, path=path, value=value, allowed=allowed)

    names = [arm.name for arm in experiment.arms]
    if len(set(names)) < len(names):
        raise unsound("arms", names, "different names")
    if CHAMPION not in names:
        raise unsound("arms", names, f"one of them named {CHAMPION}")
    whole = sum(arm.share_ppm for arm in experiment.arms)
    if whole != WHOLE_PPM:
        raise unsound("arms", whole, WHOLE_PPM)
    if experiment.hold_out_ppm < least_hold_out_ppm:
        raise unsound("hold_out_ppm", experiment.hold_out_ppm, f">= {least_hold_out_ppm}")
    days = (experiment.until_on - experiment.from_on).days
    if days < experiment.measure.within_days:
        raise unsound("until", f"{days} days", f">= {experiment.measure.within_days} days")


def _whole(value: object, file: str, path: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise WrongValue(file=file, path=path, value=value, allowed=f"{least}..{most}")
    return value


def _mapping(value: object, file: str, path: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WrongValue(file=file, path=path, value=value, allowed="mapping")
    return value
