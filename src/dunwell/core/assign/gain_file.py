"""Reading the table of gains: the mapping of its YAML file as typed arrays, or a refusal.

Called by store.policy for the shipped seed and for published versions. Every fault names
the file and the path inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dunwell.core.assign.gain import ACTIONS, PPM, SKILLS, Act, GainTable
from dunwell.core.assign.problem import Ints
from dunwell.core.params import WrongValue, day_in, keyed, one_of, text_in

_KEYS = (
    "id", "title", "title_en", "judged", "from", "horizon_days",
    "grades", "bands", "reachability", "without", "actions",
)  # fmt: skip
_ACTION_KEYS = ("cost_fen", "minutes", "reach_ppm", "paid_ppm")
_ACTION_OPTIONAL = ("skill",)


def parse_gains(content: object, *, file: str) -> GainTable:
    """Read the table from the mapping of its file.

    Refuses keys that are not known or missing (WrongKeys), and an action, skill or row of
    numbers that is not allowed (WrongValue), each with file and path.
    """
    fields = keyed(content, file, "", _KEYS, ())
    grades = _names(fields["grades"], file, "grades")
    reachability = _names(fields["reachability"], file, "reachability")
    bands = _bands(fields["bands"], file)
    without = keyed(fields["without"], file, "without", ("paid_ppm",), ())
    alone = _shares(without["paid_ppm"], file, "without.paid_ppm", bands, len(grades))
    told = fields["actions"]
    if not isinstance(told, Mapping) or not told:
        raise WrongValue(file=file, path="actions", value=told, allowed="mapping")
    acts: dict[str, Act] = {}
    uplift = np.zeros((len(ACTIONS), len(bands), len(grades)), dtype=np.int64)
    reach = np.zeros((len(ACTIONS), len(reachability)), dtype=np.int64)
    for name, entry in told.items():
        path = f"actions.{name}"
        one_of(name, ACTIONS[1:], file, path)
        parts = keyed(entry, file, path, _ACTION_KEYS, _ACTION_OPTIONAL)
        acts[name] = _act(name, parts, file)
        shares = _shares(parts["paid_ppm"], file, f"{path}.paid_ppm", bands, len(grades))
        uplift[ACTIONS.index(name)] = shares - alone
        reach[ACTIONS.index(name)] = _row(
            parts["reach_ppm"], file, f"{path}.reach_ppm", len(reachability)
        )
    return GainTable(
        id=text_in(fields["id"], file, "id"),
        title=text_in(fields["title"], file, "title"),
        title_en=text_in(fields["title_en"], file, "title_en"),
        judged=fields["judged"] is True,
        from_on=day_in(fields["from"], file, "from"),
        horizon_days=_count(fields["horizon_days"], file, "horizon_days"),
        grades=grades,
        band_from_days=tuple(bands.values()),
        reachability=reachability,
        acts=acts,
        uplift_ppm=uplift,
        reach_ppm=reach,
        without_ppm=alone,
    )


def _act(name: str, parts: Mapping[str, object], file: str) -> Act:
    path, skill = f"actions.{name}", parts.get("skill", "")
    return Act(
        name=name,
        cost_fen=_count(parts["cost_fen"], file, f"{path}.cost_fen"),
        minutes=_count(parts["minutes"], file, f"{path}.minutes"),
        skill=one_of(skill, SKILLS, file, f"{path}.skill") if skill else "",
    )


def _bands(content: object, file: str) -> dict[str, int]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path="bands", value=content, allowed="mapping")
    bands = {str(name): _count(day, file, f"bands.{name}") for name, day in content.items()}
    days = list(bands.values())
    if days != sorted(set(days)):
        raise WrongValue(file=file, path="bands", value=days, allowed="rising days")
    return bands


def _shares(content: object, file: str, path: str, bands: Mapping[str, int], width: int) -> Ints:
    rows = keyed(content, file, path, tuple(bands), ())
    return np.array([_row(rows[band], file, f"{path}.{band}", width) for band in bands])


def _row(content: object, file: str, path: str, width: int) -> Sequence[int]:
    if not isinstance(content, list) or len(content) != width:
        raise WrongValue(file=file, path=path, value=content, allowed=f"{width} numbers")
    row = [_count(each, file, path) for each in content]
    if max(row) > PPM:
        raise WrongValue(file=file, path=path, value=max(row), allowed=f"0..{PPM}")
    return row


def _names(content: object, file: str, path: str) -> tuple[str, ...]:
    if not isinstance(content, list) or not content:
        raise WrongValue(file=file, path=path, value=content, allowed="list of names")
    return tuple(text_in(each, file, path) for each in content)


def _count(value: object, file: str, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongValue(file=file, path=path, value=value, allowed="whole number from 0")
    return value
