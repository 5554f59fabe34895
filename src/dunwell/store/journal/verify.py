"""Proving the chains: reads every seal with its entry and computes each hash anew.

`dunwell journal verify` calls this. A chain is whole when places run from 1
without a gap, each hash follows from the one before it and from the entry as it
stands now, and every seal's entry exists. A cut-off end shows only against an
anchor: heads that were exported and kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Count, Exists, Max, Min, OuterRef

from dunwell.store.journal.chain import FIRST_HASH, HASHED, chain_hash
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.vault import Keyring, keyring

Fault = Literal["gap", "link", "entry_missing", "entry_changed", "key_unknown", "cut", "anchor"]
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain stops being whole: the first place, its entry, and what is wrong there."""

    place: int
    entry: int | None
    fault: Fault


@dataclass(frozen=True, slots=True)
class Chain:
    """One stream: how many entries its chain holds, its last hash, and its first fault."""

    stream: str
    sealed: int
    head: str
    broken: Broken | None


@dataclass(frozen=True, slots=True)
class Proof:
    """All chains, and the tail of entries that wait for the sequencer."""

    chains: Sequence[Chain]
    unsealed: int
    first_unsealed: int | None

    @property
    def whole(self) -> bool:
        """Whether no chain is broken."""
        return all(chain.broken is None for chain in self.chains)


@dataclass(slots=True)
class _Walk:
    """A chain while it is read."""

    anchor: Mapping[str, Any] | None
    place: int = 0
    hash: str = FIRST_HASH
    broken: Broken | None = field(default=None)


def prove_chains(*, anchor: Sequence[Mapping[str, Any]] = ()) -> Proof:
    """Read the whole journal and say of each stream whether its chain is whole.

    With an `anchor` (as `heads` answered it once) each chain must still pass
    through the place and hash that were exported.
    """
    ring = keyring()
    anchored = {str(head["stream"]): head for head in anchor}
    walks = {stream: _Walk(head) for stream, head in anchored.items()}
    columns = [f"entry__{name}" for name in HASHED]
    seals = Seal.objects.order_by("stream", "place").values_list(
        "stream", "place", "entry_id", "key_id", "previous_hash", "hash", *columns
    )
    for stream, *seal in seals.iterator(chunk_size=_AT_ONCE):
        walk = walks.setdefault(stream, _Walk(None))
        if walk.broken is None:
            walk.broken = _fault_of(stream, walk, seal, ring)
        walk.place, walk.hash = seal[0], seal[4]
    for head in heads():
        walk = walks.setdefault(head["stream"], _Walk(None))
        if walk.broken is None and walk.place < head["place"]:
            walk.broken = Broken(walk.place + 1, None, "entry_missing")
    for walk in walks.values():
        if walk.broken is None and walk.anchor and walk.place < walk.anchor["place"]:
            walk.broken = Broken(walk.place + 1, None, "cut")
    waiting = Entry.objects.filter(~Exists(Seal.objects.filter(entry=OuterRef("pk"))))
    tail = waiting.aggregate(count=Count("pk"), first=Min("pk"))
    return Proof(
        [Chain(name, walk.place, walk.hash, walk.broken) for name, walk in sorted(walks.items())],
        tail["count"],
        tail["first"],
    )


def heads() -> list[dict[str, Any]]:
    """The last place and hash of every stream: what an anchor keeps outside the database."""
    last = Seal.objects.values("stream").annotate(last=Max("place")).order_by("stream")
    return [
        {
            "stream": each["stream"],
            "place": each["last"],
            "hash": Seal.objects.values_list("hash", flat=True).get(
                stream=each["stream"], place=each["last"]
            ),
        }
        for each in last
    ]


def _fault_of(stream: str, walk: _Walk, seal: Sequence[Any], ring: Keyring) -> Broken | None:
    place, entry_id, key_id, previous, made, *values = seal
    key = ring.by_id(key_id)
    fault: Fault | None = None
    if place != walk.place + 1:
        # The join left out a seal whose entry is gone; a seal that is gone leaves nothing.
        lost = Seal.objects.filter(stream=stream, place=walk.place + 1).exists()
        return Broken(walk.place + 1, None, "entry_missing" if lost else "gap")
    if previous != walk.hash:
        fault = "link"
    elif key is None:
        fault = "key_unknown"
    elif made != chain_hash(secret=key.secret, previous=previous, place=place, values=values):
        fault = "entry_changed"
    elif walk.anchor and place == walk.anchor["place"] and made != walk.anchor["hash"]:
        fault = "anchor"
    return Broken(place, entry_id, fault) if fault else None
