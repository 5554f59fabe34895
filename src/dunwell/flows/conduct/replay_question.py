"""One question of the log under another version of its packs: which there are, and the answer.

Called by the page of a question. A version is replayed as if its change had counted on
that day already; otherwise no past question could ever come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.core.permit import Pack
from dunwell.flows.conduct.gate_log import Asked
from dunwell.flows.conduct.replay import Kept, Replayed, gates_of, replay
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.models import Proposal, Ruling
from dunwell.store.policy.packs import shipped_packs
from dunwell.store.policy.published import all_changed, changes_of, newest_version, pack_at

Kind = Literal["now", "shipped", "published", "proposed", "added"]


@dataclass(frozen=True, slots=True)
class Under:
    """One choice of packs. `key` stands in the address; `proposal` is the change, if any."""

    key: str
    kind: Kind
    packs: tuple[str, ...]
    version: str = ""
    proposal: Proposal | None = None
    added: str = ""


def choices_for(asked: Asked) -> list[Under]:
    """The versions a question may be replayed under: now, as shipped, each change, more packs."""
    return list(_choices(tuple(asked.row.packs.split())))


def replay_question(*, actor: Actor, day: date, asked: Asked, under: Under) -> Replayed | None:
    """The answer under that choice; None where the moment was not believed.

    Refuses NotPermitted. `asked` is what the actor was shown.
    """
    require(
        actor, "permit.see", day=day, lender=asked.row.lender_id, team=asked.row.case.team_id,
        holder=asked.row.case.holder_id,
    )  # fmt: skip
    row = asked.row
    kept = Kept(row.inputs_json, row.reasons_json, row.content_hash, row.lexicon_hash, row.clock_ok)
    return replay(kept, gates=gates_of(_packs(under)))


def _choices(names: tuple[str, ...]) -> Iterator[Under]:
    version = newest_version()
    yield Under("now", "now", names, version)
    if version:
        yield Under("shipped", "shipped", names)
    for ruling in _published(names):
        yield Under(f"r{ruling.pk}", "published", names, ruling.version, ruling.proposal)
    waiting = Proposal.objects.filter(ruling=None, joins=None, pack__in=names)
    for proposal in waiting.order_by("-pk")[:10]:
        yield Under(f"p{proposal.pk}", "proposed", names, version, proposal)
    for more in shipped_packs():
        if more not in names:
            yield Under(f"with-{more}", "added", (*names, more), version, None, more)


def _published(names: Sequence[str]) -> Sequence[Ruling]:
    approved = Ruling.objects.filter(approved=True, proposal__pack__in=names)
    return list(approved.select_related("proposal").order_by("-pk")[:10])


def _packs(under: Under) -> list[Pack]:
    packs = [pack_at(name, version=under.version) for name in under.packs]
    if under.proposal is None:
        return packs
    changes = changes_of(under.proposal)
    return [all_changed(pack, changes, since=date.min) for pack in packs]
