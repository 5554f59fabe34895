"""Parameters: numbers of law and house policy as dated records, each with its source.

`parse_parameter` turns one mapping (a YAML file of dunwell.packs, read by
store.policy.seeds) into a frozen record; a spelling mistake stops the start.
`value_on` answers the value of a day. Values are integers: days, fen, parts per
million, or the number of a named choice. Periods are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal, get_args

from dunwell.core.refusal import Refusal

Stricter = Literal["lower", "higher", "none"]
Force = Literal["binding", "recommended", "self-regulation", "house"]
Read = Literal["text", "secondary", "recalled", "house"]

UNITS: frozenset[str] = frozenset(
    {
        "days",
        "fen",
        "ppm",
        "choice",
        # What the gate counts in; minute-of-day 480 is 08:00.
        "minute-of-day",
        "minutes",
        "seconds",
        "conversations/debtor/day",
        "calls/debtor/day",
        "calls/debt/7 days",
        "dials/number/day",
        "messages/debtor/day",
        "messages/debtor/7 days",
        "messages/day",
        "messages/number/day",
        "visits/address/day",
        "visits/address/7 days",
        "attempts",
        "persons",
        "years",
        "characters",
        "parts",
        "installments",
    }
)
"""A parameter counts in one of these; `choice` numbers the names of its `choices`."""

MOST_SHOWN = 60
"""So many signs of a wrong value are shown: it may be a whole file, or hold a person's data."""

_KEYS = ("id", "title", "unit", "stricter", "checked_on", "recheck_by", "values")
_OPTIONAL_KEYS = ("title_en", "choices", "least", "most")
_VALUE_KEYS = ("value", "source", "force", "read")
_OPTIONAL_VALUE_KEYS = ("until", "source_en")


class WrongKeys(Refusal):
    """Keys that are not known or not there. Figures: file, path, unknown, missing, allowed."""

    code = "POLICY-KEYS"


class WrongValue(Refusal):
    """A field that does not hold what it must. Figures: file, path, value, allowed."""

    code = "POLICY-VALUE"

    def __init__(self, **figures: object) -> None:
        found = figures.get("value")
        if isinstance(found, str) and len(found) > MOST_SHOWN:
            figures["value"] = f"{found[:MOST_SHOWN]}…"
        super().__init__(**figures)


class WrongDates(Refusal):
    """Two values for one day, or a period that runs backwards. Figures: file, path, value."""

    code = "POLICY-DATES"


class KeyTwice(Refusal):
    """A key that stands twice, where one would hide the other. Figures: file, path, value."""

    code = "POLICY-KEY-TWICE"


class NoValueOn(Refusal):
    """A day before the first value or in none of the periods. Figures: parameter, day, first_on."""

    code = "POLICY-NO-VALUE-ON"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """What a parameter is over [from_on, until_on), and which text says so.

    `source_en` is the same text named in English; empty where nobody wrote it.
    """

    from_on: date
    until_on: date | None
    value: int
    source: str
    force: Force
    read: Read
    source_en: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of law or house policy through time. Values are in order of time."""

    id: str
    title: str
    unit: str
    stricter: Stricter
    checked_on: date
    recheck_by: date
    values: tuple[DatedValue, ...]
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    title_en: str = ""

    def value_on(self, day: date) -> int:
        """The value that counts on `day`. Refuses (NoValueOn) a day that no value covers."""
        return self.dated_on(day).value

    def dated_on(self, day: date) -> DatedValue:
        """The value of `day` with its source. Refuses (NoValueOn) a day no value covers."""
        for dated in reversed(self.values):
            if dated.from_on <= day and (dated.until_on is None or day < dated.until_on):
                return dated
        first_on = self.values[0].from_on
        raise NoValueOn(parameter=self.id, day=day.isoformat(), first_on=first_on.isoformat())

    def overdue_for_check(self, day: date) -> bool:
        """Whether `recheck_by` has passed: the value still counts, with a loud warning."""
        return day > self.recheck_by

    def name_of(self, value: int) -> str:
        """A value as a code: the choice's name where there are choices, else the number."""
        return self.choices[value] if self.choices else str(value)

    def check(self, value: object, *, file: str, path: str) -> int:
        """`value` if this parameter may take it. Refuses (WrongValue) anything else."""
        lowest = 0 if self.choices else self.least
        highest = len(self.choices) - 1 if self.choices else self.most
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and (lowest is None or value >= lowest)
            and (highest is None or value <= highest)
        ):
            return value
        raise WrongValue(file=file, path=path, value=value, allowed=self._allowed(lowest, highest))

    def _allowed(self, lowest: int | None, highest: int | None) -> str:
        if self.choices:
            return ", ".join(f"{number} ({name})" for number, name in enumerate(self.choices))
        ends = ("" if end is None else str(end) for end in (lowest, highest))
        return f"{self.unit} {'..'.join(ends)}"


def parse_parameter(content: object, *, file: str) -> Parameter:
    """Read one parameter from the mapping of its file.

    Refuses unknown or missing keys (WrongKeys), a unit, word, number or date that
    is not allowed (WrongValue), and periods that overlap or run backwards
    (WrongDates); each names the file and the path inside it.
    """
    fields = keyed(content, file, "", _KEYS, _OPTIONAL_KEYS)
    unit = one_of(fields["unit"], sorted(UNITS), file, "unit")
    choices = tuple(str(name) for name in _sequence(fields.get("choices", ()), file, "choices"))
    if (unit == "choice") != bool(choices):
        raise WrongValue(file=file, path="choices", value=list(choices), allowed="unit: choice")
    empty = Parameter(
        id=text_in(fields["id"], file, "id"),
        title=text_in(fields["title"], file, "title"),
        unit=unit,
        stricter=one_of(fields["stricter"], get_args(Stricter), file, "stricter"),  # type: ignore[arg-type]  # one of them
        checked_on=day_in(fields["checked_on"], file, "checked_on"),
        recheck_by=day_in(fields["recheck_by"], file, "recheck_by"),
        values=(),
        choices=choices,
        least=_whole(fields.get("least"), file, "least"),
        most=_whole(fields.get("most"), file, "most"),
        title_en=text_in(fields["title_en"], file, "title_en") if "title_en" in fields else "",
    )
    if empty.recheck_by <= empty.checked_on:
        raise WrongDates(file=file, path="recheck_by", value=empty.recheck_by.isoformat())
    values = _values(fields["values"], empty, file)
    return replace(empty, values=values)


def _values(content: object, parameter: Parameter, file: str) -> tuple[DatedValue, ...]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path="values", value=content, allowed="mapping")
    dated = sorted(
        (_dated(day, entry, parameter, file) for day, entry in content.items()),
        key=lambda value: value.from_on,
    )
    for first, second in pairwise(dated):
        if first.until_on is not None and first.until_on > second.from_on:
            path = f"values.{first.from_on}.until"
            raise WrongDates(file=file, path=path, value=first.until_on.isoformat())
    return tuple(dated)


def _dated(day: object, entry: object, parameter: Parameter, file: str) -> DatedValue:
    from_on = day_in(day, file, f"values.{day}")
    path = f"values.{from_on}"
    fields = keyed(entry, file, path, _VALUE_KEYS, _OPTIONAL_VALUE_KEYS)
    until_on = day_in(fields["until"], file, f"{path}.until") if "until" in fields else None
    if until_on is not None and until_on <= from_on:
        raise WrongDates(file=file, path=f"{path}.until", value=until_on.isoformat())
    return DatedValue(
        from_on=from_on,
        until_on=until_on,
        value=parameter.check(fields["value"], file=file, path=f"{path}.value"),
        source=text_in(fields["source"], file, f"{path}.source"),
        force=one_of(fields["force"], get_args(Force), file, f"{path}.force"),  # type: ignore[arg-type]  # one of them
        read=one_of(fields["read"], get_args(Read), file, f"{path}.read"),  # type: ignore[arg-type]  # one of them
        source_en=optional_text_in(fields, "source_en", file, path),
    )


def keyed(
    content: object, file: str, path: str, needed: Sequence[str], optional: Sequence[str]
) -> Mapping[str, object]:
    """A mapping with just these keys. Refuses (WrongKeys, WrongValue) anything else."""
    if not isinstance(content, Mapping):
        # A file that is no mapping is some other file: what it says is not ours to show.
        shown = content if path or content is None else type(content).__name__
        raise WrongValue(file=file, path=path or "file", value=shown, allowed="mapping")
    unknown = sorted(str(key) for key in content if key not in (*needed, *optional))
    missing = [key for key in needed if key not in content]
    if unknown or missing:
        raise WrongKeys(
            file=file,
            path=path or "file",
            unknown=unknown,
            missing=missing,
            allowed=[*needed, *optional],
        )
    return content


def text_in(value: object, file: str, path: str) -> str:
    """A text that says something. Refuses (WrongValue) anything else."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValue(file=file, path=path, value=value, allowed="text")
    return value.strip()


def optional_text_in(fields: Mapping[str, object], key: str, file: str, path: str) -> str:
    """The text under `key`, empty where there is none. Refuses (WrongValue) anything else."""
    return text_in(fields[key], file, f"{path}.{key}") if key in fields else ""


def day_in(value: object, file: str, path: str) -> date:
    """A day without a time. Refuses (WrongValue) anything else."""
    # YAML gives a datetime where a time was written; a day has none.
    if type(value) is not date:
        raise WrongValue(file=file, path=path, value=value, allowed="YYYY-MM-DD")
    return value


def _whole(value: object, file: str, path: str) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise WrongValue(file=file, path=path, value=value, allowed="integer")
    return value


def one_of(value: object, allowed: Sequence[str], file: str, path: str) -> str:
    """One of the allowed words. Refuses (WrongValue) anything else."""
    if not isinstance(value, str) or value not in allowed:
        raise WrongValue(file=file, path=path, value=value, allowed=list(allowed))
    return value


def _sequence(value: object, file: str, path: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise WrongValue(file=file, path=path, value=value, allowed="list")
    return value
