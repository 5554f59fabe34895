"""Dunwell's settings with the bare page of bench/desk_urls.py beside its own addresses,
and each answer timed at the server, outside all else."""

from dunwell.settings.main import *  # noqa: F403  # settings are what they are, but for one

ROOT_URLCONF = "bench.desk_urls"
MIDDLEWARE = ["bench.desk_timed.Timed", *MIDDLEWARE]  # noqa: F405  # as above
