"""The keys a person chose for the acts of the desk, and their extension at the switch.

Kept per person; an act without a choice keeps the shipped key. Called by the desk.
"""

from __future__ import annotations

from collections.abc import Mapping

from dunwell.core.refusal import Refusal
from dunwell.store.desk.models import Keys
from dunwell.store.people.permissions import Actor

MOST_LINE = 12


class KeyTaken(Refusal):
    """One key for two acts, or what is no single key. Figures: key."""

    code = "DESK-KEY-TAKEN"


def choose_keys(
    *, actor: Actor, chosen: Mapping[str, str], shipped: Mapping[str, str], line: str = ""
) -> None:
    """Keep one's own keys; only what differs from the shipped ones. Refuses KeyTaken.

    Digits stay with the likely results.
    """
    assert actor.staff is not None  # machines press no keys
    kept = {act: (chosen.get(act) or key).lower() for act, key in shipped.items()}
    seen: set[str] = set()
    for key in kept.values():
        if len(key) != 1 or key.isdigit() or not (key.isalpha() or key == " ") or key in seen:
            raise KeyTaken(key=key)
        seen.add(key)
    differs = {act: key for act, key in kept.items() if key != shipped[act]}
    digits = "".join(char for char in line if char.isdigit())[:MOST_LINE]
    if digits:
        differs["line"] = digits
    Keys.objects.update_or_create(staff_id=actor.staff, defaults={"chosen": differs})
