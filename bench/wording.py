"""Bench: checking messages, beside one bare Aho-Corasick pass over the same messages.

    python -m bench.wording [--rounds 20]

The floor is an automaton of all the words of the lexicon run over the raw text and
nothing else: no folding, no look-alikes, no patterns, no contexts. Messages are the
labelled set: the fine ones (what a house sends all day) and all of them (half are bad).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import ahocorasick

from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import Labelled, read_wording_set

GOAL = 0.1
SET = Path(__file__).parents[1] / "tests" / "wording_set"


def main() -> None:
    """Print messages per second of both, and the ratio beside the goal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    labelled = read_wording_set(SET)
    fine = [one for one in labelled if not one.marked]
    print(f"wording, one process, {rounds} rounds, best of 3")
    for name, messages in (("fine messages", fine), ("all, half of them bad", labelled)):
        floor = _rate(_bare_pass, messages, rounds)
        ours = _rate(_check, messages, rounds)
        verdict = "reached" if ours / floor >= GOAL else "missed"
        print(
            f"  {name:<24}{len(messages):>5} messages  check {ours:>9,.0f}/s  "
            f"bare pass {floor:>9,.0f}/s  ratio {ours / floor:.3f} (goal {GOAL}: {verdict})"
        )


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


def _rate(
    prepare: Callable[[Sequence[Labelled]], Callable[[], None]],
    messages: Sequence[Labelled],
    rounds: int,
) -> float:
    run = prepare(messages)
    run()
    best = 0.0
    for _ in range(3):
        started = perf_counter()
        for _ in range(rounds):
            run()
        best = max(best, rounds * len(messages) / (perf_counter() - started))
    return best


if __name__ == "__main__":
    main()
