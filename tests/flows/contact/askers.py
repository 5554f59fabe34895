"""Starts many processes that all do the same thing to the gate at the same moment.

    python -m tests.flows.contact.askers ask N CASE CONTACT MOMENT STAFF...
    python -m tests.flows.contact.askers use N PERMIT MOMENT STAFF

Each is forked before any database connection is made, opens its own, waits until all
are ready, acts, and says one line. Which database comes from the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime


def main() -> None:
    """Fork, let go, and pass on what each said."""
    import django  # reason: start-up — settings are named by the environment

    django.setup()
    _think_before()
    act = {"ask": _ask, "use": _use}[sys.argv[1]](*sys.argv[3:])
    gate, let_go = os.pipe()
    ready, is_ready = os.pipe()
    pipes = []
    count = int(sys.argv[2])
    for number in range(count):
        heard, say = os.pipe()
        if os.fork() == 0:
            os.close(let_go)
            os.write(is_ready, b".")
            os.read(gate, 1)  # ends for all at once, when the parent closes its end
            os.write(say, _said(act, number).encode())
            os._exit(0)
        os.close(say)
        pipes.append(heard)
    seen = 0
    while seen < count:
        seen += len(os.read(ready, count))
    os.close(let_go)
    for heard in pipes:
        with os.fdopen(heard) as line:
            sys.stdout.write(line.read() + "\n")
    for _ in pipes:
        os.wait()


def _think_before() -> None:
    """Read rules and words once: what each would do for itself only keeps it from the race."""
    from dunwell.store.policy.lexicon import wording_checker  # reason: app-registry
    from dunwell.store.policy.packs import shipped_gate  # reason: app-registry

    shipped_gate()
    wording_checker()


def _said(act: Callable[[int], str], number: int) -> str:
    try:
        return act(number)
    except Exception as fault:
        return repr(fault)


def _ask(case: str, contact: str, moment: str, *staff: str) -> Callable[[int], str]:
    from dunwell.flows.contact.ask_permit import ask_permit  # reason: app-registry
    from dunwell.store.people.models import Staff  # reason: app-registry
    from dunwell.store.people.permissions import actor_of  # reason: app-registry

    def act(number: int) -> str:
        answer = ask_permit(
            actor=actor_of(Staff.objects.get(pk=staff[number % len(staff)])),
            case=int(case),
            contact=int(contact),
            channel="call",
            now=datetime.fromisoformat(moment),
        )
        return f"{answer.decision.verdict} {' '.join(answer.decision.codes)}".strip()

    return act


def _use(permit: str, moment: str, staff: str) -> Callable[[int], str]:
    from dunwell.flows.contact.refusals import PermitOver  # reason: app-registry
    from dunwell.flows.contact.use_permit import use_permit  # reason: app-registry
    from dunwell.store.people.models import Staff  # reason: app-registry
    from dunwell.store.people.permissions import actor_of  # reason: app-registry

    def act(number: int) -> str:
        actor = actor_of(Staff.objects.get(pk=staff))
        try:
            used = use_permit(actor=actor, permit=int(permit), now=datetime.fromisoformat(moment))
        except PermitOver as over:
            return f"over {over.figures['state']}"
        return "used" if used.token else "refused"

    return act


if __name__ == "__main__":
    main()
