"""The quadrant: is a borrower able to pay, are they willing, and which rule says so.

Called by core.decision for one borrower; dunwell.bulk.compile.quadrant says the same for
the book. Two decision tables of the house pack, first rule that holds; each answers yes,
no or unknown for every borrower there can be, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast, get_args

from dunwell.core.borrower_fields import FEATURE_FIELDS
from dunwell.core.decision_table import Facts, Rule, Table, choose, parse_rules, refuse_unsound
from dunwell.core.params import WrongValue, day_in, keyed, one_of, text_in

Answer = Literal["yes", "no", "unknown"]
ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule answers, and its words."""

    answer: Answer
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class QuadrantTables:
    """The two tables of one file."""

    id: str
    title: str
    title_en: str
    from_on: date
    judged: bool
    ability: Table[Said]
    willingness: Table[Said]

    @property
    def reads(self) -> Sequence[str]:
        """The features the rules ask about."""
        return tuple(dict.fromkeys((*self.ability.reads, *self.willingness.reads)))


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Where a borrower stands, with the ids of the rules that say so."""

    ability: Answer
    willingness: Answer
    ability_rule: str
    willingness_rule: str


def quadrant(tables: QuadrantTables, facts: Facts) -> Quadrant:
    """Ability and willingness of one borrower. Facts name every feature that the rules read."""
    able = choose(tables.ability, facts)
    willing = choose(tables.willingness, facts)
    return Quadrant(
        ability=able.then.answer,
        willingness=willing.then.answer,
        ability_rule=able.id,
        willingness_rule=willing.id,
    )


def parse_quadrant(content: object, *, file: str) -> QuadrantTables:
    """Read both tables from the mapping of their file.

    Refuses wrong keys and values (WrongKeys, WrongValue), what `parse_rules` refuses, and a
    table with a gap or a rule that never counts (TableGap, RuleNeverReached).
    """
    needed = ("id", "title", "title_en", "from", "judged", "ability", "willingness")
    fields = keyed(content, file, "", needed, ())
    if not isinstance(fields["judged"], bool):
        raise WrongValue(file=file, path="judged", value=fields["judged"], allowed="true | false")
    return QuadrantTables(
        id=text_in(fields["id"], file, "id"),
        title=text_in(fields["title"], file, "title"),
        title_en=text_in(fields["title_en"], file, "title_en"),
        from_on=day_in(fields["from"], file, "from"),
        judged=fields["judged"],
        ability=_table(fields["ability"], file, "ability"),
        willingness=_table(fields["willingness"], file, "willingness"),
    )


def _table(content: object, file: str, path: str) -> Table[Said]:
    def then(row: Mapping[str, object], here: str) -> Said:
        return Said(
            # A bare yes or no is true or false to YAML: the refusal shows the quotes.
            answer=cast(Answer, one_of(row["answer"], ANSWERS, file, f"{here}.answer")),
            title=text_in(row["title"], file, f"{here}.title"),
            title_en=text_in(row["title_en"], file, f"{here}.title_en"),
        )

    rules: tuple[Rule[Said], ...] = parse_rules(
        content,
        FEATURE_FIELDS,
        file=file,
        path=path,
        then=then,
        needed=("answer", "title", "title_en"),
    )
    table = Table(fields=FEATURE_FIELDS, rules=rules, hit="first")
    refuse_unsound(table, file=file, path=path)
    return table
