"""Settings of a test process: a home of its own, thrown away at the end, then the real settings.

Every pytest process (with xdist: every worker) has one. Which database
a test runs on is not said here but by the fixtures of tests/databases.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_prefix = f"dunwell-home-{os.getpid()}-"
# Collecting doctests imports this file a second time: the process keeps its home, or child
# processes would be sent to one without its keys.
if not Path(os.environ.get("DUNWELL_HOME", "")).name.startswith(_prefix):
    os.environ["DUNWELL_HOME"] = tempfile.mkdtemp(prefix=_prefix)
    atexit.register(shutil.rmtree, os.environ["DUNWELL_HOME"], ignore_errors=True)
os.environ["DUNWELL_ENVIRONMENT"] = "test"
os.environ.pop("DUNWELL_DATABASE_URL", None)

from dunwell.settings.main import *  # noqa: E402, F403

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
