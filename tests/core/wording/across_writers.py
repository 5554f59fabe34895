"""What to expect of another writer's sentences: the weights learned without one writer.

`python -m tests.core.wording.across_writers [writer]` leaves out the sentences of
`development_<writer>_*.yaml`, learns the second reader from all others and asks the whole
checker about those left out. The lexicon itself is as shipped: where it was mended on
these sentences the figure flatters.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import yaml

from dunwell.core.wording import Outcome, score_classes
from dunwell.core.wording.weights import read_learned
from dunwell.store.policy.lexicon import automaton_finder, wording_checker
from dunwell.store.policy.wording_set import Labelled, read_wording_set
from tests.core.wording.learned_weights import SET, sentences, written


def of_writer(writer: str) -> list[Labelled]:
    """The development sentences of one writer."""
    with TemporaryDirectory() as folder:
        for path in SET.glob(f"development_{writer}_*.yaml"):
            copy(path, Path(folder) / path.name)
        return read_wording_set(Path(folder))


def main(writer: str) -> None:
    """Print precision and recall, by class and pooled, on the writer left out."""
    left_out = of_writer(writer)
    texts = {one.text for one in left_out}
    content = yaml.safe_load(written([one for one in sentences() if one.text not in texts]))
    checker = wording_checker()
    lexicon = checker.lexicon
    learned = read_learned(
        content,
        classes=lexicon.classes,
        groups={one.id: number for number, one in enumerate(lexicon.groups)},
    )
    checker = checker._replace(
        lexicon=replace(lexicon, learned=learned), find_runs=automaton_finder(learned.runs)
    )
    outcomes = [
        Outcome(
            one.marked,
            one.accepted,
            frozenset(
                found.class_ for found in checker(one.text, facts=one.facts, audience=one.audience)
            ),
        )
        for one in left_out
    ]
    sys.stdout.write(f"{len(left_out)} sentences of {writer}, learned without them\n")
    for score in score_classes(outcomes, classes=list(lexicon.classes)):
        sys.stdout.write(
            f"  {score.name:<18} precision {score.precision:.3f}  recall {score.recall:.3f}\n"
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "writer_second")
