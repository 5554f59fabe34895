"""The kinds of policy documents: where the shipped text of each lies, and who reads it.

Needs no database, so that stateless commands use it. A parser takes the content of the
YAML and the file's name for refusals; it is that of the kind's own room in the core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from dunwell.core.assign.gain_file import parse_gains
from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.category import parse_categories, parse_five_classes
from dunwell.core.decision_table import parse_when
from dunwell.core.experiment import parse_experiment
from dunwell.core.refusal import Refusal
from dunwell.core.risk import parse_house_card, parse_quadrant
from dunwell.core.strategy import parse_strategy
from dunwell.store.policy.seeds import HOUSE, read_yaml, seed

Kind = Literal["card", "quadrant", "categories", "five_classes", "strategy", "gains", "experiment"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MAIN = "default"
"""The name of the documents that are in force; others stand beside them."""


class NoSuchKind(Refusal):
    """A kind of document there is not. Figures: kind, allowed."""

    code = "DOCUMENT-NO-SUCH-KIND"


@dataclass(frozen=True, slots=True)
class Shipped:
    """Where a kind's texts lie in the house pack: `main` is the one that counts unless changed."""

    main: str
    folder: str = ""
    """Where others of the kind lie by name; empty where there are none."""


SHIPPED: Mapping[str, Shipped | None] = {
    "card": Shipped("cards/overdue_borrower.yaml", "cards"),
    "quadrant": Shipped("quadrant.yaml"),
    "categories": Shipped("categories.yaml"),
    "five_classes": Shipped("five_classes/days_and_signs.yaml", "five_classes"),
    "strategy": Shipped("strategy/default.yaml", "strategy"),
    "gains": Shipped("gains/default.yaml", "gains"),
    "experiment": None,
}
"""No experiment runs until one is published."""


@cache
def seed_text(kind: str, name: str = MAIN) -> str | None:
    """The shipped text of that kind and name; None where there is none.

    Refuses NoSuchKind.
    """
    check_kind(kind)
    shipped = SHIPPED[kind]
    if shipped is None:
        return None
    path = shipped.main if name == MAIN else f"{shipped.folder}/{name}.yaml"
    if name != MAIN and not (shipped.folder and name.replace("_", "").isalnum()):
        return None
    file = files("dunwell.packs").joinpath(HOUSE, path)
    return file.read_text("utf-8") if file.is_file() else None


def check_kind(kind: str) -> None:
    """Refuses (NoSuchKind) what is no kind."""
    if kind not in KINDS:
        raise NoSuchKind(kind=kind, allowed=", ".join(KINDS))


def parse_document(kind: str, text: str, *, file: str) -> Any:
    """What a text says, read by the room of its kind.

    Refuses NoSuchKind, what is not YAML, and whatever that room refuses, with file and path.
    """
    check_kind(kind)
    return PARSERS[kind](read_yaml(text, file=file), file)


def _experiment(content: object, file: str) -> object:
    floor = seed("experiment.least_hold_out_ppm").values[-1].value
    found = parse_experiment(content, file=file, least_hold_out_ppm=floor)
    parse_when(dict(found.who), STRATEGY_FIELDS, file=file, path="who")
    return found


Parser = Callable[[object, str], object]
PARSERS: Mapping[str, Parser] = {
    "card": lambda content, file: parse_house_card(content, file=file),
    "quadrant": lambda content, file: parse_quadrant(content, file=file),
    "categories": lambda content, file: parse_categories(content, file=file),
    "five_classes": lambda content, file: parse_five_classes(content, file=file),
    "strategy": lambda content, file: parse_strategy(content, file=file),
    "gains": lambda content, file: parse_gains(content, file=file),
    "experiment": _experiment,
}
