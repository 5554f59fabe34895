"""In whose name a command acts: a person's own token, else the command line itself.

Called by commands that a person may give in their own name (promises, plans, approvals). The
token is the one the API takes, in DUNWELL_TOKEN; what needs a person is refused without one.
"""

from __future__ import annotations

import os

from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.flows.house.api_tokens import staff_of_token
from dunwell.store.people.permissions import Actor, actor_of, system_actor

TOKEN = "DUNWELL_TOKEN"  # the name of the variable, not a token


class TokenNotTaken(Refusal):
    """A token that is not ours, is over, or of a closed account. No figures."""

    code = "PEOPLE-TOKEN-NOT-TAKEN"


def acting() -> Actor:
    """Who acts. Refuses TokenNotTaken."""
    token = os.environ.get(TOKEN)
    if not token:
        return system_actor("command-line")
    staff = staff_of_token(token, now=timezone.now())
    if staff is None:
        raise TokenNotTaken()
    return actor_of(staff)
