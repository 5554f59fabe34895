"""Bench: checking messages, beside one bare Aho-Corasick pass over the same messages.

    python -m bench.wording [--rounds 20]

The floor is an automaton of all the words of the lexicon run over the raw text and
nothing else: no folding, no look-alikes, no patterns, no contexts. Messages are the
labelled set: the fine ones (what a house sends all day) and all of them, bad ones too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import ahocorasick

from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import Labelled, read_wording_set

GOAL = 0.1
SET = Path(__file__).parents[1] / "tests" / "wording_set"


def main() -> None:
    """Print messages per second of both, and the ratio beside the goal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    labelled = read_wording_set(SET)
    fine = [one for one in labelled if not one.marked]
    print(f"wording, one process, best of {rounds} rounds taken in turns")
    for name, messages in (("fine messages", fine), (f"all, {_bad(labelled)} % bad", labelled)):
        ours, floor = _rates(messages, rounds)
        verdict = "reached" if ours / floor >= GOAL else "missed"
        print(
            f"  {name:<24}{len(messages):>5} messages  check {ours:>9,.0f}/s  "
            f"bare pass {floor:>9,.0f}/s  ratio {ours / floor:.3f} (goal {GOAL}: {verdict})"
        )


def _bad(messages: Sequence[Labelled]) -> int:
    """How many of a hundred are marked."""
    return round(100 * sum(bool(one.marked) for one in messages) / len(messages))


def _bare_pass(messages: Sequence[Labelled]) -> Callable[[], None]:
    automaton = ahocorasick.Automaton()
    for number, word in enumerate(wording_checker().lexicon.words):
        automaton.add_word(word, number)
    automaton.make_automaton()
    texts = [one.text for one in messages]

    def run() -> None:
        for text in texts:
            for _ in automaton.iter(text):
                pass

    return run


def _check(messages: Sequence[Labelled]) -> Callable[[], None]:
    checker = wording_checker()

    def run() -> None:
        for one in messages:
            checker(one.text, facts=one.facts, audience=one.audience)

    return run


def _rates(messages: Sequence[Labelled], rounds: int) -> tuple[float, float]:
    """Messages per second of our check and of the bare pass, best rounds of both.

    The two take turns, and processor time is counted: a busy machine slows both alike.
    """
    best = [float("inf"), float("inf")]
    runs = [_check(messages), _bare_pass(messages)]
    for _ in range(rounds):
        for number, run in enumerate(runs):
            started = process_time()
            run()
            best[number] = min(best[number], process_time() - started)
    return len(messages) / best[0], len(messages) / best[1]


if __name__ == "__main__":
    main()
