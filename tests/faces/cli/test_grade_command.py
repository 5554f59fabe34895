"""`dunwell grade`: the public commands as they are documented, and how they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.portfolio import DIRECTIONS, write_portfolio
from dunwell.faces.cli.grade import app

CARD = Path(__file__).parents[3] / "src/dunwell/packs/house/cards/overdue_borrower.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("grade")
    write_portfolio(folder / "features.parquet", rows=1_200)
    (folder / "directions.json").write_text(json.dumps(DIRECTIONS), "utf-8")
    return folder


def run(folder: Path, *words: str) -> str:
    paths = {"DIR": folder / "model", "OUT": folder / "out.csv"}
    paths |= {"FEATURES": folder / "features.parquet", "MONOTONE": folder / "directions.json"}
    done = CliRunner().invoke(app, [str(paths.get(word, word)) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_train_evaluate_and_score_as_the_page_says(folder: Path) -> None:
    words = ("--features", "FEATURES", "--target", "bad")
    told = run(folder, "train", *words, "--out", "DIR", "--monotone", "MONOTONE", "--seed", "3")
    assert "sex" in told and "evaluate" in told
    figures = json.loads(run(folder, "evaluate", *words, "--model", "DIR", "--json"))
    assert list(figures) == [
        *("auc", "auc_fold_sd", "ks", "brier", "calibration_slope", "ece", "ece_floor"),
        *("top10_capture", "psi", "monotonicity_breaches"),
    ]
    shown = run(folder, "evaluate", *words, "--model", "DIR")
    assert all(name in shown for name in figures)
    scored = run(folder, "score", "--features", "FEATURES", "--card", "DIR", "--out", "OUT")
    assert "1,200" in scored
    lines = (folder / "out.csv").read_text("utf-8").splitlines()
    assert lines[0] == "borrower_no,score,grade,reason_1,reason_2,reason_3,probability"
    assert len(lines) == 1_201


def test_a_refusal_is_one_sentence_with_file_row_column_and_value(folder: Path) -> None:
    rows = "\n".join(f"{n % 7},{n % 2}" for n in range(80))
    (folder / "wrong.csv").write_text(f"late,bad\n{rows}\n3,yes\n", "utf-8")
    words = ("grade", "train", "--features", str(folder / "wrong.csv"), "--target", "bad")
    done = subprocess.run(
        [sys.executable, "-m", "dunwell.faces.cli.main", *words, "--out", str(folder / "none")],
        capture_output=True,
        text=True,
        env={**os.environ, "DUNWELL_LANGUAGE": "en"},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith('GRADE-TARGET: wrong.csv, row 82, target "bad": found "yes"')
    assert not (folder / "none").exists()


def test_the_shipped_card_grades_what_dunwell_features_writes_and_says_it_is_judged(
    folder: Path, tmp_path: Path
) -> None:
    from_page = {
        "loans.csv": "loan_no,borrower_no\nSC-1,B-1\nSC-2,B-2\n",
        "installments.csv": "loan_no,seq,due_date,principal,interest\n"
        "SC-1,1,2026-01-10,1000.00,100.00\nSC-2,1,2026-03-01,1000.00,100.00\n",
        "payments.csv": "payment_no,loan_no,paid_on,amount\nP-1,SC-2,2026-03-02,200.00\n",
    }
    book = tmp_path / "book"
    book.mkdir()
    for name, text in from_page.items():
        (book / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "dunwell.faces.cli.main"]
    features, out = tmp_path / "features.csv", tmp_path / "scores.csv"
    subprocess.run(
        [*command, "features", str(book), "--as-of", "2026-03-20", "--out", str(features)],
        check=True,
        capture_output=True,
    )
    words = ("score", "--features", str(features), "--card", str(CARD), "--out", str(out))
    done = CliRunner().invoke(app, list(words))
    assert "判断" in done.stdout
    graded = {line.split(",")[0]: line.split(",") for line in out.read_text("utf-8").splitlines()}
    # 69 days late, never paid, against 19 days late with a payment 18 days ago.
    assert int(graded["B-1"][1]) < int(graded["B-2"][1])
    assert graded["B-1"][3] == "days_past_due"
