"""Wrong files are refused by name, before anything is staged, with what would be right."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dunwell.bulk.intake import workbook
from dunwell.bulk.intake.refusals import (
    BrokenFile,
    DuplicateColumns,
    EmptyFile,
    Encrypted,
    FileRefused,
    MissingColumns,
    MixedLayouts,
    NoFiles,
    NoHeader,
    NoRows,
    NotText,
    SeveralProblems,
    UnknownColumns,
    Unrecognised,
    WebPage,
)
from tests.bulk.intake.staged import (
    TAPE_HEADER,
    TAPE_ROW,
    rejects,
    rows_of,
    stage,
    write_csv,
    write_xlsx,
)


def _whole_xlsx(path: Path) -> bytes:
    return write_xlsx(path / "whole.xlsx", {"t": [TAPE_HEADER, TAPE_ROW]}).read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("tape.csv", b"", EmptyFile),
        ("tape.csv", b"\xef\xbb\xbf \r\n ", EmptyFile),
        ("tape.csv", bytes(range(256)) * 40, NotText),
        ("tape.csv", b"%PDF-1.7\n" + bytes(random.Random(1).randbytes(4000)), NotText),
        ("tape.xlsx", b"not a workbook", BrokenFile),
        ("tape.parquet", b"PAR1 and nothing else", BrokenFile),
        ("tape.zip", b"PK\x03\x04 and nothing else", BrokenFile),
        ("tape.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), BrokenFile),
        ("tape.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Encrypted),
        ("tape.xls", b"<html><table><tr><td>a</td></tr></table></html>", WebPage),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(
    name: str, content: bytes, refusal: type[FileRefused], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(refusal) as refused:
        stage(path)
    assert refused.value.figures["file"] == name


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"
    path.write_bytes(_whole_xlsx(tmp_path)[:-200])
    with pytest.raises(BrokenFile):
        stage(path)


def test_a_path_that_is_not_there_and_a_folder_without_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.docx").write_bytes(b"PK")
    for path in (tmp_path / "absent.csv", tmp_path / "in"):
        with pytest.raises(NoFiles):
            stage(path)


def test_a_tape_of_no_rows_is_refused_and_an_empty_native_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoRows):
        stage(write_csv(tmp_path / "tape.csv", [TAPE_HEADER]))
    batch = stage(write_csv(tmp_path / "holds.csv", [("loan_no", "start")]))
    assert [(s.table, s.rows) for s in batch.sources] == [("hold", 0)]
    assert [left.code for left in batch.left_out] == ["INTAKE-TABLE-NO-ROWS"]


def test_a_refused_batch_leaves_nothing_personal_behind(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "tape.xlsx", {"t": [TAPE_HEADER]})
    with pytest.raises(NoRows):
        stage(path)
    assert not (tmp_path / "stage of this test" / "passing").exists()


def test_the_header_may_stand_below_a_title_and_totals_are_left_out(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "2026年3月逾期名单.xlsx",
        {
            "3月": [
                ("某某小额贷款有限公司逾期客户明细表",),
                ("制表日期：2026-03-02",),
                (),
                TAPE_HEADER,
                TAPE_ROW,
                (None, None, None, None, None, None, None),
                ("合 计", None, None, None, None, "1000.00", "20.50"),
            ]
        },
    )
    batch = stage(path)
    assert batch.sources[0].header_row == 4
    assert rows_of(batch, "SELECT source_row, loan_no FROM tape") == [(5, "JJ1")]
    assert rejects(batch) == []
    assert [(p.row, p.code) for p in batch.problems(kind="flag")] == [(7, "INTAKE-TOTALS-ROW")]


def test_a_file_without_header_is_told_so_and_its_first_row_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(NoHeader) as refused:
        stage(write_csv(tmp_path / "名单.csv", [TAPE_ROW, TAPE_ROW]))
    assert refused.value.figures == {"file": "名单.csv"}


def test_columns_of_no_known_table_are_listed(tmp_path: Path) -> None:
    with pytest.raises(Unrecognised) as refused:
        stage(write_csv(tmp_path / "stock.csv", [("sku", "shelf"), ("a", "b")]))
    assert refused.value.figures == {"file": "stock.csv", "columns": "sku, shelf"}


def test_unknown_columns_of_a_native_file_are_refused_or_ignored_on_request(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "holds.csv", [("loan_no", "start", "mood"), ("L1", "2026-01-01", "x")]
    )
    with pytest.raises(UnknownColumns) as refused:
        stage(path)
    assert refused.value.figures == {
        "file": "holds.csv",
        "table": "holds",
        "columns": "mood",
        "allowed": "loan_no, start, end, reason",
    }
    batch = stage(path, ignore_unknown=True)
    assert rows_of(batch, "SELECT loan_no FROM hold") == [("L1",)]
    assert [(left.column, left.code) for left in batch.left_out] == [
        ("mood", "INTAKE-COLUMN-IGNORED")
    ]


def test_missing_columns_are_named_with_their_alternatives(tmp_path: Path) -> None:
    with pytest.raises(MissingColumns) as refused:
        stage(
            write_csv(tmp_path / "installments.csv", [("loan_no", "seq", "interest"), ("a", 1, 1)])
        )
    assert refused.value.figures["columns"] == "due_date, principal"
    with pytest.raises(MissingColumns) as refused:
        stage(write_csv(tmp_path / "tape.csv", [("姓名", "逾期本金", "手机号"), ("a", 1, 1)]))
    assert refused.value.figures["columns"] == (
        "loan_no / contract_no, lender_past_due_days / first_overdue_on / oldest_due_on"
    )


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    rows = [("loan_no", "借据号", "start", "start"), ("a", "b", "2026-01-01", "2026-01-02")]
    with pytest.raises(SeveralProblems) as refused:
        stage(write_csv(tmp_path / "holds.csv", rows))
    assert [problem.figures["columns"] for problem in refused.value.problems] == [
        "loan_no, 借据号",
        "start, start#2",
    ]
    assert all(isinstance(problem, DuplicateColumns) for problem in refused.value.problems)


def test_a_tape_beside_native_files_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "in" / "holds.csv", [("loan_no", "start"), ("L1", "2026-01-01")])
    write_csv(tmp_path / "in" / "逾期.csv", [TAPE_HEADER, TAPE_ROW])
    with pytest.raises(MixedLayouts):
        stage(tmp_path / "in")


@pytest.mark.parametrize("damage", [b"\xe5\x9b", b"\x00", b"\xff"])
def test_damaged_characters_reject_their_row_only(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    lines = [",".join(TAPE_HEADER).encode()]
    lines += [",".join(TAPE_ROW).replace("JJ1", f"JJ{i}").encode() for i in range(5)]
    lines[3] = lines[3].replace("张".encode(), "李".encode() + damage)
    path.write_bytes(b"\n".join(lines))
    batch = stage(path)
    assert rejects(batch) == [(4, "客户姓名", "INTAKE-DAMAGED-TEXT")]
    assert batch.sources[0].staged == 4


def test_a_workbook_that_keeps_its_reader_busy_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(workbook.MOST_SECONDS, "xlsx", 0.001)
    with pytest.raises(BrokenFile):
        stage(write_xlsx(tmp_path / "tape.xlsx", {"t": [TAPE_HEADER, TAPE_ROW]}))
