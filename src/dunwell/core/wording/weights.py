"""Reading the weights of the second reader from a pack's `learned` file.

Called by reading; a lexicon may be without it. The file is written by a script from
labelled sentences, one line for each run of characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dunwell.core.wording.learned import Learned
from dunwell.core.wording.lexicon import WordClass
from dunwell.core.wording.rows import Row, WrongLexicon, texts


def read_learned(content: object, *, classes: Mapping[str, WordClass]) -> Learned:
    """The weights of `learned`, each run on a line with its weights.

    Refuses (WrongLexicon) wrong keys, unknown classes, and lines that are not a run and
    one whole number for "wrong" and for each class.
    """
    keys = ("trained_on", "bias", "threshold", "class_threshold", "classes", "class_bias", "runs")
    row = Row(content, file="learned", path="file", needed=keys, optional=())
    names = row.texts("classes")
    for name in names:
        if name not in classes:
            row.refuse("classes", name, sorted(classes))
    runs: dict[str, tuple[int, ...]] = {}
    for place, line in enumerate(texts(row.raw("runs"), file="learned", path="runs")):
        run, *numbers = line.split()
        if len(numbers) != len(names) + 1 or run in runs:
            raise WrongLexicon(
                file="learned", path=f"runs[{place}]", value=line, allowed="a run, once, weights"
            )
        runs[run] = _numbers(numbers, f"runs[{place}]")
    bias, threshold, class_threshold = _numbers(
        [row.text(key) for key in ("bias", "threshold", "class_threshold")], "bias"
    )
    return Learned(
        runs=tuple(runs),
        weights=tuple(one[0] for one in runs.values()),
        bias=bias,
        threshold=threshold,
        class_threshold=class_threshold,
        classes=names,
        by_class=tuple(one[1:] for one in runs.values()),
        class_bias=_numbers(row.text("class_bias").split(), "class_bias"),
        trained_on=row.text("trained_on"),
    )


def _numbers(given: Sequence[str], path: str) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in given)
    except ValueError:
        raise WrongLexicon(
            file="learned", path=path, value=" ".join(given), allowed="whole numbers"
        ) from None
