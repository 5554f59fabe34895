"""Classification: which kind of customer a borrower is today, and which rule says so.

Ordered rules, the first that holds counts: customer categories 客户分类 and the
supervisory classes 五级分类 are both written so. Always derived, never typed. Called by
the decision and the day run; bulk.compile.classification is the same in SQL, proved
equal. Rule texts: packs/house/categories.yaml, packs/house/five_classes/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dunwell.core.borrower_fields import CATEGORIES, CLASS_FIELDS, FIVE_CLASSES
from dunwell.core.decision_table import Facts, Table, choose, parse_rules, refuse_unsound
from dunwell.core.params import keyed, one_of, optional_text_in, text_in


class Title(NamedTuple):
    """A name as people read it."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Because:
    """What a rule answers: the code, why in both languages, and where the rule stands written."""

    code: str
    why: Title
    source: str
    source_en: str = ""
    """The same place named in English; empty where nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Classification:
    """Rules in order, first hit, that give every borrower exactly one code."""

    id: str
    title: Title
    titles: Mapping[str, Title]
    table: Table[Because]


class Classified(NamedTuple):
    """The code of a borrower and the rule that gave it."""

    code: str
    rule: str
    because: Because


def classify(classification: Classification, facts: Facts) -> Classified:
    """The code that the first rule that holds gives. Refuses (NoRule) impossible facts."""
    rule = choose(classification.table, facts)
    return Classified(rule.then.code, rule.id, rule.then)


def parse_categories(content: object, *, file: str) -> Classification:
    """Read customer categories. Refuses what `_parse` refuses."""
    return _parse(content, key="category", codes=CATEGORIES, file=file)


def parse_five_classes(content: object, *, file: str) -> Classification:
    """Read one profile of the five supervisory classes. Refuses what `_parse` refuses."""
    return _parse(content, key="class", codes=FIVE_CLASSES, file=file)


def _parse(content: object, *, key: str, codes: tuple[str, ...], file: str) -> Classification:
    """Refuses other keys, fields, values and codes, a code without a title, facts that no
    rule answers, and a rule that is never reached; each with file, path and what is allowed.
    """
    written = keyed(content, file, "", ("id", "title", "title_en", "titles", "rules"), ())

    def because(rule: Mapping[str, object], path: str) -> Because:
        return Because(
            code=one_of(rule[key], codes, file, f"{path}.{key}"),
            why=_title(rule, file, path, name="why"),
            source=text_in(rule["source"], file, f"{path}.source"),
            source_en=optional_text_in(rule, "source_en", file, path),
        )

    rules = parse_rules(
        written["rules"],
        CLASS_FIELDS,
        file=file,
        path="rules",
        then=because,
        needed=(key, "why", "why_en", "source"),
        optional=("source_en",),
    )
    table = Table(CLASS_FIELDS, rules, "first")
    refuse_unsound(table, file=file, path="rules")
    return Classification(
        id=text_in(written["id"], file, "id"),
        title=_title(written, file, "file"),
        titles=_titles(written["titles"], codes, file),
        table=table,
    )


def _titles(content: object, codes: tuple[str, ...], file: str) -> dict[str, Title]:
    written = keyed(content, file, "titles", codes, ())
    return {
        code: _title(
            keyed(written[code], file, f"titles.{code}", ("title", "title_en"), ()),
            file,
            f"titles.{code}",
        )
        for code in codes
    }


def _title(written: Mapping[str, object], file: str, path: str, *, name: str = "title") -> Title:
    return Title(
        zh=text_in(written[name], file, f"{path}.{name}"),
        en=text_in(written[f"{name}_en"], file, f"{path}.{name}_en"),
    )


__all__ = [
    "Because",
    "Classification",
    "Classified",
    "Title",
    "classify",
    "parse_categories",
    "parse_five_classes",
]
