"""Dunwell's settings with the bare page of bench/desk_urls.py beside its own addresses."""

from dunwell.settings.main import *  # noqa: F403  # settings are what they are, but for one

ROOT_URLCONF = "bench.desk_urls"
