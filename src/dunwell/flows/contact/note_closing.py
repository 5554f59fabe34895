"""What only the finished contact can answer, asked before its note is filed (V02-V04, R01 …).

Called by notes. Facts the state holds (the channel, who acted, whether a recording lies
there) are filled in; the rest is what the note tells. A rule that refuses keeps the note
open until what is missing is there; one that warns is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dunwell.core.disposition import Code
from dunwell.core.permit import BEIJING, close_check, read_closing
from dunwell.flows.contact.note_refusals import NotClosable
from dunwell.store.outreach.models import Recording
from dunwell.store.permits.models import Permit
from dunwell.store.policy.published import gate_at, newest_version

SPOKEN_AT_ONCE = ("identity_stated", "commissioner_named", "human_offered")


def check_closing(
    *, permit: Permit, number: Code, told: Mapping[str, object], now: datetime
) -> None:
    """Pass a contact that may be filed as it is told; refuses NotClosable."""
    gate = gate_at(permit.packs.split(), version=newest_version())
    facts = read_closing(_facts(permit, number, told))
    decision = close_check(facts=facts, gate=gate, day=now.astimezone(BEIJING).date())
    if decision.verdict != "refuse":
        return
    missing = [
        str(reason.figures.get("path") or reason.figures.get("missing") or reason.code)
        for reason in decision.reasons
    ]
    raise NotClosable(codes=list(decision.codes), missing=missing)


def _facts(permit: Permit, number: Code, told: Mapping[str, object]) -> dict[str, object]:
    recording = Recording.objects.filter(permit=permit).order_by("-pk").first()
    facts: dict[str, object] = {
        "channel": permit.channel,
        "direction": permit.direction,
        "answered": number.answered,
        "actor": {"kind": permit.actor_kind},
        "recording": {"id": str(recording.pk) if recording else None},
    }
    for name in SPOKEN_AT_ONCE:
        if name in told:
            facts[name] = told[name]
    if permit.channel == "visit":
        facts["visit"] = told.get("visit", {})
    return facts
