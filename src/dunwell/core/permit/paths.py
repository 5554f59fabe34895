"""Tables of facts: which paths a question may name, of which type, and what silence means.

`reader` compiles a table into the function that turns a mapping into a record of
facts; asking (request.py) and closing (closing.py) use it. Unknown keys and wrong
values are refused with path, value and what is allowed; a moment without an offset
is an unknown time zone and leaves its fact unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

from dunwell.core.days import FIRST_DAY, LAST_DAY
from dunwell.core.permit.facts import Known
from dunwell.core.refusal import Refusal

Kind = Literal[
    "boolean",
    "choice",
    "choices",
    "count",
    "day",
    "moment",
    "records",
    "text",
]
Record = TypeVar("Record", bound=Known)
Put = Callable[[Any, Any], None]
ReadRecord = Callable[[object, str], object]


class _Nothing:
    """Stands where a table names no default, or allows no null."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing()


class BadRequest(Refusal):
    """A question that is not written as the table of facts says. Figures: path, value, allowed."""

    code = "GATE-REQUEST"


@dataclass(frozen=True, slots=True)
class Path:
    """One fact: where it stands in the question, its type, and what null and silence mean."""

    path: str
    kind: Kind
    allowed: tuple[str, ...] = ()
    null: object = NOTHING
    default: object = NOTHING
    read_record: ReadRecord | None = None

    @property
    def attribute(self) -> str:
        """The attribute of the record that holds this fact."""
        return self.path.replace(".", "_")

    @property
    def said(self) -> str:
        """What may stand here, for messages and pages."""
        words = " | ".join(self.allowed) if self.allowed else _SAID[self.kind]
        if self.kind in ("choices", "records"):
            words = f"list of {words}"
        return words if self.null is NOTHING else f"{words} | null"


_SAID: Mapping[str, str] = {
    "boolean": "true | false",
    "count": "whole number from 0",
    "day": "YYYY-MM-DD or a moment",
    "moment": "YYYY-MM-DDThh:mm:ss+hh:mm",
    "text": "text",
}


def reader(
    table: Sequence[Path], record: type[Record], *, empty: Sequence[str] = ()
) -> Callable[[object], Record]:
    """Compile `table` into the function that reads a mapping into a `record`.

    `empty` names the objects that may be null. The function refuses (BadRequest)
    unknown keys and values that the table does not allow.
    """
    entries: dict[str, Put] = {}
    inner: dict[str, dict[str, Put]] = {}
    for path in table:
        section, _, key = path.path.rpartition(".")
        within = inner.setdefault(section, {}) if section else entries
        within[key] = _entry(path, record)
    for section, keys in inner.items():
        nulls = [p for p in table if p.path.startswith(f"{section}.") and section in empty]
        entries[section] = _section(section, keys, record, nulls)
    defaults = tuple(
        (_setter(record, path), path.default) for path in table if path.default is not NOTHING
    )
    read_all = _section("", entries, record, ())
    make = record.__new__

    def read(content: object) -> Record:
        facts = make(record)
        for put, value in defaults:
            put(facts, value)
        read_all(facts, content)
        return facts

    return read


def wrong(path: str, value: object, allowed: object) -> BadRequest:
    """The refusal of `value`; free text is not repeated, it may hold a person's data."""
    shown = f"{value[:40]}…" if isinstance(value, str) and len(value) > 40 else value
    if isinstance(value, Mapping | list):
        shown = type(value).__name__
    return BadRequest(path=path, value=shown, allowed=allowed)


def only_keys(content: object, path: str, keys: Sequence[str]) -> Mapping[str, object]:
    """`content` if it is a mapping with no other keys. Refuses (BadRequest) anything else."""
    if not isinstance(content, Mapping):
        raise wrong(path, content, "object")
    for key in content:
        if key not in keys:
            raise BadRequest(path=f"{path}.{key}", value=key, allowed=list(keys))
    return content


def read_text(value: object, path: str) -> str:
    """`value` if it is a text that says something. Refuses (BadRequest) anything else."""
    if not isinstance(value, str) or not value.strip():
        raise wrong(path, value, "text")
    return value


def read_moment(value: object, path: str) -> datetime | None:
    """The moment, or None where its time zone is unknown. Refuses (BadRequest) other texts."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise wrong(path, value, _SAID["moment"]) from None
    if not isinstance(value, datetime):
        raise wrong(path, value, _SAID["moment"])
    return None if value.tzinfo is None else value


def _setter(record: type[Known], path: Path) -> Put:
    put: Put = record.__dict__[path.attribute].__set__
    return put


def _section(name: str, entries: Mapping[str, Put], record: type[Known], nulls: Any) -> Put:
    find = entries.get
    dot = f"{name}." if name else ""
    empties = [(_setter(record, path), path.null) for path in nulls]

    def read(facts: Any, content: Any) -> None:
        if not isinstance(content, Mapping):
            if content is not None or not empties:
                raise wrong(name or "request", content, "object")
            for put, null in empties:
                put(facts, null)
            return
        for key, value in content.items():
            entry = find(key)
            if entry is None:
                raise BadRequest(path=f"{dot}{key}", value=key, allowed=sorted(entries))
            entry(facts, value)

    return read


def _entry(path: Path, record: type[Known]) -> Put:
    put = _setter(record, path)
    if path.kind == "moment":
        return _moment_entry(path, put, record.__dict__[path.attribute].__delete__)
    allows = _allows(path)
    if path.kind == "records":
        return _list_entry(path, put, path.read_record or read_text)
    if path.kind == "choices":
        return _list_entry(path, put, lambda value, where: _choice(value, where, path))
    null = path.null

    def read(facts: Any, value: Any) -> None:
        if allows(value):
            put(facts, value)
        elif value is None and null is not NOTHING:
            put(facts, null)
        else:
            raise wrong(path.path, _unsaid(path, value), path.said)

    return read


def _allows(path: Path) -> Callable[[Any], bool]:
    if path.kind == "boolean":
        return lambda value: value is True or value is False
    if path.kind == "count":
        return lambda value: type(value) is int and value >= 0
    if path.kind == "choice":
        allowed = frozenset(path.allowed)
        return lambda value: type(value) is str and value in allowed
    if path.kind == "day":
        return _is_day
    return lambda value: type(value) is str


def _is_day(value: object) -> bool:
    if type(value) is not str:
        return False
    try:
        datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _unsaid(path: Path, value: object) -> object:
    return type(value).__name__ if path.kind == "text" else value


def _choice(value: object, where: str, path: Path) -> object:
    if type(value) is str and value in path.allowed:
        return value
    raise wrong(where, value, path.said)


def _list_entry(path: Path, put: Put, read_one: ReadRecord) -> Put:
    null, name = path.null, path.path

    def read(facts: Any, value: Any) -> None:
        if isinstance(value, list | tuple):
            put(facts, tuple(read_one(one, f"{name}[{i}]") for i, one in enumerate(value)))
        elif value is None and null is not NOTHING:
            put(facts, null)
        else:
            raise wrong(name, value, path.said)

    return read


def _moment_entry(path: Path, put: Put, forget: Callable[[Any], None]) -> Put:
    null, name, has_default = path.null, path.path, path.default is not NOTHING

    def read(facts: Any, value: Any) -> None:
        if value is None and null is not NOTHING:
            put(facts, null)
            return
        moment = read_moment(value, name)
        if moment is not None and FIRST_DAY.year < moment.year < LAST_DAY.year:
            put(facts, moment)
        elif has_default:  # a moment of unknown zone or calendar is unknown, not the default
            forget(facts)

    return read
