"""What the codes of a note bring about beside the note: freezes, opt-outs, refusals.

Called by notes in its transaction. Whatever lessens contact is set at once, by whoever
heard it; only a second person ends it (standings). A number that is dead or not the
borrower's is told by the notes themselves: the desk folds it away.
"""

from __future__ import annotations

from datetime import datetime

from dunwell.core.disposition import Effects
from dunwell.flows.contact.standings import Said, stand
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.models import Permit, Standing

_WHY = "催记：{code}"


def bring_about(
    *, actor: Actor, now: datetime, case: Case, permit: Permit, effects: Effects
) -> list[Standing]:
    """Let stand what follows from the note. Refuses what standings.stand refuses."""
    wanted: list[Said] = []
    if effects.freeze:
        wanted.append(Said(what="freeze", kind=effects.freeze, why=_why(effects.freeze)))
    if effects.opts_out:
        # The borrower's wish holds on all their numbers, anybody else's where they were reached.
        whose = None if permit.role == "borrower" else permit.contact_id
        wanted.append(
            Said(
                what="opt_out",
                kind="opt_out",
                channel=permit.channel,
                contact=whose,
                why=_why("opt_out"),
            )
        )
    if effects.refusal:
        wanted.append(
            Said(what="refusal", kind="refused", contact=permit.contact_id, why=_why("refusal"))
        )
    return [stand(actor=actor, now=now, case=case.pk, said=said) for said in wanted]


def _why(code: str) -> str:
    return _WHY.format(code=code)
