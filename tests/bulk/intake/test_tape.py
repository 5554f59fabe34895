"""A tape becomes borrowers, loans with one synthetic line, contacts, clues; its own words kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bulk.intake.staged import (
    RIC,
    TAPE_HEADER,
    TAPE_ROW,
    flags,
    rejects,
    rows_of,
    stage,
    write_csv,
)

BARE = ("借据号", "姓名", "逾期金额")


def _tape(tmp_path: Path, header: tuple[str, ...], *rows: tuple[Any, ...]) -> Path:
    return write_csv(tmp_path / "逾期客户.csv", [header, *rows])


def test_a_loan_of_a_tape_gets_one_line_of_its_overdue_amounts(tmp_path: Path) -> None:
    batch = stage(_tape(tmp_path, TAPE_HEADER, TAPE_ROW))
    assert batch.layout == "tape"
    assert rows_of(batch, "SELECT * EXCLUDE (source_id, source_row) FROM installment") == [
        ("JJ1", 1, *rows_of(batch, "SELECT synthetic_due_on FROM tape")[0], 100_000, 2_050, 0, 0)
    ]
    assert rows_of(batch, "SELECT loan_no, borrower_no FROM loan") == [("JJ1", "L-JJ1")]
    assert rows_of(batch, "SELECT borrower_no, name, id_type, id_no, mobile FROM borrower") == [
        ("L-JJ1", "张三", "ric", RIC, "13800138000")
    ]


@pytest.mark.parametrize(
    ("days", "first_overdue", "due", "synthetic", "mismatch"),
    [
        ("30", "", "", "2026-01-31", False),
        ("30", "2026-02-01", "", "2026-01-31", False),
        ("30", "2026-01-31", "", "2026-01-31", False),
        ("", "2026-02-01", "", "2026-01-31", False),
        ("10", "2026-02-01", "", "2026-01-31", True),
        ("30", "", "2026-01-31", "2026-01-31", False),
        ("31", "", "2026-01-31", "2026-01-31", True),
        ("0", "", "", "2026-03-02", False),
    ],
)
def test_the_due_day_comes_from_what_the_lender_tells_and_mismatches_are_flagged(
    days: str, first_overdue: str, due: str, synthetic: str, mismatch: bool, tmp_path: Path
) -> None:
    header = (*BARE, "逾期天数", "首次逾期日", "最早应还日", "逾期本金")
    row = ("JJ1", "张三", "10", days, first_overdue, due, "10")
    batch = stage(_tape(tmp_path, header, row))
    assert rows_of(batch, "SELECT synthetic_due_on::VARCHAR FROM tape") == [(synthetic,)]
    assert flags(batch) == ([(2, "INTAKE-DPD-MISMATCH")] if mismatch else [])
    assert batch.summary().dpd_mismatched == mismatch


def test_a_row_needs_an_age_and_an_amount(tmp_path: Path) -> None:
    header = (*BARE, "逾期天数")
    batch = stage(
        _tape(
            tmp_path,
            header,
            ("JJ1", "张三", "10", ""),
            ("JJ2", "李四", "", "3"),
            ("", "王五", "1", "3"),
        )
    )
    assert rejects(batch) == [
        (2, "逾期天数", "INTAKE-NO-AGE"),
        (3, "逾期金额", "INTAKE-NO-AMOUNT"),
        (4, "借据号", "INTAKE-MISSING"),
    ]
    assert rows_of(batch, "SELECT key FROM reject ORDER BY source_row") == [
        ("JJ1",),
        ("JJ2",),
        (None,),
    ]


def test_a_total_without_parts_counts_as_principal_and_wrong_sums_are_flagged(
    tmp_path: Path,
) -> None:
    header = (*BARE, "逾期天数", "逾期本金", "罚息")
    batch = stage(
        _tape(
            tmp_path,
            header,
            ("JJ1", "张三", "10", "3", "", ""),
            ("JJ2", "李四", "10", "3", "8", "1"),
        )
    )
    assert rows_of(
        batch, "SELECT principal_fen, penalty_fen FROM installment ORDER BY loan_no"
    ) == [
        (1000, 0),
        (800, 100),
    ]
    assert flags(batch) == [(2, "INTAKE-PARTS-UNKNOWN"), (3, "INTAKE-SUM-WRONG")]
    assert batch.problems(kind="flag")[1].figures["sum"] == 900


def test_borrowers_are_told_by_customer_number_then_id_then_loan(tmp_path: Path) -> None:
    header = (*BARE, "逾期天数", "客户号", "身份证号")
    path = _tape(
        tmp_path,
        header,
        ("JJ1", "张三", "1", "3", "K1", RIC),
        ("JJ2", "张三", "1", "3", "K1", RIC),
        ("JJ3", "李四", "1", "3", "", "110105194912310038"),
        ("JJ4", "李四", "1", "3", "", "110105194912310038"),
        ("JJ5", "王五", "1", "3", "", ""),
    )
    numbers = "SELECT loan_no, borrower_no FROM loan ORDER BY 1"
    assert rows_of(stage(path), numbers) == [
        ("JJ1", "K1"),
        ("JJ2", "K1"),
        ("JJ3", "L-JJ3"),
        ("JJ4", "L-JJ3"),
        ("JJ5", "L-JJ5"),
    ]
    keyed = stage(path, borrower_no_for_id=lambda id_no: f"X{len(id_no)}")
    assert rows_of(keyed, numbers)[2:] == [("JJ3", "X18"), ("JJ4", "X18"), ("JJ5", "L-JJ5")]
    assert rows_of(keyed, "SELECT count(*) FROM borrower") == [(3,)]


def test_rows_of_one_borrower_that_differ_are_flagged_and_the_last_counts(tmp_path: Path) -> None:
    header = (*BARE, "逾期天数", "客户号", "手机号")
    batch = stage(
        _tape(
            tmp_path,
            header,
            ("JJ1", "张三", "1", "3", "K1", "13800138000"),
            ("JJ2", "张叁", "1", "3", "K1", ""),
        )
    )
    assert rows_of(batch, "SELECT name, mobile FROM borrower") == [("张叁", "13800138000")]
    assert [flag for flag in flags(batch) if flag[1] == "INTAKE-BORROWER-DIFFERS"] == [
        (2, "INTAKE-BORROWER-DIFFERS"),
        (3, "INTAKE-BORROWER-DIFFERS"),
    ]


def test_phones_addresses_and_persons_become_contacts_with_role_and_basis(tmp_path: Path) -> None:
    header = (
        *BARE,
        *[
            "逾期天数",
            "手机号",
            "单位电话",
            "居住地址",
            "联系人1姓名",
            "联系人1关系",
            "联系人1电话",
        ],
        *["紧急联系人二", "紧急联系人二电话", "担保人", "担保人电话", "授权依据"],
    )
    row = (
        *["JJ1", "张三", "1", "3", "13800138000/13900139000", "010-12345678", "某市某路1号"],
        *[
            "李四",
            "配偶",
            "13700137000;13600136000",
            "王五",
            "-",
            "赵六",
            "13500135000",
            "contract",
        ],
    )
    batch = stage(_tape(tmp_path, header, row))
    assert rows_of(batch, "SELECT mobile FROM borrower") == [("13800138000",)]
    told = rows_of(
        batch,
        "SELECT role, name, relation, phone, address, source, legal_basis FROM contact "
        "ORDER BY role, phone, address",
    )
    basis = ("tape", "contract")
    assert told == [
        ("contact", "李四", "配偶", "13600136000", None, *basis),
        ("contact", "李四", "配偶", "13700137000", None, *basis),
        ("contact", "王五", None, None, None, *basis),
        ("guarantor", "赵六", None, "13500135000", None, *basis),
        ("self", None, "单位电话", "01012345678", None, *basis),
        ("self", None, "手机号", "13900139000", None, *basis),
        ("self", None, "居住地址", None, "某市某路1号", *basis),
    ]


def test_clues_and_reasons_are_kept_and_unneeded_and_unknown_columns_are_left(
    tmp_path: Path,
) -> None:
    header = (*BARE, "逾期天数", "资产线索", "抵押物", "逾期原因", "婚姻状况", "备注")
    batch = stage(
        _tape(
            tmp_path, header, ("JJ1", "张三", "1", "3", "有车", "房产一套", "失业", "已婚", "难缠")
        )
    )
    assert rows_of(batch, "SELECT kind, note FROM asset ORDER BY 1") == [
        ("clue", "有车"),
        ("collateral", "房产一套"),
    ]
    assert rows_of(batch, "SELECT reason, noted_on::VARCHAR, source FROM reason") == [
        ("失业", "2026-03-02", "tape")
    ]
    assert [(left.column, left.code) for left in batch.left_out] == [
        ("婚姻状况", "INTAKE-COLUMN-UNNEEDED"),
        ("备注", "INTAKE-COLUMN-UNKNOWN"),
    ]


def test_a_loan_on_a_tape_twice_differently_is_rejected(tmp_path: Path) -> None:
    header = (*BARE, "逾期天数")
    batch = stage(
        _tape(
            tmp_path,
            header,
            ("JJ1", "张三", "1", "3"),
            ("JJ1", "张三", "2", "3"),
            ("JJ2", "李四", "1", "3"),
        )
    )
    assert rejects(batch) == [
        (2, "loan_no", "INTAKE-CONFLICTING-ROWS"),
        (3, "loan_no", "INTAKE-CONFLICTING-ROWS"),
    ]
    assert rows_of(batch, "SELECT loan_no FROM tape") == [("JJ2",)]


def test_the_contract_number_stands_in_for_a_missing_loan_number(tmp_path: Path) -> None:
    header = ("合同编号", "姓名", "逾期金额", "逾期天数")
    batch = stage(_tape(tmp_path, header, ("HT1", "张三", "1", "3")))
    assert rows_of(batch, "SELECT loan_no, contract_no FROM loan") == [("HT1", "HT1")]
