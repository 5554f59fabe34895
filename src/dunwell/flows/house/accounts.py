"""Accounts: a person gets one, gets a new password, changes it, or loses the account.

Called by `dunwell people`, the people pages and the account page. What a person
may do comes from appointments alone (appointments.py); an account without one
may log in and see nothing. First passwords are made here and said once.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from dunwell.flows.house.refusals import (
    NoSuchStaff,
    OwnAccount,
    PasswordWeak,
    PasswordWrong,
    UsernameTaken,
    UsernameUnfit,
)
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, NotPermitted, require

LEAST_PASSWORD = 10
_USERNAME = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9._\-\u4e00-\u9fff]{1,59}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
# Without letters and digits that are taken for one another when a password is read out.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Whose password was made, and the password: shown once, kept nowhere."""

    staff: int
    username: str
    password: str

    def __repr__(self) -> str:
        return f"NewPassword(staff={self.staff})"


def create_staff(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    username: str,
    display_name: str,
    language: str = "zh-hans",
    password: str | None = None,
    must_change_password: bool = True,
) -> NewPassword:
    """Make an account that must change its password at the first log-in (unless said otherwise).

    Without `password` one is made. Refuses NotPermitted, UsernameTaken,
    UsernameUnfit and PasswordWeak.
    """
    require(actor, "people.manage", day=day)
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username) or _MOBILE.search(username):
        raise UsernameUnfit(length=len(username))
    with transaction.atomic():
        if Staff.objects.filter(username=username).exists():
            raise UsernameTaken(username=username)
        staff = Staff(
            username=username,
            display_name=display_name.strip() or username,
            language=language,
            must_change_password=must_change_password,
        )
        chosen = password or make_password()
        _hold_to_policy(chosen, staff)
        staff.set_password(chosen)
        staff.save()
        _note(actor, day, now, "people.create", staff)
    return NewPassword(staff.pk, username, chosen)


def reset_password(*, actor: Actor, day: date, now: datetime, staff: int) -> NewPassword:
    """Give somebody a new first password; their open sessions end.

    Refuses NotPermitted unless the actor manages people at every lender where
    this person holds a role: a password is all that person may do.
    """
    require(actor, "people.manage", day=day)
    with transaction.atomic():
        person = find_staff(staff)
        _require_over(actor, person, day)
        chosen = make_password()
        person.set_password(chosen)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        _note(actor, day, now, "people.reset_password", person)
    return NewPassword(person.pk, person.username, chosen)


def change_own_password(
    *, actor: Actor, day: date, now: datetime, present: str, wanted: str
) -> Staff:
    """Change one's own password. Refuses PasswordWrong and PasswordWeak."""
    with transaction.atomic():
        person = _self(actor)
        if not person.check_password(present):
            raise PasswordWrong()
        if present == wanted:
            raise PasswordWeak(problems=["password_unchanged"], least=LEAST_PASSWORD)
        _hold_to_policy(wanted, person)
        person.set_password(wanted)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        _note(actor, day, now, "people.change_password", person)
    return person


def set_own_language(*, actor: Actor, day: date, now: datetime, language: str) -> None:
    """Keep the language one reads; not journalled, for it concerns nobody else."""
    person = _self(actor)
    person.language = language
    person.save(update_fields=["language"])


def set_active(
    *, actor: Actor, day: date, now: datetime, staff: int, active: bool, why: str = ""
) -> None:
    """Close an account (its sessions end at once) or open it again.

    Refuses NotPermitted as reset_password does, and OwnAccount for one's own.
    Appointments stay as they are.
    """
    require(actor, "people.manage", day=day)
    if staff == actor.staff:
        raise OwnAccount(staff=staff)
    with transaction.atomic():
        person = find_staff(staff)
        _require_over(actor, person, day)
        if person.is_active == active:
            return
        person.is_active = active
        person.save(update_fields=["is_active"])
        _note(actor, day, now, "people.activate" if active else "people.deactivate", person, why)


def find_staff(staff: int) -> Staff:
    """The account of that number, locked. Refuses NoSuchStaff."""
    found = Staff.objects.select_for_update().filter(pk=staff).first()
    if found is None:
        raise NoSuchStaff(staff=staff)
    return found


def make_password() -> str:
    """A password of three groups of five, about 74 bits, easy to read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))
    return "-".join(groups)


def _require_over(actor: Actor, person: Staff, day: date) -> None:
    for held in person.appointments.all():
        if held.until_on is None or day < held.until_on:
            require(actor, "people.manage", day=day, lender=held.lender_id)


def _self(actor: Actor) -> Staff:
    if actor.staff is None:
        raise NotPermitted(permission="own account", lender=None, team=None)
    return find_staff(actor.staff)


def _hold_to_policy(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        problems = sorted({each.code or "invalid" for each in error.error_list})
        raise PasswordWeak(problems=problems, least=LEAST_PASSWORD) from None


def _note(actor: Actor, day: date, now: datetime, verb: str, staff: Staff, why: str = "") -> None:
    append(
        stream=HOUSE, verb=verb, subject=f"staff:{staff.pk}", actor=actor, at=now, day=day, why=why
    )
