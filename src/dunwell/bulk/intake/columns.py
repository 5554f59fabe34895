"""What the columns of one header mean, and how their cells are written.

Called by `plan` for the header row it found. A column map wins over the synonym
table. A name that stands twice is told apart by its place: the second 联系人姓名 is
联系人姓名#2, which is the second contact person where the table has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dunwell.bulk.intake.headers import meaning, normal, unit_of, units, unneeded
from dunwell.bulk.intake.mapping import ColumnChoice
from dunwell.bulk.intake.refusals import Note
from dunwell.bulk.intake.tables import Field, Kind, Table
from dunwell.bulk.intake.values import Form


@dataclass(frozen=True)
class Column:
    """One column of a sheet. `note` says why it is left out; `field` None: nothing is taken."""

    position: int
    header: str
    field: str | None
    form: Form
    confidence: float
    note: Note | None = None


def read_columns(
    header: Sequence[str],
    below: Sequence[Sequence[str]],
    table: Table,
    said: Mapping[str, ColumnChoice],
) -> list[Column]:
    """The columns of `header` as `table` has them; `said` is the map, by normal header.

    A column without a name counts only if there is anything in the rows `below` it.
    """
    columns: list[Column] = []
    times: dict[str, int] = {}
    for position, raw in enumerate(header):
        text = " ".join(raw.split())
        if not text:
            if not any(position < len(row) and row[position].strip() for row in below):
                continue
            text = f"#{position + 1}"
        times[normal(text)] = time = times.get(normal(text), 0) + 1
        name = text if time == 1 else f"{text}#{time}"
        if time > 1 and normal(name) not in said and meaning(name, table=table.name).field is None:
            columns.append(_column(position, name, text, table, said))
        else:
            columns.append(_column(position, name, name, table, said))
    return columns


def _column(
    position: int, header: str, means_as: str, table: Table, said: Mapping[str, ColumnChoice]
) -> Column:
    choice = said.get(normal(means_as))
    if choice is not None:
        if choice.field is None:
            return Column(position, header, None, Form(), 1.0, Note.COLUMN_IGNORED)
        form = _form(table.field(choice.field), unit_of(means_as), choice)
        return Column(position, header, choice.field, form, 1.0)
    means = meaning(means_as, table=table.name)
    if means.field is not None:
        unit = "ppm" if means.confidence == 1.0 and means.unit is None else means.unit
        form = _form(table.field(means.field), unit, None)
        return Column(position, header, means.field, form, means.confidence)
    if unneeded(means_as):
        return Column(position, header, None, Form(), 1.0, Note.COLUMN_UNNEEDED)
    return Column(position, header, None, Form(), 0.0, Note.COLUMN_UNKNOWN)


def _form(field: Field, unit: str | None, choice: ColumnChoice | None) -> Form:
    if field.kind is Kind.MONEY:
        if choice is not None and choice.scale is not None:
            return Form(unit_fen=int(choice.scale * 100))
        return Form(unit_fen=units().fen.get(unit or "", 100))
    if field.kind is Kind.RATE:
        if choice is not None and choice.scale is not None:
            return Form(rate_unit="percent" if choice.scale < 1 else "part")
        return Form(rate_unit=units().rate.get(unit or "", "auto"))
    if choice is not None and choice.date_format is not None:
        return Form(date_format=choice.date_format)
    return Form()
