"""Once: a request of a program carried out one time, however often it is sent.

Called by the API with the sender's key (the header Idempotency-Key). The act and the memory of
it are one transaction: a program that was killed, or did not hear the answer, sends again
and gets the first answer. Answers are kept for a week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from dunwell.core.refusal import Refusal
from dunwell.store.people.permissions import Actor
from dunwell.store.runs.models import AnsweredRequest

KEPT = timedelta(days=7)
LONGEST = 80


class KeyReused(Refusal):
    """Another request was sent under this key before. Figures: none of the request."""

    code = "API-KEY-REUSED"


class KeyUnfit(Refusal):
    """A key that is empty or too long. Figures: most."""

    code = "API-KEY-UNFIT"


def once(
    *,
    actor: Actor,
    now: datetime,
    key: str,
    path: str,
    content: bytes,
    act: Callable[[], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """Do `act` the first time the actor sends `key`, and answer the same from then on.

    `act` answers plain data. What it refuses is not kept: the program mends it and sends it
    again. Refuses KeyUnfit, and KeyReused for another path or content under the key.
    """
    if not 0 < len(key) <= LONGEST:
        raise KeyUnfit(most=LONGEST)
    assert actor.staff is not None  # programs act for people
    digest = hashlib.sha256(path.encode() + b"\n" + content).hexdigest()
    known = _answer(actor.staff, key, digest)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            AnsweredRequest.objects.filter(at__lt=now - KEPT, staff_id=actor.staff).delete()
            row = AnsweredRequest.objects.create(
                staff_id=actor.staff, key=key, digest=digest, body={}, at=now
            )
            answer = dict(act())
            row.body = answer
            row.save(update_fields=["body"])
            return answer
    except IntegrityError:
        # The same request came twice at once: the other one carried it out.
        known = _answer(actor.staff, key, digest)
        if known is None:
            raise
        return known


def _answer(staff: int, key: str, digest: str) -> Mapping[str, Any] | None:
    row = AnsweredRequest.objects.filter(staff_id=staff, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise KeyReused()
    answer: Mapping[str, Any] = row.body
    return answer
