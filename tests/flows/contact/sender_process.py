"""The sender in a process of its own, to be killed from outside.

    python -m tests.flows.contact.sender_process PORT BEGAN

PORT is that of an SMSC on this machine. Noon of the office is at BEGAN, a moment of the real
clock in seconds: time goes on from one process to the next. SIGTERM ends it properly.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta


def main() -> None:
    """Send until told to stop."""
    import django  # reason: start-up — settings are named by the environment

    django.setup()
    from dunwell.channels.sms.smpp import SmppLine  # reason: app-registry
    from dunwell.channels.sms.smpp_link import Smpp  # reason: app-registry
    from dunwell.faces.worker.sender import Stop, work  # reason: app-registry
    from tests.flows.contact.people import NOON  # reason: app-registry

    port, began = int(sys.argv[1]), float(sys.argv[2])

    def clock() -> datetime:
        return NOON + timedelta(seconds=time.time() - began)

    line = SmppLine(Smpp("main", "127.0.0.1", port, "dunwell", "secret", throttle_seconds=0.02))
    with Stop().at_signals() as stop:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        work(lines={"main": line}, clock=clock, stop=stop)


if __name__ == "__main__":
    main()
