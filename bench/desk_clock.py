"""Noon of the present day for bench/desk.py, the clock running: calls are refused at night.

Importing it sets the process's clock.
"""

from __future__ import annotations

from datetime import datetime, time

import time_machine

from dunwell.core.permit import BEIJING

NOON = datetime.combine(datetime.now(BEIJING).date(), time(12), BEIJING)
time_machine.travel(NOON, tick=True).start()
