"""The packs as they were published: the shipped ones, and every approved change since.

Called by flows.contact for every question, and by flows.conduct. A version is the hash
of all packs after a ruling (empty: as shipped), so that it never means two things. A
change is a dated value: before its effective day the old value counts on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from dunwell.core.params import DatedValue, Parameter
from dunwell.core.permit import Gate, Pack, compile_gate
from dunwell.core.refusal import Refusal
from dunwell.store.policy.models import Proposal, Ruling
from dunwell.store.policy.packs import DEFAULT_PACKS, shipped_gate, shipped_pack, shipped_packs


class NoSuchVersion(Refusal):
    """A version that was never published here. Figures: version."""

    code = "PACK-NO-SUCH-VERSION"


Change = tuple[str, str, DatedValue, date, date]
"""Pack, parameter, the new value, and when it was checked and is to be checked again."""


def newest_version() -> str:
    """The version that counts now; empty while every pack is as shipped."""
    newest = Ruling.objects.filter(approved=True).order_by("-pk")
    return newest.values_list("version", flat=True).first() or ""


def hash_of(packs: Sequence[Pack]) -> str:
    """The version that these packs are, all of them given."""
    return hashlib.sha256("".join(sorted(pack.hash for pack in packs)).encode()).hexdigest()


def packs_at(*, version: str) -> list[Pack]:
    """Every pack as of a version."""
    return [pack_at(name, version=version) for name in shipped_packs()]


def pack_at(name: str, *, version: str) -> Pack:
    """A pack as of a version. Refuses (NoSuchPack) a name that is not shipped."""
    pack = shipped_pack(name)
    return all_changed(pack, _changes(version)) if version else pack


def gate_at(packs: Sequence[str] = DEFAULT_PACKS, *, version: str) -> Gate:
    """The gate of these packs as of a version; compiled once a process.

    Refuses (NoSuchPack) other names, and (SamePackTwice) one that is named twice.
    """
    names = tuple(sorted(packs))
    return _gate(names, version) if version else shipped_gate(names)


def set_of(proposal: Proposal) -> list[Proposal]:
    """The proposals that are answered together with this one, itself included, oldest first."""
    first = proposal.joins or proposal
    return [first, *first.joined.order_by("pk")]


def changes_of(proposal: Proposal) -> tuple[Change, ...]:
    """What a proposal changes together with those answered with it."""
    return tuple(change_of(each) for each in set_of(proposal))


def change_of(proposal: Proposal) -> Change:
    """What this proposal alone changes."""
    dated = DatedValue(
        from_on=proposal.from_on,
        until_on=None,
        value=proposal.value,
        source=proposal.source,
        force=proposal.force,  # type: ignore[arg-type]  # checked when it was proposed
        read=proposal.read,  # type: ignore[arg-type]  # checked when it was proposed
    )
    return proposal.pack, proposal.parameter, dated, proposal.checked_on, proposal.recheck_by


def all_changed(pack: Pack, changes: Iterable[Change], *, since: date | None = None) -> Pack:
    """The pack with each of the changes that are its own, in this order; as `changed` does."""
    for change in changes:
        if change[0] == pack.id:
            pack = changed(pack, change, since=since)
    return pack


def changed(pack: Pack, change: Change, *, since: date | None = None) -> Pack:
    """The pack with the new value from its day on; with `since`, as if from that day on."""
    _name, parameter_name, dated, checked_on, recheck_by = change
    if since is not None:
        dated = replace(dated, from_on=since)
    old = pack.parameters[parameter_name]
    # Who only changes the number keeps the English name of the text it is taken from.
    english = {value.source: value.source_en for value in old.values}
    dated = replace(dated, source_en=dated.source_en or english.get(dated.source, ""))
    new = replace(
        old,
        values=_with(old, dated),
        checked_on=checked_on,
        recheck_by=recheck_by,
    )
    return replace(pack, parameters={**pack.parameters, parameter_name: new})


def _with(parameter: Parameter, dated: DatedValue) -> tuple[DatedValue, ...]:
    """The values with the new one; it ends what it falls into, and replaces what comes after."""
    kept = []
    for value in parameter.values:
        if value.from_on >= dated.from_on:
            continue
        ends = value.until_on is None or value.until_on > dated.from_on
        kept.append(replace(value, until_on=dated.from_on) if ends else value)
    return (*kept, dated)


def rulings_until(version: str) -> Sequence[Ruling]:
    """The rulings that made a version what it is, oldest first. Refuses NoSuchVersion."""
    last = Ruling.objects.filter(approved=True, version=version).order_by("pk").first()
    if last is None:
        raise NoSuchVersion(version=version)
    rulings = Ruling.objects.filter(approved=True, pk__lte=last.pk).order_by("pk")
    return list(rulings.select_related("proposal", "proposal__proposed_by", "by"))


@lru_cache(maxsize=256)
def _changes(version: str) -> tuple[Change, ...]:
    return tuple(
        change for ruling in rulings_until(version) for change in changes_of(ruling.proposal)
    )


@lru_cache(maxsize=64)
def _gate(names: tuple[str, ...], version: str) -> Gate:
    return compile_gate([pack_at(name, version=version) for name in names])
