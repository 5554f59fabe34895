"""What is wrong with a draft, in words with the line and the lines around it.

Called by the pages of a draft. A strategy is told everything that is wrong at once, each gap
and overlap with an example; the other kinds tell their first fault.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import UNKNOWN, parse_when
from dunwell.core.experiment import Experiment
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import faults_of_strategy, read_strategy
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.strategy.conditions import example_words
from dunwell.faces.web.strategy.labels import document_title
from dunwell.faces.web.strategy.lines import line_of
from dunwell.store.policy.document_kinds import parse_document
from dunwell.store.policy.seeds import read_yaml

AROUND = 2
MOST = 30


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the sentence, and the lines of the text where it stands."""

    code: str
    sentence: str
    line: int | None
    around: tuple[tuple[int, str], ...]
    example: str = ""
    """The borrower of the example in words, where there is one."""


def faults_in(kind: str, name: str, text: str) -> list[Fault]:
    """Everything that keeps the text from counting, in the reader's language."""
    file = document_title(kind, name)
    return [_told(refusal, text) for refusal in refusals_in(kind, text, file)][:MOST]


def refusals_in(kind: str, text: str, file: str) -> list[Refusal]:
    """Everything that keeps the text from counting, as the rooms say it."""
    try:
        if kind == "strategy":
            return list(faults_of_strategy(read_strategy(read_yaml(text, file=file), file=file),
                                           file=file))  # fmt: skip
        said = parse_document(kind, text, file=file)
        if isinstance(said, Experiment):
            parse_when(dict(said.who), STRATEGY_FIELDS, file=file, path="who")
    except Refusal as refusal:
        return [refusal]
    return []


def _told(refusal: Refusal, text: str) -> Fault:
    line = line_of(text, str(refusal.figures.get("path", "")))
    lines = text.splitlines()
    around: tuple[tuple[int, str], ...] = ()
    if line is not None:
        first = max(line - 1 - AROUND, 0)
        around = tuple(
            (number, each) for number, each in enumerate(lines[first : line + AROUND], first + 1)
        )
    example = _example(str(refusal.figures.get("example", "")))
    return Fault(refusal.code, sentence_of(refusal), line, around, example)


def _example(written: str) -> str:
    """`bucket: M2, held: false` in words."""
    try:
        row = yaml.safe_load("{" + written + "}") if written else {}
    except yaml.YAMLError:
        return ""
    return example_words({name: _meant(name, value) for name, value in row.items()})


def _meant(name: str, value: object) -> object:
    """Bare yes and no are words where the field is a choice; `unknown` of a number is None."""
    field = STRATEGY_FIELDS.get(name)
    if field is not None and field.kind == "choice" and isinstance(value, bool):
        return "yes" if value else "no"
    if value == UNKNOWN and field is not None and not field.says_unknown:
        return None
    return value
