"""Problems as people see them: masked, in file order, in a file that Excel opens."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.tables import Kind
from tests.bulk.intake.staged import RIC, TAPE_HEADER, TAPE_ROW, stage, write_csv


def _say(code: str, figures: Mapping[str, Any]) -> str:
    return f"{code} at {figures['file']}:{figures['row']}"


def test_rejects_are_written_for_excel_with_a_sentence_per_language(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "tape.csv", [TAPE_HEADER, (*TAPE_ROW[:4], "=1+1", "1", "1"), TAPE_ROW]
    )
    batch = stage(path)
    out = tmp_path / "rejects.csv"
    assert batch.write_rejects(out, sentences=[("原因", _say), ("reason", _say)]) == 1
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert heading[-2:] == ["原因", "reason"]
    said = "INTAKE-NOT-A-COUNT at tape.csv:2"
    assert row == [
        "tape.csv",
        "",
        "2",
        "逾期天数",
        "'=1+1",
        "JJ1",
        "INTAKE-NOT-A-COUNT",
        said,
        said,
    ]


def test_nothing_personal_is_in_rejects_preview_or_flags(tmp_path: Path) -> None:
    shifted = ("JJ1", "张三", RIC, "13800138000", "30", "李四", "13900139000")
    lost = ("王五", "1.10105E+17", "13700137000", "JJ2", "30", "1", "1")
    whole = ("赵六", RIC, "13600136000", "JJ3", "30", "1", "1")
    batch = stage(write_csv(tmp_path / "tape.csv", [TAPE_HEADER, shifted, lost, whole]))
    assert batch.problems()
    told = str([*batch.problems(), *batch.problems(kind="flag"), batch.preview()])
    for personal in ("张三", "李四", "赵六", RIC, "13800138000", "13900139000", "13600136000"):
        assert personal not in told


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.NAME, "欧阳娜娜", "欧*"),
        (Kind.PHONE, "13800138821", "138****8821"),
        (Kind.PHONE, "12345", "*****"),
        (Kind.ID_NO, RIC, "110*************2X"),
        (Kind.ADDRESS, "某市某路1号", "某市某***"),
        (Kind.MONEY, "13800138000", "138******00"),
        (Kind.MONEY, "张三", "张*"),
        (Kind.MONEY, "约一千", "约一千"),
        (Kind.DAY, "2026-13-45", "2026-13-45"),
        (Kind.CHOICE, "担保的", "担保的"),
        (Kind.KEY, "JJ2026030200001234", "JJ2026030200001234"),
        (Kind.KEY, RIC, "110*************2X"),
        (Kind.KEY, "制表人：张三", "制*"),
        (Kind.TEXT, "长" * 80, "长长长长…"),
    ],
)
def test_values_are_masked_by_kind_and_by_shape(kind: Kind, value: str, shown: str) -> None:
    with duckdb.connect(":memory:") as connection:
        row = connection.execute(f"SELECT {mask_sql(literal(value), kind)}").fetchone()
    assert row == (shown,)


def test_many_rejects_come_in_file_order_and_in_part(tmp_path: Path) -> None:
    rows = [(*TAPE_ROW[:3], f"JJ{number}", "x", "1", "1") for number in range(300)]
    batch = stage(write_csv(tmp_path / "tape.csv", [TAPE_HEADER, *rows]))
    assert [problem.row for problem in batch.problems(rows=3)] == [2, 3, 4]
    assert len(batch.problems(rows=None)) == 300
    assert batch.summary().rejected_rows == {"tape": 300}
