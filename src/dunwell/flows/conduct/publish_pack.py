"""Publish a change of a pack: one person proposes, sees what it would change, another approves.

Called by the gate pages. A change is a new dated value of one number with its source; it
counts from a day to come, for the whole deployment. Approved, it is a version of the
packs that every question is decided under at once. Each step is journalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from django.db import transaction

from dunwell.core.params import DatedValue, Force, NoValueOn, Parameter, Read, one_of
from dunwell.core.permit import BEIJING, NUMBERS, Pack
from dunwell.flows.conduct.refusals import (
    NoChange,
    NoSuchNumber,
    NoSuchProposal,
    NotChecked,
    OwnProposal,
    PackMoved,
    RuledAlready,
    SourceMissing,
    TooEarly,
)
from dunwell.flows.conduct.replay import Gates, Kept, gates_of, replay
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Permit
from dunwell.store.policy.models import Proposal, Ruling
from dunwell.store.policy.published import (
    Change,
    change_of,
    changed,
    hash_of,
    newest_version,
    pack_at,
    packs_at,
)

PREVIEW_DAYS = 30
LEAST_REASON = 4
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The change somebody wants: a number of a pack, from a day on, with where it is written."""

    pack: str
    parameter: str
    value: int
    from_on: date
    source: str
    force: str
    read: str
    checked_on: date
    recheck_by: date

    @property
    def change(self) -> Change:
        """As store.policy.published takes it."""
        dated = DatedValue(
            self.from_on,
            None,
            self.value,
            self.source.strip(),
            one_of(self.force, get_args(Force), self.pack, "force"),  # type: ignore[arg-type]  # one of them
            one_of(self.read, get_args(Read), self.pack, "read"),  # type: ignore[arg-type]  # one of them
        )
        return self.pack, self.parameter, dated, self.checked_on, self.recheck_by


@dataclass(frozen=True, slots=True)
class Preview:
    """What the change would have done to the questions of the last 30 days."""

    looked_at: int
    otherwise: int
    stricter: int
    """Of `otherwise`: allowed then, and not under the change."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A change looked at before it is proposed: the number now, and what would be otherwise."""

    parameter: Parameter
    now: DatedValue | None
    preview: Preview


def preview_change(*, actor: Actor, now: datetime, wanted: Wanted) -> Looked:
    """What the change would do, nothing written. Refuses what `propose_change` refuses."""
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.propose", day=day)
    pack, parameter = _check(wanted, day)
    return Looked(parameter, _on(parameter, day), _preview(pack, wanted.change, now))


def propose_change(*, actor: Actor, now: datetime, wanted: Wanted, why: str) -> Proposal:
    """Write the proposal down, with its preview, for another person to answer.

    Refuses NotPermitted, NoSuchPack, NoSuchNumber, WrongValue, SourceMissing, TooEarly,
    NotChecked, NoChange and ReasonMissing.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.propose", day=day)
    _reason(why)
    assert actor.staff is not None  # no machine may propose
    with transaction.atomic():
        pack, _parameter = _check(wanted, day)
        found = _preview(pack, wanted.change, now)
        row = Proposal.objects.create(
            pack=wanted.pack,
            parameter=wanted.parameter,
            value=wanted.value,
            from_on=wanted.from_on,
            source=wanted.source.strip(),
            force=wanted.force,
            read=wanted.read,
            checked_on=wanted.checked_on,
            recheck_by=wanted.recheck_by,
            base_hash=pack.hash,
            result_hash=changed(pack, wanted.change).hash,
            proposed_at=now,
            proposed_by_id=actor.staff,
            why=why.strip(),
            looked_at=found.looked_at,
            otherwise=found.otherwise,
        )
        _journal("pack.proposed", row, actor, now, why)
    return row


def rule_on_proposal(
    *, actor: Actor, now: datetime, proposal: int, approve: bool, why: str
) -> Ruling:
    """Approve a proposal, which publishes it, or turn it down.

    Refuses NotPermitted, NoSuchProposal, RuledAlready, ReasonMissing; to approve also
    OwnProposal, PackMoved, and TooEarly or NotChecked where its days have passed by now.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.approve", day=day)
    _reason(why)
    assert actor.staff is not None  # no machine may approve
    with transaction.atomic():
        row = Proposal.objects.select_for_update().filter(pk=proposal).first()
        if row is None:
            raise NoSuchProposal(proposal=proposal)
        if Ruling.objects.filter(proposal=row).exists():
            raise RuledAlready(proposal=proposal)
        version = ""
        if approve:
            if row.proposed_by_id == actor.staff:
                raise OwnProposal(proposal=proposal)
            version = _publishable(row, day)
        ruling = Ruling.objects.create(
            proposal=row, approved=approve, at=now, by_id=actor.staff, why=why.strip(),
            version=version,
        )  # fmt: skip
        _journal("pack.published" if approve else "pack.turned_down", row, actor, now, why)
    return ruling


def look_again(*, actor: Actor, now: datetime, proposal: Proposal) -> Preview:
    """The preview of a proposal as of now: the last 30 days have moved on since it was made."""
    require(actor, "policy.see", day=now.astimezone(BEIJING).date())
    pack = pack_at(proposal.pack, version=newest_version())
    return _preview(pack, change_of(proposal), now)


def _publishable(row: Proposal, day: date) -> str:
    """The version the packs get. Refuses what has changed since the proposal was made."""
    packs = packs_at(version=newest_version())
    pack = next(each for each in packs if each.id == row.pack)
    if pack.hash != row.base_hash:
        raise PackMoved(proposal=row.pk, pack=row.pack)
    _check_days(row.from_on, row.checked_on, row.recheck_by, day)
    new = changed(pack, change_of(row))
    return hash_of([new if each.id == row.pack else each for each in packs])


def _check(wanted: Wanted, day: date) -> tuple[Pack, Parameter]:
    pack = pack_at(wanted.pack, version=newest_version())
    parameter = pack.parameters.get(wanted.parameter)
    if parameter is None or wanted.parameter not in NUMBERS:
        raise NoSuchNumber(pack=wanted.pack, parameter=wanted.parameter)
    parameter.check(wanted.value, file=f"{pack.id}/{wanted.parameter}", path="value")
    _ = wanted.change  # refuses a force or a reading there is not
    if not wanted.source.strip():
        raise SourceMissing(parameter=wanted.parameter)
    _check_days(wanted.from_on, wanted.checked_on, wanted.recheck_by, day)
    now = _on(parameter, wanted.from_on)
    same = now is not None and (now.value, now.source, now.force, now.read) == (
        wanted.value, wanted.source.strip(), wanted.force, wanted.read,
    )  # fmt: skip
    if same and parameter.recheck_by >= wanted.recheck_by:
        raise NoChange(
            parameter=wanted.parameter, value=wanted.value, from_on=wanted.from_on.isoformat()
        )
    return pack, parameter


def _check_days(from_on: date, checked_on: date, recheck_by: date, day: date) -> None:
    if from_on <= day:
        raise TooEarly(from_on=from_on.isoformat(), day=day.isoformat())
    if checked_on > day or recheck_by <= max(from_on, checked_on):
        raise NotChecked(
            checked_on=checked_on.isoformat(), recheck_by=recheck_by.isoformat(),
            day=day.isoformat(),
        )  # fmt: skip


def _on(parameter: Parameter, day: date) -> DatedValue | None:
    try:
        return parameter.dated_on(day)
    except NoValueOn:
        return None


def _preview(pack: Pack, change: Change, now: datetime) -> Preview:
    """Every question of the last 30 days whose packs hold this one, as if it had counted then."""
    version = newest_version()
    new = changed(pack, change, since=date.min)
    compiled: dict[str, Gates] = {}
    looked_at = otherwise = stricter = 0
    rows = Permit.objects.filter(asked_at__gte=now - timedelta(days=PREVIEW_DAYS), clock_ok=True)
    columns = ("packs", "verdict", *Kept._fields)
    for names, verdict, *kept in rows.values_list(*columns).iterator(chunk_size=_AT_ONCE):
        if pack.id not in names.split():
            continue
        if names not in compiled:
            laid = [new if n == pack.id else pack_at(n, version=version) for n in names.split()]
            compiled[names] = gates_of(laid)
        again = replay(Kept(*kept), gates=compiled[names])
        if again is None:
            continue
        looked_at += 1
        if again.decision.verdict != verdict:
            otherwise += 1
            stricter += verdict in {"allow", "warn"}
    return Preview(looked_at, otherwise, stricter)


def _reason(why: str) -> None:
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)


def _journal(verb: str, row: Proposal, actor: Actor, now: datetime, why: str) -> None:
    append(
        stream=HOUSE, verb=verb, subject=f"proposal:{row.pk}", actor=actor, at=now,
        day=row.from_on, why=why.strip(),
        figures={
            "pack": row.pack, "parameter": row.parameter, "value": row.value,
            "looked_at": row.looked_at, "otherwise": row.otherwise,
        },
    )  # fmt: skip
