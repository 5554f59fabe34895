"""Tokens with which a person's own program speaks to the API; nothing of them is stored.

Called by the API. A token is signed with the deployment's secret and bound to the person's
password: it ends by itself, with a new password, and with the account. Issuing one is
journalled. A program may do what its person may do, on that day, and nothing more.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare

from dunwell.core.refusal import Refusal
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor

MOST_DAYS = 90
_SALT = "dunwell.api"


class TokenTooLong(Refusal):
    """A token for no day, or for more than 90. Figures: days, most."""

    code = "API-TOKEN-DAYS"


class TokenByToken(Refusal):
    """A token does not make tokens: it would never end. No figures."""

    code = "API-TOKEN-BY-TOKEN"


def issue_token(
    *, actor: Actor, staff: Staff, by_token: bool, day: date, now: datetime, days: int
) -> str:
    """A token of the person for `days` days from `now`, shown once.

    Refuses TokenTooLong, and TokenByToken where a token asks for another.
    """
    if by_token:
        raise TokenByToken()
    if not 1 <= days <= MOST_DAYS:
        raise TokenTooLong(days=days, most=MOST_DAYS)
    ends = now + timedelta(days=days)
    append(
        stream=HOUSE, verb="api.token_issued", subject=f"staff:{staff.pk}", actor=actor, at=now,
        day=day, figures={"days": days},
    )  # fmt: skip
    return signing.dumps(
        {"s": staff.pk, "u": int(ends.timestamp()), "p": staff.get_session_auth_hash()},
        salt=_SALT,
        compress=False,
    )


def staff_of_token(token: str, *, now: datetime) -> Staff | None:
    """Whose token this is; None where it is not ours, is over, or its account is closed."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    staff = Staff.objects.filter(pk=said["s"], is_active=True).first()
    if staff is None or said["u"] <= now.timestamp():
        return None
    return staff if constant_time_compare(said["p"], staff.get_session_auth_hash()) else None
