"""Key rotation: a new key, every value sealed again under it, then the old key is retired.

Called by `dunwell keys rotate [--index]`. May be killed at any moment and called
again: it goes on where the values themselves say it stopped. The web goes on
meanwhile; both keys open until nothing stands under the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.flows.house.refusals import WorkGoesOn
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.people.permissions import Actor, require
from dunwell.store.runs.models import Run
from dunwell.store.vault.keyring import Purpose, changing, keyring, write_keyring
from dunwell.store.vault.rotation import Progress, reindex, reseal, sealed_tables


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the new key, the keys it retired, the values it rewrote."""

    purpose: Purpose
    key: int
    retired: tuple[int, ...]
    values: int
    resumed: bool


def rotate_keys(
    *, actor: Actor, day: date, now: datetime, progress: Progress, index: bool = False
) -> Rotated:
    """Replace the sealing key (or, with `index`, the blind-index key) and rewrite its values.

    Refuses NotPermitted; with `index` also WorkGoesOn while an import or day run
    is going on, for it would write indexes under the key that goes.
    """
    require(actor, "keys.rotate", day=day)
    purpose: Purpose = "index" if index else "seal"
    if index:
        _refuse_while_work_goes_on()
    resumed = _add_key(purpose, actor=actor, day=day, now=now)
    rewrite = reindex if index else reseal
    values = 0
    # A transaction that began before the new key may commit behind the first pass.
    while changed := sum(rewrite(table, progress=progress) for table in sealed_tables()):
        values += changed
    with changing():
        ring = keyring()
        retired = tuple(key.id for key in ring.live(purpose) if key.state == "opening")
        write_keyring(ring.with_retired(purpose))
    key = keyring().active(purpose).id
    with transaction.atomic():
        append(
            stream=HOUSE,
            verb="keys.rotated",
            subject=f"key:{key}",
            actor=actor,
            at=now,
            day=day,
            figures={"purpose": purpose, "retired": list(retired), "values": values},
        )
    return Rotated(purpose, key, retired, values, resumed)


def _add_key(purpose: Purpose, *, actor: Actor, day: date, now: datetime) -> bool:
    """Add the new key unless an unfinished rotation has; True when it had."""
    with changing():
        ring = keyring()
        if any(key.state == "opening" for key in ring.live(purpose)):
            return True
        ring = ring.with_new(purpose, now=now)
        # Written before the file changes: a new key that nobody answers for must not be.
        with transaction.atomic():
            append(
                stream=HOUSE,
                verb="keys.rotate",
                subject=f"key:{ring.active(purpose).id}",
                actor=actor,
                at=now,
                day=day,
                figures={"purpose": purpose},
            )
        write_keyring(ring)
    return False


def _refuse_while_work_goes_on() -> None:
    run = Run.objects.filter(status=Run.Status.RUNNING).order_by("-pk").first()
    if run is not None:
        raise WorkGoesOn(run=run.pk, kind=run.kind)
