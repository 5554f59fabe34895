"""The day run needs nothing of the test environment: neither pyarrow nor pandas."""

from __future__ import annotations

import os
import subprocess
import sys

from django.db import connections

from dunwell.store.cases.models import Case
from tests.flows.day_run.books import Book, day
from tests.flows.day_run.test_killed import ROOT

WITHOUT = """
import sys
sys.modules["pyarrow"] = sys.modules["pandas"] = sys.modules["polars"] = None
from tests.flows.day_run.killed_run import main
main()
"""


def test_a_day_is_run_where_only_what_the_program_declares_is_installed(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.hold(loan, "02-16")
    connections["default"].close()
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, day("03-02").isoformat()],
        env={**os.environ, "DUNWELL_HOME": str(book.home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        cwd=ROOT,
        input="\n",
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (done.returncode, done.stdout[-8:]) == (0, "ended 0\n"), done.stderr
    assert Case.objects.get().delinquent_days == 1
