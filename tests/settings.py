"""Settings of a test process: a home of its own, thrown away at the end, then the real settings.

Every pytest process (with xdist: every worker) reads this once. Which database
a test runs on is not said here but by the fixtures of tests/databases.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix=f"dunwell-home-{os.getpid()}-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["DUNWELL_HOME"] = _home
os.environ["DUNWELL_ENVIRONMENT"] = "test"
os.environ.pop("DUNWELL_DATABASE_URL", None)

from dunwell.settings.main import *  # noqa: E402, F403
