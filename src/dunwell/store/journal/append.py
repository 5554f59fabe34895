"""Appending to the journal: one row per act, in the transaction of the flow that acts.

Every flow calls `append` once per change; imports and day runs call
`append_many`. Figures are whole numbers, codes and lists of them. Mobile numbers
and resident ID numbers are refused wherever they stand: subjects are row ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from stdnum.cn import ric

from dunwell.core.refusal import Refusal
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import Actor

HOUSE = "house"
"""The stream of what concerns no single lender."""
LONGEST = {"subject": 80, "why": 200}
"""Characters that fit; the models say the same."""
_AT_ONCE = 5_000
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_RESIDENT = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_COLUMNS = (
    "stream", "at", "day", "actor_id", "actor_label",
    "lender_id", "verb", "subject", "why", "figures",
)  # fmt: skip


class PersonalInJournal(Refusal):
    """A text for the journal holds a mobile or resident ID number. Figures: field, kind."""

    code = "JOURNAL-PERSONAL-DATA"


class TextTooLong(Refusal):
    """A reason or subject does not fit. Figures: field, length, most."""

    code = "JOURNAL-TEXT-TOO-LONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An act to be written down. `subject` is room and key, as `case:42`."""

    stream: str
    verb: str
    subject: str
    actor: Actor
    at: datetime
    lender: int | None = None
    day: date | None = None
    why: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)


def stream_of(lender: int | None) -> str:
    """The stream of a lender's acts; `house` where there is none."""
    return HOUSE if lender is None else f"lender-{lender}"


def append(
    *,
    stream: str,
    verb: str,
    subject: str,
    actor: Actor,
    at: datetime,
    lender: int | None = None,
    day: date | None = None,
    why: str = "",
    figures: Mapping[str, object] | None = None,
) -> int:
    """Write one act in the caller's transaction; answers the entry's id.

    Refuses (PersonalInJournal) a mobile or resident ID number in any text. A
    figure that is no whole number, truth, text, nothing, or list or mapping of
    these is a fault of the caller (TypeError).
    """
    row = _row(
        NewEntry(
            stream=stream, verb=verb, subject=subject, actor=actor, at=at,
            lender=lender, day=day, why=why, figures=figures or {},
        )
    )  # fmt: skip
    return Entry.objects.create(**dict(zip(_COLUMNS, row, strict=True))).pk


def append_many(entries: Iterable[NewEntry]) -> int:
    """Write many acts in the caller's transaction, in their order; answers how many.

    By COPY on PostgreSQL, by executemany on SQLite. Refuses as `append` does, and
    then nothing of the batch stands once the caller's transaction rolls back.
    """
    rows = (_row(entry) for entry in entries)
    return _copy(rows) if connection.vendor == "postgresql" else _insert(rows)


def _copy(rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    columns = ", ".join(_COLUMNS)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY journal_entry ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    marks = ", ".join(["%s"] * len(_COLUMNS))
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        while part := list(islice(rows, _AT_ONCE)):
            cursor.executemany(
                f"INSERT INTO journal_entry ({', '.join(_COLUMNS)}) VALUES ({marks})",
                [(stream, moment(at), day and day.isoformat(), *rest)
                 for stream, at, day, *rest in part],
            )  # fmt: skip
            count += len(part)
    return count


def _row(entry: NewEntry) -> tuple[Any, ...]:
    if entry.at.tzinfo is None:
        raise TypeError("the moment of an act is timezone-aware")
    for name, text in (("subject", entry.subject), ("why", entry.why)):
        _refuse_personal(name, text)
        if len(text) > LONGEST[name]:
            raise TextTooLong(field=name, length=len(text), most=LONGEST[name])
    _look_at("figures", entry.figures)
    figures = json.dumps(entry.figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (
        entry.stream,
        entry.at,
        entry.day,
        entry.actor.staff,
        entry.actor.label,
        entry.lender,
        entry.verb,
        entry.subject,
        entry.why,
        figures,
    )


def _look_at(key: str, value: object) -> None:
    if isinstance(value, str):
        _refuse_personal(key, value)
    elif isinstance(value, Mapping):
        for inner, each in value.items():
            _look_at(key, inner)
            _look_at(f"{key}.{inner}", each)
    elif isinstance(value, list | tuple):
        for each in value:
            _look_at(key, each)
    elif not (value is None or isinstance(value, bool | int)):
        raise TypeError(f"figure {key!r} is a {type(value).__name__}; write whole numbers or codes")


def _refuse_personal(name: str, text: str) -> None:
    if _MOBILE.search(text):
        raise PersonalInJournal(field=name, kind="mobile")
    if any(ric.is_valid(found) for found in _RESIDENT.findall(text)):
        raise PersonalInJournal(field=name, kind="id_no")
