"""What the state says about the people a permit is about, read for many in a few statements.

Called by flows.contact inside the transaction that asks or uses; `lock` first, then
read. Plain SQL: this is read at every contact, and the same on both databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection

from dunwell.store.permits.counts import BACK, Made
from dunwell.store.permits.statements import marks, rows


class Subject(NamedTuple):
    """A case, one way to reach somebody about it, and who is reached."""

    case: int
    party: int
    lender: int
    team: int | None
    holder: int | None
    past_due_days: int
    agency: int | None
    contact: int
    current: bool
    """False: what is known of this contact was replaced."""
    role: str
    legal_basis: str
    birth_year: int | None
    phone_reach: int | None


class Stands(NamedTuple):
    """A row of Standing that stands."""

    pk: int
    what: str
    kind: str
    party: int | None
    reach: int | None
    staff: int | None
    channel: str
    from_at: datetime
    until_at: datetime | None
    dated_on: date | None
    by: int | None
    by_label: str


class GivenRow(NamedTuple):
    """A row of the gate's log, as far as using it needs."""

    permit: int
    party: int
    lender_code: str
    reach: int | None
    staff: int | None
    kind: str
    role: str
    channel: str
    purpose: str
    direction: str
    collectors: int
    content_hash: str
    asked_at: datetime
    reserved_until: datetime | None
    packs: tuple[str, ...]


class DeskRow(NamedTuple):
    """What the desk of a party holds."""

    party: int
    failed_in_row: int
    last_conversation_at: datetime | None


class Seen(NamedTuple):
    """The last moment the gate believed, the newest decision on a house parameter, and the
    version of the packs that counts (empty: as shipped)."""

    last_at: datetime | None
    newest_value: int | None
    packs_version: str


class Held(NamedTuple):
    """Desks by party, held or looked at, and what was seen with them."""

    desks: dict[int, DeskRow]
    seen: Seen


_SUBJECT = (
    "k.id, k.party_id, k.lender_id, k.team_id, k.holder_id, k.days_past_due, t.agency_id,"
    " c.id, c.replaced_id IS NULL, c.role, c.legal_basis, c.birth_year, r.id"
)
_JOINED = (
    " JOIN book_borrower b ON b.id = c.borrower_id"
    " AND b.party_id = k.party_id AND b.lender_id = k.lender_id"
    " LEFT JOIN people_team t ON t.id = k.team_id"
    " LEFT JOIN permits_reach r ON r.phone_index = c.phone_index"
)

_MADE = (
    "SELECT p.id, p.party_id, p.reach_id, p.channel, p.purpose, p.direction, p.asked_at,"
    " p.reserved_until, s.kind, s.at, o.answered, o.conversation FROM permits_permit p"
    " LEFT JOIN permits_step s ON s.permit_id = p.id"
    " LEFT JOIN permits_outcome o ON o.permit_id = p.id"
    " WHERE p.reserved_until IS NOT NULL AND p.asked_at >= %s"
    " AND NOT EXISTS (SELECT 1 FROM permits_unsent u WHERE u.permit_id = p.id)"
)
_POLICY = (
    "(SELECT max(id) FROM policy_housevalue),"
    " (SELECT version FROM policy_ruling WHERE approved ORDER BY id DESC LIMIT 1)"
)
_SEEN = (
    "(SELECT max(asked_at) FROM permits_permit WHERE clock_ok),"
    f" (SELECT max(at) FROM permits_step), {_POLICY}"
)
_STANDS = (
    "SELECT id, what, kind, party_id, reach_id, staff_id, channel, from_at, until_at, dated_on,"
    " by_id, by_label FROM permits_standing WHERE replaced_id IS NULL AND from_at <= %s"
    " AND (until_at IS NULL OR until_at > %s)"
)


def subject_of(*, case: int, contact: int) -> Subject | None:
    """The case with this contact; None where there is no such case, or it is not its contact."""
    found = rows(
        f"SELECT {_SUBJECT} FROM cases_case k JOIN book_contact c ON c.id = %s{_JOINED}"
        " WHERE k.id = %s",
        [contact, case],
    )
    return _subject(found[0]) if found else None


def subjects_of(permits: Sequence[int]) -> dict[int, Subject]:
    """The subject of each permit, by permit."""
    found = rows(
        f"SELECT p.id, {_SUBJECT} FROM permits_permit p JOIN cases_case k ON k.id = p.case_id"
        f" JOIN book_contact c ON c.id = p.contact_id{_JOINED} WHERE p.id IN ({marks(permits)})",
        permits,
    )
    return {row[0]: _subject(row[1:]) for row in found}


def subjects_at(*, case: int) -> dict[int, Subject]:
    """The case with each of its contacts that counts, by contact."""
    found = rows(
        f"SELECT {_SUBJECT} FROM cases_case k"
        " JOIN book_borrower b0 ON b0.party_id = k.party_id AND b0.lender_id = k.lender_id"
        f" JOIN book_contact c ON c.borrower_id = b0.id AND c.replaced_id IS NULL{_JOINED}"
        " WHERE k.id = %s",
        [case],
    )
    return {subject.contact: subject for subject in map(_subject, found)}


def given(permits: Sequence[int]) -> dict[int, GivenRow]:
    """The rows of the gate's log of these numbers, those that are there."""
    found = rows(
        "SELECT p.id, p.party_id, l.code, p.reach_id, p.actor_id, p.actor_kind, p.role,"
        " p.channel, p.purpose, p.direction, p.collectors, p.content_hash, p.asked_at,"
        " p.reserved_until, p.packs FROM permits_permit p"
        f" JOIN people_lender l ON l.id = p.lender_id WHERE p.id IN ({marks(permits)})",
        permits,
    )
    return {
        row[0]: GivenRow._make(
            (*row[:12], moment(row[12]), moment(row[13]), tuple(row[14].split()))
        )
        for row in found
    }


def steps_of(permits: Sequence[int]) -> dict[int, str]:
    """How each of these permits ended, those that did."""
    found = rows(
        f"SELECT permit_id, kind FROM permits_step WHERE permit_id IN ({marks(permits)})",
        permits,
    )
    return dict(found)


def look(*, party: int) -> Held:
    """The desk of a party, not held, whether it is there or not; the clock is not looked at."""
    ((failed, last_at, newest, version),) = rows(
        f"SELECT d.failed_in_row, d.last_conversation_at, {_POLICY} FROM (SELECT 1) asked"
        " LEFT JOIN permits_desk d ON d.party_id = %s",
        [party],
    )
    desk = DeskRow(party, failed or 0, moment(last_at))
    return Held({party: desk}, Seen(None, newest, version or ""))


def lock(*, parties: Iterable[int], reaches: Iterable[int | None]) -> Held:
    """Hold the desks of the parties, then the reaches, each in order; answers what is held.

    A desk that is not there yet is made. Whoever holds a desk or a reach is alone with it.
    """
    wanted = sorted(set(parties))
    held = _hold_desks(wanted)
    if len(held.desks) < len(wanted):
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO permits_desk (party_id, failed_in_row) VALUES (%s, 0)"
                " ON CONFLICT DO NOTHING",
                [(party,) for party in wanted if party not in held.desks],
            )
        held = _hold_desks(wanted)
    if connection.vendor == "postgresql":
        numbers = sorted({reach for reach in reaches if reach is not None})
        if numbers:
            rows(
                f"SELECT id FROM permits_reach WHERE id IN ({marks(numbers)})"
                " ORDER BY id FOR UPDATE",
                numbers,
            )
    return held


def _hold_desks(parties: Sequence[int]) -> Held:
    hold = " ORDER BY party_id FOR UPDATE" if connection.vendor == "postgresql" else ""
    found = rows(
        f"SELECT party_id, failed_in_row, last_conversation_at, {_SEEN} FROM permits_desk"
        f" WHERE party_id IN ({marks(parties)}){hold}",
        parties,
    )
    desks = {row[0]: DeskRow(row[0], row[1], moment(row[2])) for row in found}
    if not found:
        return Held(desks, Seen(None, None, ""))
    asked_at, used_at, newest, version = found[0][3:]
    moments = [moment(at) for at in (asked_at, used_at) if at is not None]
    return Held(desks, Seen(max(moments, default=None), newest, version or ""))


def made(*, parties: Iterable[int], reaches: Iterable[int | None], now: datetime) -> list[Made]:
    """Every permit given lately about these parties or for these numbers and addresses.

    One under which, as is known, nothing left the house is no contact, and not among them.
    """
    since = stored(now - BACK)
    # One search per index, joined: planners that see OR would read the whole log.
    parts, values = [], []
    for column, keys in (("party_id", parties), ("reach_id", reaches)):
        known = sorted({key for key in keys if key is not None})
        if known:
            parts.append(f"{_MADE} AND p.{column} IN ({marks(known)})")
            values += [since, *known]
    found = {row[0]: row for row in rows(" UNION ALL ".join(parts), values)}
    return [
        Made._make(
            (
                *row[:6], moment(row[6]), moment(row[7]), row[8], moment(row[9]),
                _truth(row[10]), _truth(row[11]),
            )
        )
        for row in found.values()
    ]  # fmt: skip


def standing(
    *,
    parties: Iterable[int],
    reaches: Iterable[int | None],
    staff: Iterable[int | None],
    now: datetime,
) -> list[Stands]:
    """What stands at `now` about these parties, numbers and colleagues."""
    parts: list[str] = []
    values: list[Any] = []
    at = stored(now)
    for column, keys in (("party_id", parties), ("reach_id", reaches), ("staff_id", staff)):
        known = sorted({key for key in keys if key is not None})
        if known:
            parts.append(f"{_STANDS} AND {column} IN ({marks(known)})")
            values += [at, at, *known]
    found = {row[0]: row for row in rows(" UNION ALL ".join(parts), values)}
    return [
        Stands._make((*row[:7], moment(row[7]), moment(row[8]), *row[9:]))
        for _, row in sorted(found.items())
    ]


def moment(value: Any) -> Any:
    """A stored moment as an aware one; SQLite hands it over as text or without its zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def stored(value: datetime | None) -> Any:
    """A moment as this database stores it."""
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def _subject(row: Sequence[Any]) -> Subject:
    return Subject._make((*row[:8], bool(row[8]), *row[9:]))


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)
