"""The packs as they count now, with what was proposed and published: for whoever may read them.

Called by the gate pages and by `dunwell pack … --published`. Who sees the gate's log or
house policy may read the packs: everybody may know the rules they are held to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from dunwell.core.permit import Pack
from dunwell.flows.conduct.refusals import NoSuchProposal
from dunwell.store.people.permissions import Actor, may, require
from dunwell.store.policy.models import Proposal, Ruling
from dunwell.store.policy.packs import shipped_packs
from dunwell.store.policy.published import (
    NoSuchVersion,
    newest_version,
    pack_at,
    rulings_until,
    set_of,
)

LISTED = 50


@dataclass(frozen=True, slots=True)
class PublishedNumber:
    """A number that was published: the proposal, and the ruling that made it count."""

    proposal: Proposal
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class ShownPack:
    """A pack as it counts now, and its changes, the newest first."""

    pack: Pack
    changes: Sequence[Proposal]


def shown_packs(*, actor: Actor, day: date) -> list[ShownPack]:
    """Every pack with its open proposals. Refuses NotPermitted."""
    _require(actor, day)
    version = newest_version()
    return [
        ShownPack(pack_at(name, version=version), list(_changes(name).filter(ruling=None)))
        for name in shipped_packs()
    ]


def shown_pack(*, actor: Actor, day: date, name: str) -> ShownPack:
    """One pack with its changes. Refuses NotPermitted and NoSuchPack."""
    _require(actor, day)
    return ShownPack(pack_at(name, version=newest_version()), list(_changes(name)[:LISTED]))


def shown_proposal(*, actor: Actor, day: date, proposal: int) -> Proposal:
    """The first proposal of a set with its ruling. Refuses NotPermitted and NoSuchProposal."""
    _require(actor, day)
    row = _changes(None).filter(Q(pk=proposal) | Q(joined=proposal)).first()
    if row is None:
        raise NoSuchProposal(proposal=proposal)
    return row


def published_pack(*, actor: Actor, day: date, name: str, version: str = "") -> Pack:
    """A pack as it counts now, or as of a version, whose first digits are enough.

    Refuses NotPermitted, NoSuchPack, and NoSuchVersion for what names none or several.
    """
    _require(actor, day)
    return pack_at(name, version=_version(version))


def published_numbers(*, actor: Actor, day: date, version: str = "") -> list[PublishedNumber]:
    """What was published up to now, or up to a version, the oldest first.

    Refuses NotPermitted and NoSuchVersion.
    """
    _require(actor, day)
    until = _version(version)
    return [
        PublishedNumber(proposal, ruling)
        for ruling in (rulings_until(until) if until else ())
        for proposal in set_of(ruling.proposal)
    ]


def _version(wanted: str) -> str:
    """The whole version that `wanted` begins; the newest where nothing is wanted."""
    if not wanted:
        return newest_version()
    found = Ruling.objects.filter(approved=True, version__startswith=wanted)
    versions = set(found.values_list("version", flat=True))
    if len(versions) != 1:
        raise NoSuchVersion(version=wanted)
    return str(versions.pop())


def _changes(pack: str | None) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(joins=None).order_by("-pk").prefetch_related("joined")
    rows = rows.select_related("proposed_by", "ruling", "ruling__by")
    return rows if pack is None else rows.filter(pack=pack)


def _require(actor: Actor, day: date) -> None:
    if not may(actor, "permit.see", day=day):
        require(actor, "policy.see", day=day)
