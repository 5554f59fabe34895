"""`dunwell book`: import a lender's files, list the imports there were, show one.

Whoever may run commands here acts as `system:command-line`. Personal values never
stand in what is printed: rejects show them masked. Exit 0 when the batch was
imported (rejected rows are named), 1 when it was refused as a whole.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dunwell.bulk.intake.mapping import read_map
from dunwell.bulk.intake.problems import Problem
from dunwell.bulk.intake.refusals import SeveralProblems
from dunwell.core.days import parse_day
from dunwell.faces.cli.import_codes import STATUSES, STEPS
from dunwell.faces.cli.main import language
from dunwell.faces.cli.soundness import refuse_unsound
from dunwell.faces.cli.telling import Watch, answer, tell
from dunwell.faces.words import say
from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.import_list import batch_shown, batches_of
from dunwell.flows.prepare.import_result import ImportResult
from dunwell.flows.prepare.stage_book import StagedBook, stage_book, work_folder
from dunwell.store.people.permissions import system_actor
from dunwell.store.vault import init_keyring

app = typer.Typer(no_args_is_help=True, help="账册 / the book")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / whose book it is")]
SHOWN = 10
"""Rejects printed on a terminal; the file of rejects has all."""


class LayoutName(StrEnum):
    """How the files are laid out."""

    AUTO = "auto"
    NATIVE = "native"
    TAPE = "tape"
    LP = "lp"


@app.callback()
def _book() -> None:
    """账册：导入文件、查看批次 / import files, look at batches."""


@app.command("import")
def import_files(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="文件、目录或 zip / files, folder or zip")
    ],
    lender: LenderCode = "default",
    layout: Annotated[LayoutName, typer.Option(help="文件版式 / layout")] = LayoutName.AUTO,
    map_file: Annotated[
        Path | None, typer.Option("--map", exists=True, help="列对照表 / column map (YAML)")
    ] = None,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="忽略不认识的列 / ignore unknown columns")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看会变什么 / only tell what would change")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="数据日，默认今天 / day of the data, today")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="被拒行写到此 CSV / file for rejects")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """导入一家机构的文件：核对、换算、写入，整批成败 / import files, all or nothing."""
    _make_ready(as_json)
    day = _day_told(as_of, as_json)
    actor = system_actor("command-line")
    with work_folder() as workdir, Watch("BOOK-PROGRESS") as watch:
        staged = _stage(
            actor=actor,
            lender_code=lender,
            paths=paths,
            workdir=workdir,
            as_of=day,
            now=timezone.now(),
            layout=layout.value,
            mapping=None if map_file is None else read_map(map_file),
            ignore_unknown=ignore_unknown,
            on_progress=lambda at: watch(say_step(at.step), at.done, at.total),
        )
        result = import_book(
            actor=actor,
            staged=staged,
            dry_run=dry_run,
            clock=timezone.now,
            on_progress=lambda step, done, total: watch(say_step(step), done, total),
        )
        if rejects is not None:
            staged.batch.write_rejects(rejects, sentences=sentences())
    if as_json:
        answer(result_data(result, rejects_file=rejects))
    else:
        _tell_result(result, rejects)


@app.command()
def batches(
    lender: LenderCode = "default",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几批 / how many")] = 20,
    as_json: AsJson = False,
) -> None:
    """列出导入批次，新的在前 / the imports of a lender, newest first."""
    found = batches_of(
        actor=system_actor("command-line"), lender_code=lender, now=timezone.now(), most=limit
    )
    if as_json:
        answer({"batches": [each.as_data() for each in found]})
        return
    for each in found:
        tell(
            "BOOK-BATCH-LINE",
            batch=each.batch,
            made_at=f"{timezone.localtime(each.made_at):%Y-%m-%d %H:%M}",
            status=say(STATUSES[each.status], {}, language=language()),
            layout=each.layout,
            rows=each.rows,
            changed=each.written,
            rejected=each.rejected,
        )


@app.command()
def show(
    batch: Annotated[int, typer.Argument(help="批次号 / number of the batch")],
    as_json: AsJson = False,
) -> None:
    """查看一个批次：文件、各表条数、数据质量、各步用时 / one import in full."""
    shown = batch_shown(actor=system_actor("command-line"), batch=batch, now=timezone.now())
    if as_json:
        answer(shown)
        return
    for name in ("batch", "status", "lender", "layout", "as_of", "recording", "seconds"):
        print(f"{name:<12}{shown[name]}")
    for each in shown["files"]:
        print(f"  {each['file']}  {each['rows']:,}")
    _tell_tables(shown["tables"])
    _tell_quality(shown["quality"])


def result_data(result: ImportResult, *, rejects_file: Path | None) -> dict[str, Any]:
    """The answer of `--json`; its keys are documented and do not change unannounced."""
    return {
        "layout": result.layout,
        "lender": result.lender,
        "lender_is_new": result.lender_is_new,
        "as_of": result.as_of,
        "dry_run": result.dry_run,
        "changed_nothing": result.changed_nothing,
        "seen_before": result.seen_before,
        "tables": {name: asdict(table) for name, table in result.tables.items()},
        "left": result.left,
        "rejects_total": result.rejects_total,
        "rejects": [
            {
                "file": each.file,
                "row": each.row,
                "column": each.column,
                "value": each.value,
                "code": each.code,
                "sentence": say(each.code, each.figures, language=language()),
            }
            for each in result.rejects
        ],
        "rejects_file": None if rejects_file is None else str(rejects_file),
        "flags": dict(result.flags),
        "quality": dict(result.quality),
        "left_out": [asdict(each) for each in result.left_out],
        "batch": result.batch,
        "recording": result.recording,
    }


def sentences() -> Sequence[tuple[str, Any]]:
    """Both languages, as the file of rejects has a column of each."""
    return [
        ("说明", lambda code, figures: say(code, figures, language="zh-hans")),
        ("sentence", lambda code, figures: say(code, figures, language="en")),
    ]


def say_step(step: str) -> str:
    """The name of a step in the language of the terminal."""
    return say(STEPS[step], {}, language=language())


def _stage(**how: Any) -> StagedBook:
    """Read the files; several problems are all told before the refusal."""
    try:
        return stage_book(**how)
    except SeveralProblems as several:
        for problem in several.problems:
            print(say(problem.code, problem.figures, language=language()), file=sys.stderr)
        raise


def _make_ready(as_json: bool) -> None:
    """A house without any state gets it now: the first import is its first command."""
    if not connection.introspection.table_names():
        init_keyring(now=timezone.now())
        call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
        if not as_json:
            tell("BOOK-HOUSE-OPENED")
    refuse_unsound()


def _day_told(as_of: str | None, as_json: bool) -> date:
    if as_of is not None:
        return parse_day(as_of)
    day = timezone.localdate()
    if not as_json:
        tell("BOOK-DAY-ASSUMED", as_of=day.isoformat())
    return day


def _tell_result(result: ImportResult, rejects: Path | None) -> None:
    if result.lender_is_new:
        tell("BOOK-LENDER-NEW", lender=result.lender)
    _tell_tables({name: asdict(table) for name, table in result.tables.items()})
    if result.left:
        tell("BOOK-LEFT", left=result.left)
    _tell_quality(result.quality)
    for code, count in result.flags.items():
        tell("BOOK-FLAGGED", count=count, sentence=say(code, {}, language=language()))
    for left in result.left_out:
        where = " ".join(filter(None, (left.file, left.sheet, left.column)))
        tell("BOOK-LEFT-OUT", where=where, sentence=say(left.code, {}, language=language()))
    if result.rejects_total:
        _tell_rejects(result.rejects, result.rejects_total, rejects)
    if result.dry_run:
        tell("BOOK-DRY-RUN")
    elif result.changed_nothing:
        tell("BOOK-NOTHING-CHANGED", batch=result.batch)
    else:
        tell("BOOK-IMPORTED", batch=result.batch, recording=result.recording)


def _tell_tables(tables: Mapping[str, Mapping[str, int]]) -> None:
    for name, table in tables.items():
        tell("BOOK-TABLE-LINE", table=f"{name:<13}", **{k: f"{v:,}" for k, v in table.items()})


def _tell_quality(quality: Mapping[str, int]) -> None:
    borrowers = quality.get("borrowers", 0)
    if borrowers:
        tell(
            "BOOK-QUALITY-PEOPLE",
            borrowers=f"{borrowers:,}",
            phone=f"{quality['with_valid_phone'] * 100 / borrowers:.1f}",
            id_no=f"{quality['with_valid_id'] * 100 / borrowers:.1f}",
        )
    if quality.get("sums_wrong"):
        tell("BOOK-QUALITY-SUMS", wrong=quality["sums_wrong"], compared=quality["sums_compared"])
    if quality.get("dpd_mismatched"):
        tell("BOOK-QUALITY-DPD", wrong=quality["dpd_mismatched"], compared=quality["dpd_compared"])
    if quality.get("unnamed_borrowers"):
        tell("BOOK-QUALITY-UNNAMED", borrowers=quality["unnamed_borrowers"])
    if quality.get("same_id_other_name"):
        tell("BOOK-QUALITY-OTHER-NAME", borrowers=quality["same_id_other_name"])


def _tell_rejects(shown: Sequence[Problem], total: int, file: Path | None) -> None:
    tell("BOOK-REJECTED", rows=total)
    for problem in shown[:SHOWN]:
        sentence = say(problem.code, problem.figures, language=language())
        told = {
            "file": problem.file if problem.sheet is None else f"{problem.file} [{problem.sheet}]",
            "row": problem.row,
            "column": problem.column,
            "value": problem.value,
        }
        print("  " + say("INTAKE-AT", {**told, "sentence": sentence}, language=language()))
    if file is not None:
        tell("BOOK-REJECTS-IN", file=file.name)
    elif total > SHOWN:
        tell("BOOK-REJECTS-HINT")
