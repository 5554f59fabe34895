"""Keeping the journal: sealing what is new, proving what is sealed, anchoring the heads outside.

Called by `dunwell journal`, the day run and the house page.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dunwell.core.refusal import Refusal
from dunwell.store.journal.sequencer import Sealed, seal_pending
from dunwell.store.journal.verify import Proof, heads, prove_chains
from dunwell.store.people.permissions import Actor, require

ANCHOR_FORMAT = "dunwell-journal-anchor-1"


class AnchorUnreadable(Refusal):
    """A file is no anchor of ours. Figures: file."""

    code = "JOURNAL-ANCHOR-UNREADABLE"


class ChainBroken(Refusal):
    """A chain does not hold. Figures: stream, place, fault of the first, and how many (broken)."""

    code = "JOURNAL-CHAIN-BROKEN"


def seal_journal(*, actor: Actor, day: date, now: datetime) -> Sealed:
    """Seal every committed entry into its stream's chain. Refuses NotPermitted."""
    require(actor, "journal.seal", day=day)
    return seal_pending(now=now)


def verify_journal(*, actor: Actor, day: date, anchor: Path | None = None) -> Proof:
    """Prove every chain, against an anchor file too when one is given; changes nothing.

    Refuses NotPermitted and AnchorUnreadable; a broken chain is an answer, not a refusal.
    """
    require(actor, "journal.verify", day=day)
    return prove_chains(anchor=_read(anchor) if anchor else ())


def anchor_journal(*, actor: Actor, day: date, now: datetime, out: Path) -> list[dict[str, Any]]:
    """Write the heads of all chains to `out`, to be kept where nobody here can change it.

    Refuses NotPermitted.
    """
    require(actor, "journal.verify", day=day)
    found = heads()
    body = {"format": ANCHOR_FORMAT, "made_at": now.isoformat(), "heads": found}
    out.write_text(json.dumps(body, indent=1) + "\n", "utf-8")
    return found


def refuse_broken(proof: Proof) -> None:
    """Pass silently when every chain is whole; refuse with ChainBroken otherwise."""
    broken = [(chain.stream, chain.broken) for chain in proof.chains if chain.broken]
    if broken:
        stream, first = broken[0]
        raise ChainBroken(stream=stream, place=first.place, fault=first.fault, broken=len(broken))


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        body = json.loads(path.read_text("utf-8"))
        if body["format"] != ANCHOR_FORMAT:
            raise AnchorUnreadable(file=path.name)
        return [
            {"stream": str(head["stream"]), "place": int(head["place"]), "hash": str(head["hash"])}
            for head in body["heads"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        raise AnchorUnreadable(file=path.name) from None
