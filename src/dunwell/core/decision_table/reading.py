"""Reading conditions and rules as they are written in YAML.

    when:
      days_past_due: {from: 30, until: 60}   # half-open; either end may be left out
      grade: [D, E]                          # one of these
      freeze_complaint: false
      days_since_payment: [{from: 90}, unknown]
      any:                                   # at least one of these mappings
        - {reachability: lost}
        - {failed_in_row: {from: 6}}
      not: {reason: DISP}                    # the mapping does not hold

All keys of a mapping must hold. `unknown` is None, `known` anything but None.
Called by the rooms whose data are rules; they give the file and the path inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from dunwell.core.decision_table.conditions import All, Any, Is, Not, When
from dunwell.core.decision_table.fields import KNOWN, UNKNOWN, Field, Fields
from dunwell.core.decision_table.tables import Rule
from dunwell.core.params import WrongValue, keyed, text_in
from dunwell.core.refusal import Refusal

Then = TypeVar("Then")
Range = tuple[int | None, int | None]


class UnknownField(Refusal):
    """A condition about a field that is not there. Figures: file, path, found, allowed."""

    code = "TABLE-UNKNOWN-FIELD"


class WrongCondition(Refusal):
    """A value that the field cannot have. Figures: file, path, found, allowed."""

    code = "TABLE-WRONG-CONDITION"


class EmptyRange(Refusal):
    """A range that ends before it starts, or holds no possible value.

    Figures: file, path, found, allowed.
    """

    code = "TABLE-EMPTY-RANGE"


class RuleTwice(Refusal):
    """Two rules of one table with one id. Figures: file, path, rule."""

    code = "TABLE-RULE-TWICE"


def parse_rules(
    content: object,
    fields: Fields,
    *,
    file: str,
    path: str,
    then: Callable[[Mapping[str, object], str], Then],
    needed: Sequence[str],
    optional: Sequence[str] = (),
) -> tuple[Rule[Then], ...]:
    """Read a list of rules: each has `id`, `when` and the keys that the caller names.

    `then` makes of a rule's mapping and path what the rule gives. Refuses an empty list or
    an empty id (WrongValue), other keys (WrongKeys), an id that stands twice (RuleTwice)
    and what `parse_when` refuses.
    """
    if not isinstance(content, list | tuple) or not content:
        raise WrongValue(file=file, path=path, value=content, allowed="list")
    rules: dict[str, Rule[Then]] = {}
    for number, entry in enumerate(content, start=1):
        here = f"{path}[{number}]"
        written = keyed(entry, file, here, ("id", "when", *needed), optional)
        name = text_in(written["id"], file, f"{here}.id")
        here = f"{path}.{name}"
        if name in rules:
            raise RuleTwice(file=file, path=path, rule=name)
        when = parse_when(written["when"], fields, file=file, path=f"{here}.when")
        rules[name] = Rule(id=name, when=when, then=then(written, here))
    return tuple(rules.values())


def parse_when(content: object, fields: Fields, *, file: str, path: str) -> When:
    """Read one mapping of conditions; an empty mapping always holds.

    Refuses a field that is not there (UnknownField), a value the field cannot have
    (WrongCondition), a range without a value (EmptyRange) and what is no mapping
    (WrongValue), each with file and path.
    """
    if not isinstance(content, Mapping):
        raise WrongValue(file=file, path=path, value=content, allowed="mapping")
    parts = [_part(key, value, fields, file, path) for key, value in content.items()]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _part(key: object, value: object, fields: Fields, file: str, path: str) -> When:
    here = f"{path}.{key}"
    if key == "any":
        if not isinstance(value, list | tuple) or not value:
            raise WrongValue(file=file, path=here, value=value, allowed="list")
        inside = enumerate(value, start=1)
        return Any(
            tuple(parse_when(one, fields, file=file, path=f"{here}[{n}]") for n, one in inside)
        )
    if key == "not":
        return Not(parse_when(value, fields, file=file, path=here))
    field = fields.get(key) if isinstance(key, str) else None
    if field is None:
        raise UnknownField(file=file, path=path, found=key, allowed=[*fields, "any", "not"])
    given = value if isinstance(value, list | tuple) else [value]
    if not given:
        raise WrongCondition(file=file, path=here, found=value, allowed=allowed_of(field))
    return _joined(field, [_one(field, one, file, here) for one in given])


def _one(field: Field, value: object, file: str, path: str) -> Is:
    """What one written value of a field accepts."""
    if value == UNKNOWN and (field.may_be_none or field.says_unknown):
        values = (UNKNOWN,) if field.says_unknown else ()
        return Is(field.name, values=values, unknown=True)
    if value == KNOWN and (field.may_be_none or field.says_unknown):
        return _known(field)
    if field.kind == "int":
        if isinstance(value, Mapping):
            return Is(field.name, ranges=(_range(field, value, file, path),))
        if isinstance(value, int) and not isinstance(value, bool):
            return Is(field.name, ranges=(_bounded(field, (value, value + 1), file, path),))
    if field.kind == "flag" and isinstance(value, bool):
        return Is(field.name, values=(value,))
    if field.kind == "choice":
        # YAML reads a bare yes or no as a flag: they are given back as the words they were.
        word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        if isinstance(word, str) and word in field.choices:
            return Is(field.name, values=(word,))
    raise WrongCondition(file=file, path=path, found=value, allowed=allowed_of(field))


def _known(field: Field) -> Is:
    if field.kind == "int":
        return Is(field.name, ranges=((None, None),))
    values = (True, False) if field.kind == "flag" else field.choices
    return Is(field.name, values=tuple(one for one in values if one != UNKNOWN))


def _range(field: Field, content: Mapping[object, object], file: str, path: str) -> Range:
    ends = keyed(content, file, path, (), ("from", "until"))
    for end in ends.values():
        if not isinstance(end, int) or isinstance(end, bool):
            raise WrongCondition(file=file, path=path, found=end, allowed=allowed_of(field))
    start, until = ends.get("from"), ends.get("until")
    if not ends:
        raise WrongCondition(file=file, path=path, found={}, allowed=allowed_of(field))
    return _bounded(field, (start, until), file, path)  # type: ignore[arg-type]  # whole, seen above


def _bounded(field: Field, written: Range, file: str, path: str) -> Range:
    start, until = written
    starts = [one for one in (start, field.least) if one is not None]
    ends = [
        one for one in (until, None if field.most is None else field.most + 1) if one is not None
    ]
    if starts and ends and max(starts) >= min(ends):
        raise EmptyRange(file=file, path=path, found=f"{start}..{until}", allowed=allowed_of(field))
    return written


def _joined(field: Field, parts: Sequence[Is]) -> Is:
    """One question that accepts what any of the parts does, in one canonical form."""
    values = {value for part in parts for value in part.values}
    order: Sequence[str | bool] = (True, False) if field.kind == "flag" else field.choices
    return Is(
        field.name,
        ranges=_merged([one for part in parts for one in part.ranges]),
        values=tuple(value for value in order if value in values),
        unknown=any(part.unknown for part in parts),
    )


def _merged(ranges: Sequence[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for start, end in sorted(ranges, key=lambda one: (one[0] is not None, one[0] or 0)):
        if merged:
            reached = merged[-1][1]
            if reached is None or (start is not None and start <= reached) or start is None:
                last = None if reached is None or end is None else max(reached, end)
                merged[-1] = (merged[-1][0], last)
                continue
        merged.append((start, end))
    return tuple(merged)


def allowed_of(field: Field) -> str:
    """What may be written for a field, as a figure of a refusal."""
    if field.kind == "int":
        ends = ("" if end is None else str(end) for end in (field.least, field.most))
        written = f"{field.unit or 'int'} {'..'.join(ends)} | {{from: , until: }}"
    elif field.kind == "flag":
        written = "true | false"
    else:
        written = " | ".join(field.choices)
    return f"{written} | unknown | known" if field.may_be_none else written
