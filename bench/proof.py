"""The proof of the gate, deep: every history to a depth, every mutant, and its score.

`python -m bench.proof [--small]` prints per scene the states, the depth and the seconds,
then the mutation score with one counter-example told as a story. Fails on a breach, and
on a mutant that nobody noticed and that is not on the list of equivalents.
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import get_context
from typing import Any

from proof.equivalents import EQUIVALENT
from proof.mutants import all_mutants, story_of
from proof.scenes import SCENES
from proof.walk import Walked, walk

TOLD = "asking CN-T02: dropped"
"""The mutant whose story is printed."""


PROCESSES = 2
_CHILDREN: dict[str, Any] = {}


def main() -> None:
    """Print the tables, fail where the proof does."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--small", action="store_true", help="the depths of `make check`")
    arguments.add_argument("--no-mutants", action="store_true")
    told = arguments.parse_args()
    started = time.perf_counter()
    walks, breaches = [], 0
    print(f"{'scene':<62}{'depth':>6}{'states':>10}{'questions':>11}{'seconds':>9}")
    for scene in SCENES:
        small = walk(scene, depth=scene.depth)
        walks.append(small)
        walked = small if told.small else walk(scene, depth=scene.deep)
        print(
            f"{scene.name:<62}{walked.depth:>6}{walked.states:>10,}{walked.questions:>11,}"
            f"{walked.seconds:>9.1f}",
            flush=True,
        )
        for breach in walked.breaches[:3]:
            print(f"  BREACH  gate: {breach.gate}; law: {breach.law}; {breach.ask}; {breach.path}")
        breaches += len(walked.breaches)
    print(f"breaches: {breaches}; {time.perf_counter() - started:.0f} s in all")
    unnoticed = [] if told.no_mutants else _score(walks)
    raise SystemExit(1 if breaches or unnoticed else 0)


def _score(walks: list[Walked]) -> list[str]:
    started = time.perf_counter()
    noticed, unnoticed, equivalent = 0, [], 0
    mutants = list(all_mutants())
    # The walks are big and the mutants hold closures: forked children have both already.
    _CHILDREN.update(mutants=mutants, walks=walks)
    with get_context("fork").Pool(PROCESSES) as pool:
        stories = pool.map(_story, range(len(mutants)), chunksize=4)
    for mutant, story in zip(mutants, stories, strict=True):
        if story is not None:
            noticed += 1
            if mutant.name == TOLD:
                print("\n".join((f"a mutant's story ({mutant.name}):", *story)))
        elif mutant.name in EQUIVALENT:
            equivalent += 1
        else:
            unnoticed.append(mutant.name)
            print(f"  UNNOTICED  {mutant.name}", flush=True)
    counted = noticed + len(unnoticed)
    print(
        f"mutants: {noticed} of {counted} noticed ({100 * noticed / counted:.1f} %),"
        f" {equivalent} equivalents with their reason, {time.perf_counter() - started:.0f} s"
    )
    return unnoticed


def _story(number: int) -> tuple[str, ...] | None:
    return story_of(_CHILDREN["mutants"][number], _CHILDREN["walks"])


if __name__ == "__main__":
    main()
