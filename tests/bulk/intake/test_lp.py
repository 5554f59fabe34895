"""The PPDai layout is read as it is: one row per installment with what is left of it."""

from __future__ import annotations

from pathlib import Path

from tests.bulk.intake.staged import flags, rejects, rows_of, stage, write_csv

HEADER = (
    *[
        "ListingId",
        "期数",
        "还款状态",
        "应还本金",
        "应还利息",
        "剩余本金",
        "剩余利息",
        "到期日期",
        "还款日期",
    ],
    "recorddate",
)
SNAPSHOT = "2026-03-01"


def _lp(tmp_path: Path, *rows: tuple[object, ...]) -> Path:
    return write_csv(tmp_path / "LP.csv", [HEADER, *rows])


def test_rows_become_loans_installments_and_payments(tmp_path: Path) -> None:
    batch = stage(
        _lp(
            tmp_path,
            (7, 1, 1, 100.5, 1, 0, 0, "2026/1/1", "2026/1/1", SNAPSHOT),
            (7, 2, 2, 100.5, 1, 0, 0, "2026/2/1", "2026/2/9", SNAPSHOT),
            (7, 3, 4, 100.5, 1, 60.5, 0, "2026/2/20", "2026/2/21", SNAPSHOT),
            (7, 4, 0, 100.5, 1, 100.5, 1, "2026/4/1", "\\N", SNAPSHOT),
            (8, 1, 3, 50, 2, 0, 0, "2026/5/1", "2026/2/1", SNAPSHOT),
        )
    )
    assert batch.layout == "lp"
    assert rejects(batch) == []
    assert flags(batch) == []
    assert rows_of(batch, "SELECT loan_no, borrower_no FROM loan") == [("7", "7"), ("8", "8")]
    assert rows_of(batch, "SELECT borrower_no, name FROM borrower") == [("7", "7"), ("8", "8")]
    assert rows_of(batch, "SELECT count(*), sum(principal_fen), sum(fee_fen) FROM installment") == [
        (5, 4 * 10050 + 5000, 0)
    ]
    assert rows_of(
        batch, "SELECT payment_no, paid_on::VARCHAR, amount_fen FROM payment ORDER BY 1"
    ) == [
        ("LP-7-1", "2026-01-01", 10150),
        ("LP-7-2", "2026-02-09", 10150),
        ("LP-7-3", "2026-02-21", 4100),
        ("LP-8-1", "2026-02-01", 5200),
    ]


def test_the_latest_snapshot_of_an_installment_counts(tmp_path: Path) -> None:
    batch = stage(
        _lp(
            tmp_path,
            (7, 1, 2, 100, 1, 0, 0, "2026-01-01", "2026-02-15", "2026-03-01"),
            (7, 1, 0, 100, 1, 100, 1, "2026-01-01", "\\N", "2026-02-01"),
        )
    )
    assert rows_of(batch, "SELECT paid_on::VARCHAR, amount_fen FROM payment") == [
        ("2026-02-15", 10100)
    ]
    assert rejects(batch) == []


def test_what_does_not_fit_is_flagged_and_what_cannot_be_is_rejected(tmp_path: Path) -> None:
    batch = stage(
        _lp(
            tmp_path,
            (7, 1, 4, 100, 1, 50, 1, "2026-01-01", "\\N", SNAPSHOT),
            (7, 2, 1, 100, 1, 50, 1, "2026-02-01", "2026-02-01", SNAPSHOT),
            (7, 3, 0, 100, 1, 101, 1, "2026-03-01", "\\N", SNAPSHOT),
            (7, 4, 9, 100, 1, 100, 1, "2026-04-01", "\\N", SNAPSHOT),
        )
    )
    assert flags(batch) == [(2, "INTAKE-LP-PAID-DAY-UNKNOWN"), (3, "INTAKE-LP-STATUS-DIFFERS")]
    assert rejects(batch) == [
        (4, "剩余本金", "INTAKE-MORE-LEFT-THAN-DUE"),
        (5, "还款状态", "INTAKE-NOT-A-CHOICE"),
    ]
    assert rows_of(batch, "SELECT paid_on::VARCHAR FROM payment WHERE payment_no = 'LP-7-1'") == [
        (SNAPSHOT,)
    ]
