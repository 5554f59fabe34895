"""Texts and sets of policy by which decisions were made, kept under their hash for ever.

Called by the flows that decide, in their transaction. A set holds the hash of each kind's
text and the terms of ageing; a decision names the hash of its set, and any past decision
is made again from here, whatever was published or shipped since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from dunwell.core.refusal import Refusal
from dunwell.store.policy.documents import InForceDocument
from dunwell.store.policy.models import PolicySet, PolicyText


class NoSuchPolicy(Refusal):
    """A set of policy that decided nothing here. Figures: policy."""

    code = "DOCUMENT-NO-SUCH-POLICY"


def hash_of_set(content: Mapping[str, object]) -> str:
    """The hash of a set: the same content, the same hash."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def keep_policy(*, content: Mapping[str, object], documents: Iterable[InForceDocument]) -> str:
    """Keep a set and the texts it names, where they are not kept yet; answers its hash."""
    number = hash_of_set(content)
    if not PolicySet.objects.filter(pk=number).exists():
        wanted = {each.hash: each for each in documents}
        there = set(PolicyText.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        new = [
            PolicyText(hash=each.hash, kind=each.kind, text=each.text)
            for each in wanted.values()
            if each.hash not in there
        ]
        PolicyText.objects.bulk_create(new)
        PolicySet.objects.create(hash=number, content=content)
    return number


def policy_kept(number: str) -> dict[str, Any]:
    """The content of a set. Refuses NoSuchPolicy."""
    found = PolicySet.objects.filter(pk=number).first()
    if found is None:
        raise NoSuchPolicy(policy=number)
    return dict(found.content)


def text_kept(number: str) -> str:
    """A text by its hash. Refuses NoSuchPolicy."""
    found = PolicyText.objects.filter(pk=number).first()
    if found is None:
        raise NoSuchPolicy(policy=number)
    return found.text
