"""`dunwell experiment plan`: a wrong file is told by its own name, before anything is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dunwell.core.experiment import UnsoundExperiment
from dunwell.core.params import WrongValue
from dunwell.faces.cli.experiment import app

PLAN = """\
id: trial
title: 试验
title_en: A trial
from: 2026-11-25
until: 2027-01-20
seed: trial-1
hold_out_ppm: 50000
arms:
  - {arm: champion, share_ppm: 400000, strategy: default}
measure: {outcome: cured, within_days: 14, expected_ppm: 400000, looks: 8}
"""


def test_shares_that_do_not_add_up_are_told_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(PLAN, "utf-8")
    refused = CliRunner().invoke(app, ["plan", str(file)]).exception
    assert isinstance(refused, UnsoundExperiment)
    assert refused.figures["file"] == "trial.yaml"


@pytest.mark.parametrize("content", [PLAN.encode("gb18030"), None])
def test_a_file_that_is_not_there_or_not_utf8_is_refused(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "trial.yaml"
    if content is not None:
        file.write_bytes(content)
    refused = CliRunner().invoke(app, ["plan", str(file)]).exception
    assert isinstance(refused, WrongValue)
    assert refused.figures["file"] == "trial.yaml"
