"""Receipts of used permits: made and signed with the use, shown to whoever may see the log.

Called by use_permit in its transaction, by `dunwell receipt` and the case page. A receipt
is for the borrower: of a third person it says the role and nothing else, of staff
nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from dunwell.core.permit import BEIJING, Decision
from dunwell.core.receipt import FIRST, FORMAT, canonical, write_document
from dunwell.flows.contact.question import kept_of
from dunwell.flows.contact.refusals import NoReceipt, NoSuchPermit
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Permit, Receipt
from dunwell.store.permits.statements import insert, marks, rows
from dunwell.store.policy.published import gate_at
from dunwell.store.vault.signing import receipt_signer

_RECEIPT = {
    "permit_id": "bigint", "party_id": "bigint", "place": "integer", "hash": "text",
    "document": "text",
}  # fmt: skip
OBLIGED = "borrower"
LEXICON = "wording"
"""What the lexicon is called among the packs of a receipt."""


class Use(NamedTuple):
    """A permit that is being used now, and what the re-check said."""

    permit: int
    party: int
    lender: str
    role: str
    channel: str
    purpose: str
    direction: str
    asked_at: datetime
    packs: tuple[str, ...]
    version: str
    """The version of the packs that answered (empty: as shipped)."""
    content_hash: str
    lexicon_hash: str
    """The lexicon the text was checked with; empty where there is no text."""
    decision: Decision
    asked: Mapping[str, Any]


def write_receipts(uses: Sequence[Use], *, now: datetime) -> None:
    """Sign and store the receipt of each use; call it with the desks of the parties held."""
    signer = receipt_signer(now=now)
    last = _last_of({use.party for use in uses})
    signed_rows = []
    for use in uses:
        place, previous = last.get(use.party, (0, FIRST))
        body = {
            **_body(use, now),
            "place": place + 1,
            "previous_hash": previous,
            "public_key": signer.public_key.hex(),
        }
        signed = canonical(body)
        found = hashlib.sha256(signed).hexdigest()
        document = write_document(signed, signer.sign(signed)).decode()
        last[use.party] = (place + 1, found)
        signed_rows.append((use.permit, use.party, place + 1, found, document))
    insert(Receipt._meta.db_table, _RECEIPT, signed_rows)


def show_receipt(*, actor: Actor, now: datetime, permit: int) -> str:
    """The receipt of a used permit, as its file.

    Refuses NotPermitted outside the actor's teams, NoSuchPermit, and NoReceipt where the
    permit was never used.
    """
    day = now.astimezone(BEIJING).date()
    row = Permit.objects.filter(pk=permit).select_related("case").first()
    if row is None:
        require(actor, "permit.see", day=day)
        raise NoSuchPermit(permit=permit)
    require(actor, "permit.see", day=day, lender=row.lender_id, team=row.case.team_id)
    receipt = Receipt.objects.filter(pk=permit).first()
    if receipt is None:
        raise NoReceipt(permit=permit)
    return receipt.document


def _body(use: Use, now: datetime) -> dict[str, Any]:
    packs, rules = versions(use.packs, use.version, use.channel)
    return {
        "format": FORMAT,
        "permit": use.permit,
        "lender": use.lender,
        "asked_at": use.asked_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        "used_at": now.astimezone(BEIJING).isoformat(timespec="seconds"),
        "channel": use.channel,
        "purpose": use.purpose,
        "direction": use.direction,
        "verdict": use.decision.verdict,
        "codes": list(use.decision.codes),
        "lifted": [{"code": each.code, "kind": each.kind} for each in use.decision.lifted],
        "inputs": _shown(use),
        "rules": rules,
        "packs": [*(dict(pack) for pack in packs), *_lexicon(use)],
        "pack_hash": use.decision.pack_hash,
        "content_hash": use.content_hash,
    }


def _lexicon(use: Use) -> list[dict[str, str]]:
    """The lexicon beside the packs, where it had a say."""
    return [{"id": LEXICON, "hash": use.lexicon_hash}] if use.lexicon_hash else []


def _shown(use: Use) -> dict[str, Any]:
    inputs = kept_of(use.asked)
    if use.role != OBLIGED:
        inputs["party"] = {"role": use.role}
    return inputs


@cache
def versions(
    packs: tuple[str, ...], version: str, channel: str
) -> tuple[tuple[tuple[tuple[str, str], ...], ...], str]:
    """Which packs answered, by hash, and which rules they ask on this channel."""
    gate = gate_at(packs, version=version)
    named = tuple((("id", pack.id), ("hash", pack.hash)) for pack in gate.stack.packs)
    asked = next(rules for name, rules in gate.asking.items() if name == channel)
    return named, " ".join(rule.code for _, rule in asked)


def _last_of(parties: set[int]) -> dict[int, tuple[int, str]]:
    found = rows(
        "SELECT r.party_id, r.place, r.hash FROM permits_receipt r"
        f" WHERE r.party_id IN ({marks(list(parties))}) AND r.place ="
        " (SELECT max(x.place) FROM permits_receipt x WHERE x.party_id = r.party_id)",
        sorted(parties),
    )
    return {party: (place, hash_) for party, place, hash_ in found}
