"""What the mapping page is told of a file, and the maps that come of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from dunwell.bulk.intake.detect import DetectedColumns, detect, proposed_map
from dunwell.bulk.intake.mapping import ColumnChoice, ColumnMap, map_from_data, read_map
from dunwell.bulk.intake.refusals import BadMap
from tests.bulk.intake.staged import RIC, TAPE_HEADER, TAPE_ROW, rows_of, stage, write_csv

HEADER = (*TAPE_HEADER, "逾期应还的罚息", "民族", "备注", "逾期总额(万元)")
ROW = (*TAPE_ROW, "5", "汉", "老张", "0.10255")


def _detect(tmp_path: Path, **how: Any) -> DetectedColumns:
    path = write_csv(tmp_path / "名单.csv", [HEADER, ROW, ROW, ROW, ROW], encoding="gb18030")
    return detect([path], workdir=tmp_path / "work", **how)


def test_columns_come_with_field_confidence_and_masked_samples(tmp_path: Path) -> None:
    detected = _detect(tmp_path)
    (sheet,) = detected.sheets
    told = {column.header: column for column in sheet.columns}
    assert (detected.layout, sheet.table, sheet.recognised, sheet.encoding) == (
        "tape",
        "tape",
        True,
        "gb18030",
    )
    assert (told["客户姓名"].field, told["客户姓名"].samples[0]) == ("name", "张*")
    assert told["证件号码"].samples == ("110" + "*" * 13 + "2X",) * 3
    assert told["逾期总额(万元)"].unit_fen == 1_000_000
    assert told["民族"].note == "INTAKE-COLUMN-UNNEEDED"
    assert (told["备注"].field, told["备注"].samples[0]) == (None, "老*")
    assert RIC not in str(detected.as_data())
    assert not (tmp_path / "work" / "passing").exists()


def test_an_unknown_column_gets_a_proposal_that_is_not_sure(tmp_path: Path) -> None:
    (sheet,) = _detect(tmp_path).sheets
    unsure = next(column for column in sheet.columns if column.header == "逾期应还的罚息")
    assert unsure.field == "overdue_penalty"
    assert unsure.confidence < 0.9


def test_a_proposed_map_stages_the_file_as_it_was_shown(tmp_path: Path) -> None:
    detected = _detect(tmp_path)
    mapping = map_from_data(proposed_map(detected).as_data())
    batch = stage(tmp_path / "名单.csv", mapping=mapping)
    assert rows_of(batch, "SELECT overdue_fen, overdue_penalty_fen FROM tape") == [(102_550, 500)]
    sure = proposed_map(detected, keep_proposals=False)
    assert sure.tables["tape"]["逾期应还的罚息"] == ColumnChoice(field=None)


def test_what_is_missing_or_doubled_is_data_for_the_page(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "holds.csv", [("loan_no", "借据号", "为何"), ("L1", "L1", "x")])
    (sheet,) = detect([path], workdir=tmp_path / "work").sheets
    assert (sheet.table, sheet.missing, sheet.doubled) == ("hold", ("start",), ("loan_no",))
    assert sheet.fields == ("loan_no", "start", "end", "reason")


def test_two_columns_of_one_name_are_told_apart_by_their_place(tmp_path: Path) -> None:
    header = (*TAPE_HEADER, "联系人姓名", "联系人电话", "联系人姓名", "联系人电话")
    row = (*TAPE_ROW, "李四", "13700137000", "王五", "13600136000")
    path = write_csv(tmp_path / "tape.csv", [header, row])
    batch = stage(path)
    assert rows_of(batch, "SELECT name, phone FROM contact ORDER BY 2") == [
        ("王五", "13600136000"),
        ("李四", "13700137000"),
    ]


def test_a_doubled_column_can_be_mapped_by_its_place(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "holds.csv", [("loan_no", "start", "start"), ("L1", "x", "46083")])
    columns = {"start": None, "start#2": "start"}
    batch = stage(path, mapping=map_from_data({"tables": {"hold": columns}}))
    assert rows_of(batch, "SELECT start_on::VARCHAR FROM hold") == [("2026-03-02",)]


def test_a_map_is_read_from_yaml_and_written_back_the_same(tmp_path: Path) -> None:
    data = {
        "layout": "tape",
        "sheets": {"Sheet1": "tape"},
        "tables": {"tape": {"编号": "loan_no", "金额": {"field": "overdue", "scale": 10000}}},
    }
    path = tmp_path / "map.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    mapping = read_map(path)
    assert mapping.tables["tape"]["金额"] == ColumnChoice("overdue", scale=Decimal(10000))
    assert map_from_data(mapping.as_data()) == mapping
    assert map_from_data({}) == ColumnMap()


@pytest.mark.parametrize(
    ("data", "where", "found"),
    [
        ([], "map", "list"),
        ({"columns": {}}, "map", "columns"),
        ({"layout": "excel"}, "layout", "excel"),
        ({"tables": {"people": {}}}, "tables", "people"),
        ({"sheets": {"a": "people"}}, "sheets", "people"),
        ({"tables": {"hold": {"a": "begin"}}}, "tables.hold.a", "begin"),
        ({"tables": {"hold": {"a": {"name": "start"}}}}, "tables.hold.a", "name"),
        ({"tables": {"hold": {"a": {"field": "start", "scale": "x"}}}}, "tables.hold.a.scale", "x"),
        (
            {"tables": {"tape": {"a": {"field": "cure", "scale": 0.001}}}},
            "tables.tape.a.scale",
            "0.001",
        ),
    ],
)
def test_a_map_that_names_what_does_not_exist_is_refused_with_its_place(
    data: Any, where: str, found: str
) -> None:
    with pytest.raises(BadMap) as refused:
        map_from_data(data)
    assert (refused.value.figures["where"], refused.value.figures["found"]) == (where, found)


def test_a_map_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadMap):
        read_map(path)
