"""Reading the weights of the second reader from a pack's `learned` file.

Called by reading; a lexicon may be without it. The file is written by a script from
labelled sentences, one line for each run of characters and each group of the lexicon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dunwell.core.wording.learned import Learned, Weight
from dunwell.core.wording.lexicon import WordClass
from dunwell.core.wording.rows import Row, WrongLexicon, texts

_NUMBERS = ("bias", "threshold", "class_threshold", "doubt", "class_doubt")


def read_learned(
    content: object, *, classes: Mapping[str, WordClass], groups: Mapping[str, int]
) -> Learned:
    """The weights of `learned`, each run and each group on a line with its weights.

    Refuses (WrongLexicon) wrong keys, unknown classes and groups, and lines that are not a
    name and one whole number for "wrong" and for each class.
    """
    keys = ("trained_on", *_NUMBERS, "classes", "class_bias", "groups", "runs")
    row = Row(content, file="learned", path="file", needed=keys, optional=())
    names = row.texts("classes")
    for name in names:
        if name not in classes:
            row.refuse("classes", name, sorted(classes))
    weights = _weights(row, "runs", len(names))
    grouped = _weights(row, "groups", len(names))
    for name in grouped:
        if name not in groups:
            row.refuse("groups", name, "a group of groups.yaml")
    numbers = dict(zip(_NUMBERS, _whole([row.text(key) for key in _NUMBERS], "bias"), strict=True))
    return Learned(
        runs=tuple(weights),
        weights=tuple(weights.values()),
        groups={groups[name]: weight for name, weight in grouped.items()},
        classes=names,
        class_bias=_whole(row.text("class_bias").split(), "class_bias"),
        trained_on=row.text("trained_on"),
        **numbers,
    )


def _weights(row: Row, key: str, classes: int) -> dict[str, Weight]:
    """Name → its weights, from lines like `坏话 120 -3 40`."""
    found: dict[str, Weight] = {}
    for place, line in enumerate(texts(row.raw(key), file="learned", path=key)):
        name, *numbers = line.split()
        if len(numbers) != classes + 1 or name in found:
            raise WrongLexicon(
                file="learned", path=f"{key}[{place}]", value=line, allowed="a run, once, weights"
            )
        found[name] = _whole(numbers, f"{key}[{place}]")
    return found


def _whole(given: Sequence[str], path: str) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in given)
    except ValueError:
        raise WrongLexicon(
            file="learned", path=path, value=" ".join(given), allowed="whole numbers"
        ) from None
