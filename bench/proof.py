"""The proof of the gate, deep: every history to a depth, every mutant, and its score.

`python -m bench.proof [--small] [--processes N]` prints per scene, as it is done, the depth,
states, transitions, questions and seconds; then the mutation score with one counter-example
told as a story. Fails on a breach, and on a mutant that nobody noticed and that is not on
the list of equivalents.
"""

from __future__ import annotations

import argparse
import os
import time
from multiprocessing import get_context
from typing import Any, NamedTuple

from proof.equivalents import EQUIVALENT
from proof.mutants import all_mutants, story_of
from proof.scenes import SCENES
from proof.walk import Breach, Walked, walk

TOLD = "asking CN-T02: dropped"
"""The mutant whose story is printed."""

LONGEST = ("dials nobody answers, on two numbers", "a little of everything")
"""Scenes that are begun first, so that nobody waits for them at the end."""

_CHILDREN: dict[str, Any] = {}


class Seen(NamedTuple):
    """What a child tells of its walk: the states themselves stay with it."""

    scene: str
    depth: int
    states: int
    transitions: int
    questions: int
    seconds: float
    breaches: tuple[Breach, ...]


def main() -> None:
    """Print the tables, fail where the proof does."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--small", action="store_true", help="the depths of `make check`")
    arguments.add_argument("--no-mutants", action="store_true")
    arguments.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))
    told = arguments.parse_args()
    breaches = _walk_all(small=told.small, processes=told.processes)
    unnoticed = [] if told.no_mutants else _score(told.processes)
    raise SystemExit(1 if breaches or unnoticed else 0)


def _walk_all(*, small: bool, processes: int) -> int:
    """Walk every scene, each in a process of its own; answers the number of breaches."""
    started = time.perf_counter()
    print(f"{'scene':<70}{'depth':>6}{'states':>11}{'transitions':>13}{'questions':>12}{'s':>7}")
    jobs = sorted(
        ((number, scene.depth if small else scene.deep) for number, scene in enumerate(SCENES)),
        key=lambda job: SCENES[job[0]].name not in LONGEST,
    )
    seen: list[Seen] = []
    with get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        for each in pool.imap_unordered(_seen, jobs, chunksize=1):
            seen.append(each)
            _print_walk(each)
    states, transitions, questions = (
        sum(getattr(each, what) for each in seen) for what in ("states", "transitions", "questions")
    )
    found = sum(len(each.breaches) for each in seen)
    spent = time.perf_counter() - started
    print(f"{'all scenes':<76}{states:>11,}{transitions:>13,}{questions:>12,}{spent:>7.0f}")
    print(f"breaches: {found}; {processes} processes", flush=True)
    return found


def _seen(job: tuple[int, int]) -> Seen:
    scene, depth = SCENES[job[0]], job[1]
    walked = walk(scene, depth=depth)
    return Seen(
        scene.name, depth, walked.states, walked.transitions, walked.questions, walked.seconds,
        tuple(walked.breaches),
    )  # fmt: skip


def _print_walk(each: Seen) -> None:
    print(
        f"{each.scene:<70}{each.depth:>6}{each.states:>11,}{each.transitions:>13,}"
        f"{each.questions:>12,}{each.seconds:>7.0f}",
        flush=True,
    )
    for breach in each.breaches[:3]:
        print(f"  BREACH  gate: {breach.gate}; law: {breach.law}; {breach.ask}; {breach.path}")


def _score(processes: int) -> list[str]:
    """Put every mutant to the questions of the small walks; answers those nobody noticed."""
    started = time.perf_counter()
    walks: list[Walked] = [walk(scene, depth=scene.depth) for scene in SCENES]
    noticed, unnoticed, equivalent = 0, [], 0
    mutants = list(all_mutants())
    # The walks are big and the mutants hold closures: forked children have both already.
    _CHILDREN.update(mutants=mutants, walks=walks)
    with get_context("fork").Pool(processes) as pool:
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
