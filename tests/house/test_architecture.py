"""The example on the map is true: the command, given its files, answers what the page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PAGES = ("docs/architecture.md", "docs/zh/architecture.md")
_FILE = re.compile(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", re.DOTALL)
_ANSWER = re.compile(r"```csv\n(loan_no,days_past_due.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_installment_on_the_map_ages_as_the_map_says(page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text("utf-8")
    files = dict(_FILE.findall(text))
    assert sorted(files) == ["holds.csv", "installments.csv", "loans.csv", "payments.csv"]
    for name, rows in files.items():
        (tmp_path / name).write_text(rows, "utf-8")
    answer = tmp_path / "answer" / "ages.csv"
    answer.parent.mkdir()
    command = ["age", "--book", str(tmp_path), "--as-of", "2026-03-20", "--out", str(answer)]
    subprocess.run([sys.executable, "-m", "dunwell.faces.cli.main", *command], check=True)
    assert answer.read_text("utf-8") == _ANSWER.search(text)[1]  # type: ignore[index]
