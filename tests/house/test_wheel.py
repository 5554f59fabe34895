"""The wheel carries what git does not hold, so that an installed Dunwell needs no node."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.house.tree import ROOT


def test_the_wheel_holds_screens_catalogues_words_and_kernels(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    inside = ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for wanted in (
        "dunwell/faces/web/static/dist/app.css",
        "dunwell/faces/web/static/dist/charts.js",
        "dunwell/faces/web/frame/locale/en/LC_MESSAGES/django.mo",
        "dunwell/faces/web/templates/base.html",
        "dunwell/faces/words/zh_Hans/values.yaml",
        "dunwell/py.typed",
    ):
        assert wanted in inside
    assert any(name.startswith("dunwell/bulk/") and name.endswith(".sql") for name in inside)
    assert any(name.startswith("dunwell/packs/") and name.endswith(".yaml") for name in inside)
