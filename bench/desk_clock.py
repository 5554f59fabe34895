"""Noon of the present day for bench/desk.py, the clock running: calls are refused at night.

Importing it sets the process's clock; the shift is one for all processes of a run, as clocks of
machines agree: the gate refuses a clock that went back.
"""

from __future__ import annotations

import os
from datetime import datetime, time, timedelta

import time_machine

from dunwell.core.permit import BEIJING

NOON = datetime.combine(datetime.now(BEIJING).date(), time(12), BEIJING)
SHIFT_SECONDS = float(
    os.environ.setdefault(
        "DUNWELL_BENCH_SHIFT", str((NOON - datetime.now(BEIJING)).total_seconds())
    )
)
time_machine.travel(datetime.now(BEIJING) + timedelta(seconds=SHIFT_SECONDS), tick=True).start()
