"""Whether the planned sheets may be staged together, and what of them is left out.

Called by `stage`. All problems of all files are told at once: one as itself,
several inside SeveralProblems.
"""

from __future__ import annotations

from collections.abc import Sequence

from dunwell.bulk.intake.batch import LeftOut
from dunwell.bulk.intake.mapping import ColumnMap
from dunwell.bulk.intake.plan import Plan, looks_like_data, named_native, recognised
from dunwell.bulk.intake.refusals import (
    DuplicateColumns,
    FileRefused,
    MissingColumns,
    MixedLayouts,
    NoHeader,
    Note,
    SeveralProblems,
    UnknownColumns,
    Unrecognised,
)


def check_plans(
    plans: Sequence[Plan], *, mapping: ColumnMap | None, ignore_unknown: bool
) -> tuple[list[Plan], list[LeftOut]]:
    """The plans that will be staged, and what is left out of the batch.

    Refuses (FileRefused) sheets that cannot be recognised, columns that are unknown, doubled
    or missing, and files of different layouts.
    """
    kept, left_out = _without_strangers(plans, mapping)
    layouts = {plan.layout for plan in kept}
    problems: list[FileRefused] = []
    if len(layouts) > 1:
        said = ", ".join(f"{_name(plan)} ({plan.layout})" for plan in kept)
        problems.append(MixedLayouts(files=said))
    for plan in kept:
        problems += _problems(plan, ignore_unknown=ignore_unknown)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SeveralProblems(problems=problems, count=len(problems))
    for plan in kept:
        left_out += _left_out(plan, ignore_unknown=ignore_unknown)
    return kept, left_out


def _without_strangers(
    plans: Sequence[Plan], mapping: ColumnMap | None
) -> tuple[list[Plan], list[LeftOut]]:
    """Leave out sheets nobody knows, if they lie beside sheets that are known."""
    strangers = [plan for plan in plans if _is_stranger(plan, mapping)]
    kept = [plan for plan in plans if plan not in strangers]
    if not kept:
        return list(plans), []
    for plan in strangers:
        if plan.sheet.alone:
            kept.append(plan)
    left_out = [
        LeftOut(plan.sheet.file, plan.sheet.sheet, None, Note.SHEET_UNRECOGNISED)
        for plan in strangers
        if not plan.sheet.alone
    ]
    return [plan for plan in plans if plan in kept], left_out


def _is_stranger(plan: Plan, mapping: ColumnMap | None) -> bool:
    if named_native(plan.sheet, mapping):
        return False
    unknown = any(column.note is Note.COLUMN_UNKNOWN for column in plan.columns)
    return not recognised(plan) or (plan.layout == "native" and unknown)


def _problems(plan: Plan, *, ignore_unknown: bool) -> list[FileRefused]:
    name, table = _name(plan), plan.table.file
    if len(plan.taken()) < 2 and not recognised(plan):
        if looks_like_data(plan.sheet):
            return [NoHeader(file=name)]
        columns = ", ".join(column.header for column in plan.columns)
        return [Unrecognised(file=name, columns=columns)]
    problems: list[FileRefused] = []
    if plan.missing:
        missing = ", ".join(plan.missing)
        problems.append(MissingColumns(file=name, table=table, columns=missing))
    unknown = [c.header for c in plan.columns if c.note is Note.COLUMN_UNKNOWN]
    if unknown and plan.layout != "tape" and not ignore_unknown:
        allowed = ", ".join(field.name for field in plan.table.fields)
        problems.append(
            UnknownColumns(file=name, table=table, columns=", ".join(unknown), allowed=allowed)
        )
    by_field: dict[str, list[str]] = {}
    for column, field in plan.taken():
        by_field.setdefault(field.name, []).append(column.header)
    problems += [
        DuplicateColumns(file=name, columns=", ".join(headers), field=field_name)
        for field_name, headers in by_field.items()
        if len(headers) > 1
    ]
    return problems


def _left_out(plan: Plan, *, ignore_unknown: bool) -> list[LeftOut]:
    notes = [(column.header, column.note) for column in plan.columns if column.note is not None]
    if ignore_unknown:
        swap = {Note.COLUMN_UNKNOWN: Note.COLUMN_IGNORED}
        notes = [(header, swap.get(note, note)) for header, note in notes]
    return [LeftOut(plan.sheet.file, plan.sheet.sheet, header, note) for header, note in notes]


def _name(plan: Plan) -> str:
    sheet = plan.sheet
    return sheet.file if sheet.sheet is None else f"{sheet.file} [{sheet.sheet}]"
