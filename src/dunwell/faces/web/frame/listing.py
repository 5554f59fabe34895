"""Listing: everything a list screen shows, as plain records a view fills.

The address bar is the state: sorting, filters, chosen columns and the place in
the list are query parameters, so a list can be shared and works without
scripts. Pages go on by a key (`after`), never by an offset, so a million rows
cost no more than fifty. The `listing` template tag draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from dunwell.faces.web.frame.address import with_query

FIRST_ROWS = 12
"""Rows a phone shows of a page before it is asked for the rest."""
RIGHT_KINDS = frozenset({"money", "count", "days"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `kind` picks how a cell is drawn:

    text, link, money (fen), count, days, day (date), moment (datetime), bucket,
    state, pill (label, tone, mark), masked. `unit` is printed once in the head (元, 天). A column
    that is not `shown` is only offered in the chooser. `lead` marks the cell
    that heads the block on a phone.
    """

    key: str
    label: str | Promise
    kind: str = "text"
    unit: str | Promise = ""
    sorts: bool = False
    shown: bool = True
    lead: bool = False

    @property
    def right(self) -> bool:
        """Amounts and counts align right."""
        return self.kind in RIGHT_KINDS


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One chip of a filter."""

    value: str
    label: str | Promise
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter as chips: `key` is its query parameter; several values may be on at once."""

    key: str
    label: str | Promise
    choices: Sequence[Choice]
    many: bool = True


@dataclass(frozen=True, kw_only=True)
class Total:
    """A figure of everything that is filtered, for the foot: kind is count or money."""

    label: str | Promise
    value: int
    kind: str = "count"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value with its column, as the template draws it."""

    column: Column
    value: Any
    href: str = ""

    @property
    def blank(self) -> bool:
        """Nothing to say: a phone leaves it out."""
        return self.value in (None, "", "—")


@dataclass(kw_only=True)
class Listing:
    """A list screen. Rows are mappings of column key to value; `href` opens the row.

    `next_after` is the key the next page starts after, empty at the end. The
    default sort is the first of `sort`, e.g. "-amount".
    """

    request: HttpRequest
    name: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    sort: str = ""
    filters: Sequence[Filter] = ()
    totals: Sequence[Total] = ()
    next_after: str = ""
    exports: Mapping[str, str] = field(default_factory=dict)
    empty_title: str | Promise = ""
    empty_text: str | Promise = ""
    empty_href: str = ""
    empty_act: str | Promise = ""
    long: bool = True

    @property
    def chosen(self) -> list[Column]:
        """The columns shown: those named by ?column=, else those shown by default."""
        wanted = set(self.request.GET.getlist("column"))
        picked = [c for c in self.columns if c.key in wanted]
        return picked or [c for c in self.columns if c.shown]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The header cells with their sort links (aria-sort says the present order)."""
        present = self.request.GET.get("sort", "") or self.sort
        heads = []
        for column in self.chosen:
            up, down = present == column.key, present == f"-{column.key}"
            following = column.key if down or (not up and not column.right) else f"-{column.key}"
            heads.append(
                {
                    "column": column,
                    "order": "ascending" if up else "descending" if down else "",
                    "href": with_query(self.request, sort=following, after=None),
                }
            )
        return heads

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows as cells in the chosen order."""
        chosen = self.chosen
        return [
            {
                "href": row.get("href", ""),
                "muted": row.get("muted", False),
                "cells": [
                    Cell(
                        column=column,
                        value=row.get(column.key),
                        href=row.get("href", "") if column.kind == "link" else "",
                    )
                    for column in chosen
                ],
            }
            for row in self.rows
        ]

    @property
    def chip_groups(self) -> list[dict[str, Any]]:
        """The filters as chips; each chip's link turns it on or off and starts the list anew."""
        groups = []
        for each in self.filters:
            on = [v for v in self.request.GET.get(each.key, "").split(",") if v]
            chips = []
            for choice in each.choices:
                is_on = choice.value in on
                rest = [v for v in on if v != choice.value] if each.many else []
                wanted = rest if is_on else [*rest, choice.value]
                href = with_query(self.request, after=None, **{each.key: ",".join(wanted)})
                chips.append({"choice": choice, "on": is_on, "href": href})
            groups.append({"label": each.label, "chips": chips})
        return groups

    @property
    def folds_after(self) -> int:
        """After how many rows a phone folds the page; 0: it is short enough."""
        return FIRST_ROWS if len(self.rows) > FIRST_ROWS else 0

    @property
    def filtered(self) -> bool:
        """Whether any filter or search narrows the list."""
        keys = {"q", *(f.key for f in self.filters)}
        return any(self.request.GET.get(key) for key in keys)

    @property
    def clear_href(self) -> str:
        """The list without filters and search."""
        return with_query(self.request, q=None, after=None, **{f.key: None for f in self.filters})

    @property
    def next_href(self) -> str:
        """The following page, empty at the end."""
        return with_query(self.request, after=self.next_after) if self.next_after else ""

    @property
    def first_href(self) -> str:
        """Back to the start, empty when there already."""
        return with_query(self.request, after=None) if self.request.GET.get("after") else ""

    @property
    def kept_query(self) -> list[tuple[str, str]]:
        """Query parameters a form inside the list must carry along."""
        dropped = {"column", "after"}
        return [(k, str(v)) for k, v in self.request.GET.items() if k not in dropped]
