"""Conditions of decision tables as SQL: the same meaning for a whole book at once.

Columns are named like the fields. The text is true or false for every row, never null:
unknown is a value that a condition accepts or does not. core.decision_table.holds is
the meaning; a property test holds the two equal. Called by the compilers beside this
file; values come from parsed conditions, and are quoted all the same.
"""

from __future__ import annotations

from dunwell.core.decision_table import All, Any, Is, Not, When


def sql_of(when: When) -> str:
    """A boolean expression over columns of the fields' names.

    >>> sql_of(Is("days_past_due", ranges=((30, 60),)))
    '("days_past_due" IS NOT NULL AND ("days_past_due" >= 30 AND "days_past_due" < 60))'
    """
    match when:
        case Is():
            return _is(when)
        case All():
            return _joined(" AND ", [sql_of(part) for part in when.parts], empty="true")
        case Any():
            return _joined(" OR ", [sql_of(part) for part in when.parts], empty="false")
        case Not():
            return f"(NOT {sql_of(when.part)})"


def column(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int | bool | None) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _is(when: Is) -> str:
    name = column(when.field)
    accepted = [_between(name, start, end) for start, end in when.ranges]
    flags = [value for value in when.values if isinstance(value, bool)]
    words = [value for value in when.values if isinstance(value, str)]
    accepted += [name if value else f"(NOT {name})" for value in flags]
    if words:
        accepted.append(f"{name} IN ({', '.join(literal(word) for word in words)})")
    known = _joined(" OR ", accepted, empty="false")
    return f"({name} IS NULL OR {known})" if when.unknown else f"({name} IS NOT NULL AND {known})"


def _between(name: str, start: int | None, end: int | None) -> str:
    ends = [] if start is None else [f"{name} >= {start}"]
    ends += [] if end is None else [f"{name} < {end}"]
    return _joined(" AND ", ends, empty="true")


def _joined(word: str, parts: list[str], *, empty: str) -> str:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else f"({word.join(parts)})"
