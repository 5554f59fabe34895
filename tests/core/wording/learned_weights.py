"""The weights of the second reader, learned from the labelled sentences of development.

`python -m tests.core.wording.learned_weights` writes them. Held-out, fresh and independent
sentences are never read. Features are runs of one or two Chinese characters or letters of the
text as it is understood, without marks and digits (how a sentence ends says nothing), and the
named groups of the lexicon that have a word in it: a mother and an uncle count as one. Words
that only tell how formal the writer is (PLAIN) are left out: they would teach manners. On a busy
machine `OPENBLAS_NUM_THREADS=1` keeps the threads of numpy from waiting for each other.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from dunwell.core.wording import CaseState
from dunwell.core.wording.disguise import read
from dunwell.core.wording.matching import Words
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import Labelled, read_wording_set

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "src/dunwell/packs/cn_small_loan/wording/learned.yaml"
SET = ROOT / "tests/wording_set"

PLAIN = frozenset(["你", "您", "客", "户", "客户", "他", "她", "我", "您的", "你的", "我们", "们"])
LONGEST = 2
AT_LEAST = 2
"""Sentences that a run has to stand in."""
KEPT = 5500
"""Features that are kept, those that weigh most: fewer are read faster and judge as well."""
FLATNESS = 20.0
"""How far the weights may part: larger fits closer."""
THRESHOLD = 50
CLASS_THRESHOLD = -200
DOUBT = -200
CLASS_DOUBT = -250
"""Hundredths, chosen by learning without one writer and trying on that writer's sentences."""
_STRETCH = re.compile("[一-鿿a-z]+")
_NAMED = re.compile(r"\w+")

HEADER = """\
# 从标注句子学来的权重（百分之一）：每行一段字、它对“有问题”的权重、对各类别的权重。不要手改。
# Weights learned from labelled sentences, in hundredths. Written by
# `python -m tests.core.wording.learned_weights`; never edited by hand.
"""


def sentences() -> list[Labelled]:
    """What the weights may be learned from: the set's development, and the lexicon's examples."""
    labelled = [
        one
        for one in read_wording_set(SET)
        if one.split == "development" and one.audience != "contact" and one.facts == CaseState()
    ]
    known = {one.text for one in read_wording_set(SET)}
    return labelled + [one for one in _examples() if one.text not in known]


def _examples() -> Iterator[Labelled]:
    for entry in wording_checker().lexicon.entries:
        if entry.time_barred_only or "borrower" not in entry.audiences:
            continue
        marked = frozenset([entry.class_.id])
        for texts, classes in ((entry.bad, marked), (entry.good, frozenset[str]())):
            for text in texts:
                yield Labelled(text, "borrower", CaseState(), classes, classes, "development")


def fingerprint(labelled: Sequence[Labelled]) -> str:
    """SHA-256 of the sentences and their classes."""
    told = sorted(f"{one.text}|{' '.join(sorted(one.marked))}" for one in labelled)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def features_of(text: str) -> Counter[str]:
    """The runs of a text as the checker understands it, and the groups in it as `{group}`."""
    checker = wording_checker()
    lexicon = checker.lexicon
    understood = read(text, lexicon=lexicon, find_sounds=checker.find_sounds).text
    present = Words(understood, checker.find_words(understood), lexicon).present
    groups = {
        f"{{{one.id}}}": 1
        for place, one in enumerate(lexicon.groups)
        if present >> place & 1 and _NAMED.fullmatch(one.id)
    }
    return Counter(groups) + Counter(
        run
        for stretch in _STRETCH.findall(understood)
        for length in range(1, LONGEST + 1)
        for start in range(len(stretch) - length + 1)
        if (run := stretch[start : start + length]) not in PLAIN
    )


def learn(labelled: Sequence[Labelled]) -> tuple[list[str], dict[str, np.ndarray]]:
    """The runs, and for "any" and each class their weights with the bias at the end."""
    counted = [features_of(one.text) for one in labelled]
    spread = Counter(run for one in counted for run in one)
    runs = sorted(run for run, number in spread.items() if number >= AT_LEAST)
    marked = {"any": [bool(one.marked) for one in labelled]} | {
        name: [name in one.marked for one in labelled] for name in wording_checker().lexicon.classes
    }
    signs = {name: np.where(one, 1.0, -1.0) for name, one in marked.items()}
    first = matrix(counted, runs)
    most = np.max([np.abs(_fit(first, sign)[:-1]) for sign in signs.values()], axis=0)
    weighty = most.argsort(kind="stable")[-KEPT:]
    runs = [runs[place] for place in sorted(weighty)]
    table = matrix(counted, runs)
    return runs, {name: _fit(table, sign) for name, sign in signs.items()}


def matrix(counted: Sequence[Counter[str]], runs: Sequence[str]) -> sparse.csr_matrix:
    """Sentences by runs, each divided by the root of how many runs it holds."""
    column = {run: number for number, run in enumerate(runs)}
    rows, columns, values = [], [], []
    for number, one in enumerate(counted):
        known = [(column[run], count) for run, count in one.items() if run in column]
        length = np.sqrt(max(1, sum(count for _, count in known)))
        for place, count in known:
            rows.append(number)
            columns.append(place)
            values.append(count / length)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(counted), len(runs)))


def _fit(table: sparse.csr_matrix, sign: np.ndarray) -> np.ndarray:
    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (table @ at[:-1] + at[-1])
        pull = -sign / (1 + np.exp(np.clip(margin, -500, 500)))
        slope = np.append(table.T @ pull + at[:-1] / FLATNESS, pull.sum())
        return float(np.logaddexp(0, -margin).sum() + (at[:-1] ** 2).sum() / 2 / FLATNESS), slope

    start = np.zeros(table.shape[1] + 1)
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80}).x


def written(labelled: Sequence[Labelled]) -> str:
    """The weights learned from these sentences, as a file."""
    runs, found = learn(labelled)
    rounded = {name: np.rint(one * 100).astype(int) for name, one in found.items()}
    classes = list(rounded)[1:]
    lines = {
        run: f"- {run.strip('{}')} {rounded['any'][place]} "
        + " ".join(str(rounded[one][place]) for one in classes)
        for place, run in enumerate(runs)
        if any(abs(one[place]) >= 5 for one in rounded.values())
    }
    return HEADER + "\n".join(
        [
            f"trained_on: {fingerprint(labelled)}",
            f'bias: "{rounded["any"][-1]}"',
            f'threshold: "{THRESHOLD}"',
            f'class_threshold: "{CLASS_THRESHOLD}"',
            f'doubt: "{DOUBT}"',
            f'class_doubt: "{CLASS_DOUBT}"',
            f"classes: [{', '.join(classes)}]",
            f'class_bias: "{" ".join(str(rounded[one][-1]) for one in classes)}"',
            "groups:",
            *(line for run, line in lines.items() if run.startswith("{")),
            "runs:",
            *(line for run, line in lines.items() if not run.startswith("{")),
            "",
        ]
    )


if __name__ == "__main__":
    TABLE.write_text(written(sentences()), "utf-8")
