"""Publish a change of a pack: one person proposes, sees what it would change, another approves.

Called by the gate pages. A change is a new dated value of one number with its source; it
counts from a day to come, for the whole deployment. Approved, it is a version of the
packs that every question is decided under at once. Each step is journalled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from django.db import transaction

from dunwell.core.params import DatedValue, Force, NoValueOn, Parameter, Read, one_of
from dunwell.core.permit import BEIJING, NUMBERS, Pack
from dunwell.flows.conduct.preview import Preview, preview_of
from dunwell.flows.conduct.refusals import (
    NoChange,
    NoSuchNumber,
    NoSuchProposal,
    NotChecked,
    NotYourSet,
    OwnProposal,
    PackMoved,
    RuledAlready,
    SetGrew,
    SourceMissing,
    TooEarly,
)
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.models import Proposal, Ruling
from dunwell.store.policy.published import (
    Change,
    all_changed,
    changes_of,
    hash_of,
    newest_version,
    pack_at,
    packs_at,
    set_of,
)
from dunwell.store.policy.turn import hold_policy

LEAST_REASON = 4


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
class Looked:
    """A change looked at before it is proposed: the number now, and what would be otherwise."""

    parameter: Parameter
    now: DatedValue | None
    preview: Preview


def preview_change(
    *, actor: Actor, now: datetime, wanted: Wanted, joins: int | None = None
) -> Looked:
    """What the change would do, nothing written. Refuses what `propose_change` refuses."""
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.propose", day=day)
    with transaction.atomic():
        before = _before(actor, wanted, joins)
        pack, parameter = _check(wanted, before, day)
    found = preview_of(pack=pack, changes=(*before, wanted.change), now=now)
    return Looked(parameter, _on(parameter, day), found)


def propose_change(
    *, actor: Actor, now: datetime, wanted: Wanted, why: str, joins: int | None = None
) -> Proposal:
    """Write the proposal down, with its preview, for another person to answer.

    With `joins`, the first proposal of a set of one's own on the same pack, it is answered
    together with that. Refuses NotPermitted, NoSuchPack, NoSuchNumber, WrongValue,
    SourceMissing, TooEarly, NotChecked, NoChange and ReasonMissing; to join also
    NoSuchProposal, RuledAlready, NotYourSet and PackMoved.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.propose", day=day)
    _reason(why)
    assert actor.staff is not None  # no machine may propose
    with transaction.atomic():
        before = _before(actor, wanted, joins)
        pack, _parameter = _check(wanted, before, day)
        changes = (*before, wanted.change)
        found = preview_of(pack=pack, changes=changes, now=now)
        row = Proposal.objects.create(
            joins_id=joins,
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
            result_hash=all_changed(pack, changes).hash,
            proposed_at=now,
            proposed_by_id=actor.staff,
            why=why.strip(),
            looked_at=found.looked_at,
            otherwise=found.otherwise,
        )
        _journal("pack.proposed", row, actor, now, why)
    return row


def rule_on_proposal(
    *, actor: Actor, now: datetime, proposal: int, approve: bool, why: str, seen: str | None = None
) -> Ruling:
    """Approve a proposal with all that joined it, which publishes them, or turn them down.

    `seen` is the result_hash the answer is given to: refused (SetGrew) if another number
    joined since. Refuses NotPermitted, NoSuchProposal, RuledAlready, ReasonMissing; to approve
    also OwnProposal, PackMoved, and TooEarly or NotChecked where its days have passed by now.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "pack.approve", day=day)
    _reason(why)
    assert actor.staff is not None  # no machine may approve
    with transaction.atomic():
        hold_policy()
        row = _open(proposal)
        together = set_of(row)
        version = ""
        if approve:
            if row.proposed_by_id == actor.staff:
                raise OwnProposal(proposal=proposal)
            if seen is not None and seen != together[-1].result_hash:
                raise SetGrew(proposal=proposal, numbers=len(together))
            version = _publishable(together, day)
        ruling = Ruling.objects.create(
            proposal=row, approved=approve, at=now, by_id=actor.staff, why=why.strip(),
            version=version,
        )  # fmt: skip
        for each in together:
            verb = "pack.published" if approve else "pack.turned_down"
            _journal(verb, each, actor, now, why)
    return ruling


def look_again(*, actor: Actor, now: datetime, proposal: Proposal) -> Preview:
    """The preview of a proposal as of now: the last 30 days have moved on since it was made."""
    require(actor, "policy.see", day=now.astimezone(BEIJING).date())
    pack = pack_at(proposal.pack, version=newest_version())
    return preview_of(pack=pack, changes=changes_of(proposal), now=now)


def _before(actor: Actor, wanted: Wanted, joins: int | None) -> tuple[Change, ...]:
    """The changes of the set that the wanted one joins; none where it begins one."""
    if joins is None:
        return ()
    first = _open(joins)
    if first.joins_id or first.pack != wanted.pack or first.proposed_by_id != actor.staff:
        raise NotYourSet(proposal=joins, pack=first.pack)
    if pack_at(first.pack, version=newest_version()).hash != first.base_hash:
        raise PackMoved(proposal=joins, pack=first.pack)
    return changes_of(first)


def _open(proposal: int) -> Proposal:
    """The first proposal of a set nobody answered yet, held until the transaction ends."""
    row = Proposal.objects.select_for_update().filter(pk=proposal, joins=None).first()
    if row is None:
        raise NoSuchProposal(proposal=proposal)
    if Ruling.objects.filter(proposal=row).exists():
        raise RuledAlready(proposal=proposal)
    return row


def _publishable(together: Sequence[Proposal], day: date) -> str:
    """The version the packs get. Refuses what has changed since the proposal was made."""
    first = together[0]
    packs = packs_at(version=newest_version())
    pack = next(each for each in packs if each.id == first.pack)
    if pack.hash != first.base_hash:
        raise PackMoved(proposal=first.pk, pack=first.pack)
    for each in together:
        _check_days(each.from_on, each.checked_on, each.recheck_by, day)
    changes = changes_of(first)
    return hash_of([all_changed(each, changes) for each in packs])


def _check(wanted: Wanted, before: Sequence[Change], day: date) -> tuple[Pack, Parameter]:
    """The pack as it counts, and the number as the set so far leaves it."""
    pack = pack_at(wanted.pack, version=newest_version())
    parameter = all_changed(pack, before).parameters.get(wanted.parameter)
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
