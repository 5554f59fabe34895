"""Workbooks (.xlsx, .xls): read in a process of their own, which a wicked file cannot outlive.

Called by `sheets`. Readers of old binary formats loop or panic on damaged files;
a child process can be stopped, and gives its memory back. `ruling` is the child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dunwell.bulk.intake.refusals import BrokenFile, Encrypted

MOST_SECONDS = {"xls": 120, "xlsx": 1800}
"""An .xls holds 65,536 rows a sheet and takes seconds; an .xlsx may hold a million."""


@dataclass(frozen=True)
class RuledSheet:
    """One sheet as text: its records behind their row numbers."""

    name: str
    path: Path
    width: int
    head: tuple[tuple[str, ...], ...]


def rule_sheets(
    path: Path, *, name: str, format: str, workdir: Path, stem: str
) -> tuple[list[RuledSheet], list[tuple[str, str]]]:
    """Rule each visible sheet that holds anything; also answer (sheet, code) of those left out.

    Refuses Encrypted, and BrokenFile for what cannot be opened or takes for ever.
    """
    asked = {"path": str(path), "workdir": str(workdir), "stem": stem}
    answer = _ask_child(asked, most_seconds=MOST_SECONDS[format])
    if answer is None or answer.get("wrong") == "broken":
        raise BrokenFile(file=name, format=format)
    if answer.get("wrong") == "encrypted":
        raise Encrypted(file=name)
    ruled = [
        RuledSheet(
            name=sheet["name"],
            path=Path(sheet["path"]),
            width=sheet["width"],
            head=tuple(tuple(row) for row in sheet["head"]),
        )
        for sheet in answer["ruled"]
    ]
    return ruled, [(sheet, code) for sheet, code in answer["left_out"]]


def _ask_child(asked: dict[str, str], *, most_seconds: int) -> dict[str, Any] | None:
    """What the child answers; None if the file killed it or it had to be stopped."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dunwell.bulk.intake.ruling"],
            input=json.dumps({**asked, "most_seconds": most_seconds}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=most_seconds,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            check=True,
        )
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as ended:
        if ended.returncode > 0:
            raise
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
