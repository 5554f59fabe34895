"""Native files: good rows are staged, bad rows are rejected with their place, keys stand once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunwell.bulk.intake import keys
from dunwell.bulk.intake.mapping import map_from_data
from tests.bulk.intake.staged import RIC, flags, rejects, rows_of, stage, write_csv

PAYMENTS = ("payment_no", "loan_no", "paid_on", "amount", "reverses")
INSTALLMENTS = ("loan_no", "seq", "due_date", "principal", "interest")


def test_every_wrong_cell_of_a_row_is_named_and_good_rows_stay(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "installments.csv",
        [
            INSTALLMENTS,
            ("L1", "1", "2026-01-31", "100", "1"),
            ("L1", "x", "31/1/2026", "", "-5"),
            ("", "2", "2026-02-28", "1,00", "1"),
        ],
    )
    batch = stage(path)
    assert rows_of(batch, "SELECT loan_no, seq FROM installment") == [("L1", 1)]
    assert rejects(batch) == [
        (3, "due_date", "DAYS-UNREADABLE"),
        (3, "interest", "INTAKE-NEGATIVE"),
        (3, "principal", "INTAKE-MISSING"),
        (3, "seq", "INTAKE-NOT-A-COUNT"),
        (4, "loan_no", "INTAKE-MISSING"),
        (4, "principal", "MONEY-UNREADABLE"),
    ]
    (source,) = batch.sources
    assert (source.rows, source.staged, source.rejected) == (3, 1, 2)


def test_odd_forms_are_read_and_absent_columns_are_told_apart_from_empty(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "还款计划.csv",
        [
            ("借据号", "期数", "应还日期", "应还本金(万元)", "应还利息（元）", "应还费用"),
            ("L1", "第1期", "2026年1月31日", "1.2", "￥1,000.5元", ""),
            ("L1", "2", "46083", "0.00010", "１２", "3"),
        ],
    )
    batch = stage(path)
    assert rows_of(
        batch,
        "SELECT seq, due_date::VARCHAR, principal_fen, interest_fen, fee_fen, penalty_fen "
        "FROM installment ORDER BY seq",
    ) == [(1, "2026-01-31", 1_200_000, 100_050, 0, 0), (2, "2026-03-02", 100, 1_200, 300, 0)]
    assert batch.columns_present == {
        "installment": ("loan_no", "seq", "due_date", "principal_fen", "interest_fen", "fee_fen")
    }


def test_a_key_told_twice_alike_collapses_and_told_differently_is_rejected(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "payments.csv",
        [
            PAYMENTS,
            ("P1", "L1", "2026-02-01", "10.00", ""),
            ("P1", "L1", "2026/2/1", "10", ""),
            ("P2", "L1", "2026-02-01", "10", ""),
            ("P2", "L1", "2026-02-01", "11", ""),
        ],
    )
    batch = stage(path)
    assert rows_of(batch, "SELECT payment_no, source_row FROM payment") == [("P1", 2)]
    problems = batch.problems()
    assert [(p.row, p.code, p.figures["rows"]) for p in problems] == [
        (4, "INTAKE-CONFLICTING-ROWS", "4, 5"),
        (5, "INTAKE-CONFLICTING-ROWS", "4, 5"),
    ]


def test_the_later_file_wins_and_the_earlier_row_is_flagged(tmp_path: Path) -> None:
    first = write_csv(
        tmp_path / "payments_1.csv",
        [PAYMENTS, ("P1", "L1", "2026-02-01", "10", ""), ("P2", "L1", "2026-02-01", "1", "")],
    )
    second = write_csv(
        tmp_path / "payments_2.csv",
        [PAYMENTS, ("P1", "L1", "2026-02-01", "12", ""), ("P2", "L1", "2026-02-01", "1", "")],
    )
    batch = stage(first, second)
    assert rows_of(batch, "SELECT payment_no, amount_fen, source_id FROM payment ORDER BY 1") == [
        ("P1", 1200, 1),
        ("P2", 100, 1),
    ]
    assert [(p.file, p.row, p.code) for p in batch.problems(kind="flag")] == [
        ("payments_1.csv", 2, "INTAKE-SUPERSEDED")
    ]


def test_contacts_without_a_number_of_their_own_collapse_when_alike(tmp_path: Path) -> None:
    header = ("borrower_no", "role", "name", "phone", "source", "legal_basis")
    row = ("B1", "联系人", "李四", "13900139000", "form", "consent")
    batch = stage(write_csv(tmp_path / "contacts.csv", [header, row, row]))
    assert rows_of(batch, "SELECT role, source_row FROM contact") == [("contact", 2)]


def test_reversals_undo_a_payment_of_their_loan_and_no_more_than_it(tmp_path: Path) -> None:
    batch = stage(
        write_csv(
            tmp_path / "payments.csv",
            [
                PAYMENTS,
                ("P1", "L1", "2026-02-01", "10", ""),
                ("R1", "L1", "2026-02-02", "-6", "P1"),
                ("R2", "L1", "2026-02-03", "4", "P1"),
                ("R3", "L1", "2026-02-03", "1", "P1"),
                ("R4", "L2", "2026-02-03", "1", "P1"),
                ("R5", "L1", "2026-01-31", "1", "P1"),
                ("R6", "L1", "2026-02-03", "1", "R1"),
                ("R7", "L1", "2026-02-03", "1", "R7"),
                ("R8", "L1", "2026-02-03", "1", "P0"),
                ("P2", "L1", "2026-02-03", "-1", ""),
            ],
        )
    )
    assert rows_of(batch, "SELECT payment_no, amount_fen FROM payment ORDER BY 1") == [
        ("P1", 1000),
        ("R1", 600),
        ("R2", 400),
        ("R8", 100),
    ]
    assert rejects(batch) == [
        (5, "amount", "INTAKE-REVERSED-TOO-MUCH"),
        (6, "loan_no", "INTAKE-REVERSES-OTHER-LOAN"),
        (7, "paid_on", "INTAKE-REVERSED-TOO-EARLY"),
        (8, "reverses", "INTAKE-REVERSES-REVERSAL"),
        (9, "reverses", "INTAKE-REVERSES-ITSELF"),
        (11, "amount", "INTAKE-NEGATIVE-PAYMENT"),
    ]
    assert ("payment", "payment", "P0", 1) in rows_of(batch, "SELECT * FROM orphan")


def test_a_hold_ends_no_earlier_than_it_starts(tmp_path: Path) -> None:
    batch = stage(
        write_csv(
            tmp_path / "holds.csv",
            [
                ("loan_no", "start", "end"),
                ("L1", "2026-01-02", "2026-01-01"),
                ("L2", "2026-01-02", "2026-01-02"),
                ("L3", "2026-01-02", ""),
            ],
        )
    )
    assert rows_of(batch, "SELECT loan_no FROM hold ORDER BY 1") == [("L2",), ("L3",)]
    assert rejects(batch) == [(2, "end", "INTAKE-END-BEFORE-START")]


def _family(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write_csv(folder / "borrowers.csv", [("borrower_no", "name"), ("B1", "张三")])
    write_csv(
        folder / "loans.csv", [("loan_no", "borrower_no"), ("L1", "B1"), ("L2", "B2"), ("L3", "B3")]
    )
    write_csv(
        folder / "payments.csv",
        [
            PAYMENTS,
            ("P1", "L1", "2026-02-01", "1", ""),
            ("P2", "L2", "2026-02-01", "1", ""),
            ("P3", "L9", "2026-02-01", "1", ""),
        ],
    )
    return folder


def test_children_of_unknown_parents_are_listed_not_rejected(tmp_path: Path) -> None:
    batch = stage(_family(tmp_path))
    assert rejects(batch) == []
    assert rows_of(batch, "SELECT * FROM orphan ORDER BY ALL") == [
        ("loan", "borrower", "B2", 1),
        ("loan", "borrower", "B3", 1),
        ("payment", "loan", "L9", 1),
    ]


def test_orphans_are_rejected_on_word_of_the_flow_with_all_below_them(tmp_path: Path) -> None:
    batch = stage(_family(tmp_path))
    assert batch.reject_orphans(table="loan", parent_keys=["B2"]) == 2
    assert batch.reject_orphans(table="payment", parent_keys=["L9"]) == 1
    assert rows_of(batch, "SELECT loan_no FROM loan ORDER BY 1") == [("L1",), ("L3",)]
    assert rows_of(batch, "SELECT payment_no FROM payment") == [("P1",)]
    assert rows_of(batch, "SELECT parent_key FROM orphan") == [("B3",)]
    assert {code for _, _, code in rejects(batch)} == {"INTAKE-ORPHAN"}


def test_flags_tell_what_does_not_add_up_and_stop_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_csv(
        folder / "borrowers.csv",
        [
            ("borrower_no", "name", "id_type", "id_no", "mobile"),
            ("B1", "张三", "", RIC, "13800138000"),
            ("B2", "李四", "身份证", RIC[:-1] + "1", "12345"),
            ("B3", "某某公司", "", "91110000600037341L", ""),
            ("B4", "王五", "护照", "E1", "13800138000"),
            ("B5", "张三", "", RIC, ""),
        ],
    )
    write_csv(
        folder / "loans.csv",
        [("loan_no", "borrower_no", "principal", "disbursed_on"), ("L1", "B1", "3", "2026-03-03")],
    )
    write_csv(
        folder / "installments.csv",
        [INSTALLMENTS, ("L1", "1", "2026-01-31", "1", "0"), ("L1", "2", "2026-02-28", "1", "0")],
    )
    batch = stage(folder)
    assert rejects(batch) == []
    assert flags(batch) == [
        (2, "INTAKE-SAME-ID"),
        (3, "INTAKE-ID-INVALID"),
        (3, "INTAKE-PHONE-INVALID"),
        (6, "INTAKE-SAME-ID"),
        (2, "INTAKE-FUTURE-DAY"),
        (2, "INTAKE-SUM-WRONG"),
    ]
    summary = batch.summary()
    assert summary.rows["borrower"] == summary.borrowers == 5
    assert (summary.with_phone, summary.with_valid_phone) == (3, 2)
    assert (summary.with_id, summary.with_valid_id) == (5, 4)
    assert (summary.sums_compared, summary.sums_wrong) == (1, 1)


def test_columns_the_process_does_not_need_are_never_stored(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "borrowers.csv",
        [("borrower_no", "name", "性别", "通讯录(条)", "religion"), ("B1", "张三", "男", "x", "y")],
    )
    batch = stage(path)
    assert [(left.column, left.code) for left in batch.left_out] == [
        ("性别", "INTAKE-COLUMN-UNNEEDED"),
        ("通讯录(条)", "INTAKE-COLUMN-UNNEEDED"),
        ("religion", "INTAKE-COLUMN-UNNEEDED"),
    ]
    assert b"religion" not in batch.path.read_bytes()


def test_a_saved_map_wins_over_the_synonyms_and_scales(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "x.csv",
        [("借据", "From", "x", "备注"), ("L1", "02.03.2026", "why", "note")],
    )
    told = {
        "layout": "native",
        "sheets": {"x.csv": "hold"},
        "tables": {
            "hold": {
                "借据": "loan_no",
                "From": {"field": "start", "format": "%d.%m.%Y"},
                "x": "reason",
                "备注": None,
            }
        },
    }
    mapping = map_from_data(told)
    batch = stage(path, mapping=mapping)
    assert rows_of(batch, "SELECT loan_no, start_on::VARCHAR, reason FROM hold") == [
        ("L1", "2026-03-02", "why")
    ]
    assert [(left.column, left.code) for left in batch.left_out] == [
        ("备注", "INTAKE-COLUMN-IGNORED")
    ]


def test_staging_twice_gives_the_same_batch(tmp_path: Path) -> None:
    folder = _family(tmp_path)
    first, second = stage(folder), stage(folder)
    assert first.as_data() == second.as_data()
    assert first.digest == second.digest


def test_keys_are_settled_alike_in_one_piece_and_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row(number: int, amount: int) -> tuple[str, ...]:
        return (f"P{number}", "L1", "2026-02-01", str(amount), "")

    first = [row(n % 40, n % 5 + (n == 80)) for n in range(100)]
    second = [row(n % 40, n % 5 + (n < 9)) for n in range(0, 100, 3)]
    paths = [
        write_csv(tmp_path / f"payments_{name}.csv", [PAYMENTS, *rows])
        for name, rows in (("1", first), ("2", second))
    ]
    everything = "SELECT * FROM payment ORDER BY ALL"
    whole = stage(*paths)
    told = rows_of(whole, everything), rejects(whole), flags(whole)
    assert all(told)
    monkeypatch.setattr(keys, "_PART_ROWS", 7)
    parts = stage(*paths)
    assert (rows_of(parts, everything), rejects(parts), flags(parts)) == told
