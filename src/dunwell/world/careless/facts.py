"""The people careless collectors ask for, and what happens to them: raw facts with moments.

Seconds count from the first midnight, in Beijing. Debtors share numbers and addresses
as relatives do. Who begins as certified is said here, too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

DAY: Final = 86_400
HOUR: Final = 3_600
DEBTORS: Final = 4
STAFF: Final = 4
"""Of them the last never passed the test, and the last but one is suspended on the third day."""


class Person(NamedTuple):
    """Somebody in the book of a debtor; `number` and `home` may be those of another."""

    debtor: int
    role: str
    number: int
    home: int
    born: int
    basis: str = "contract"


PEOPLE: Final[tuple[Person, ...]] = (
    *(Person(debtor, "self", debtor, debtor, 1985) for debtor in range(DEBTORS)),
    Person(0, "self", 10, 0, 1985),
    Person(1, "self", 0, 0, 1985),
    Person(0, "contact", 20, 20, 1960, "consent"),
    Person(1, "contact", 21, 21, 2012, "consent"),
    Person(2, "contact", 22, 22, 1990, ""),
    Person(1, "guarantor", 23, 23, 1970),
    Person(3, "other", 24, 24, 1970, "consent"),
    Person(2, "spouse_obligor", 25, 2, 1986),
)
"""Everybody who can be asked for."""


class Fact(NamedTuple):
    """Something that holds in [from_second, until_second) about a debtor, number or colleague."""

    what: str
    kind: str
    about: int
    from_second: int
    until_second: int | None = None
    channel: str = ""


def facts_of(*, days: int) -> tuple[Fact, ...]:
    """What happens in the month: freezes, refusals, consents, approvals, suspensions."""
    found = [
        *(Fact("staff", "certified", staff, -DAY) for staff in range(STAFF - 1)),
        Fact("staff", "suspended", STAFF - 2, 2 * DAY + 10 * HOUR),
        Fact("freeze", "complaint", 2, DAY + 9 * HOUR, 2 * DAY + 15 * HOUR),
        Fact("freeze", "hardship", 0, 6 * DAY, 9 * DAY + 12 * HOUR),
        Fact("freeze", "deceased", 3, 4 * DAY + 11 * HOUR),
        Fact("refusal", "refused", 20, 5 * DAY + 14 * HOUR),
        Fact("opt_out", "opt_out", 1, 2 * DAY + 8 * HOUR, None, "sms"),
        Fact("opt_out", "opt_out", 1, 4 * DAY + 9 * HOUR, None, "call"),
        Fact("opt_out", "opt_out", 2, 5 * DAY, 6 * DAY + 20 * HOUR, "visit"),
        Fact("opt_out", "opt_out", 0, 5 * DAY + 12 * HOUR, None, "letter"),
        Fact("consent", "quiet_hours", 0, 0, 2 * DAY, "call"),
        Fact("consent", "quiet_hours", 1, DAY, 3 * DAY + 23 * HOUR, "visit"),
        Fact("approval", "contact_person", 0, 0, 5 * DAY),
    ]
    for day in range(days):
        for debtor in range(DEBTORS):
            if (day + debtor) % 2 == 0:
                starts = day * DAY + 7 * HOUR
                found.append(Fact("approval", "visit", debtor, starts, starts + 3 * DAY))
    return tuple(found)
