"""What gunicorn serves: `dunwell serve` starts it.

Everything that is read once is read before the first person asks, and then left out of
Python's rounds for garbage: each full one went through 400,000 objects that stay, 0.1 s in
which the whole process stood still, at every sixtieth answer.
"""

from __future__ import annotations

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from dunwell.store.policy.call_scripts import call_scripts
from dunwell.store.policy.dispositions import result_codes
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.packs import shipped_gate

NEW_OBJECTS = 10_000
"""A page makes and drops some thousands of objects: younger rounds are worth it after so many."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")

application = get_wsgi_application()

resolve("/")  # imports every page
for read in (shipped_gate, wording_checker, result_codes, call_scripts):
    read()
gc.collect()
gc.freeze()
gc.set_threshold(NEW_OBJECTS)
atexit.register(gc.unfreeze)  # libraries look for what they left behind
