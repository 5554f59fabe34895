"""A question of the log decided again: the same packs and lexicon, the same answer and hash."""

from __future__ import annotations

import pytest

from dunwell.flows.conduct.replay import Kept, gates_of, replay
from dunwell.store.permits.models import Permit
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.packs import DEFAULT_PACKS, shipped_pack
from tests.flows.contact.people import TEXT, open_office

pytestmark = pytest.mark.django_db

THREAT = f"{TEXT}再不还款，就让你全家不得安宁。"


@pytest.mark.parametrize("text", [None, TEXT, THREAT], ids=["no text", "polite", "threat"])
def test_replayed_under_the_same_packs_a_question_has_the_answer_and_the_hash_it_had(text):
    office = open_office()
    asked = office.ask(channel="letter" if text else "call", text=text)
    row = Permit.objects.get(pk=asked.permit)
    assert row.lexicon_hash == (wording_checker().hash if text else "")
    gates = gates_of([shipped_pack(name) for name in DEFAULT_PACKS])
    again = replay(Kept(*(getattr(row, name) for name in Kept._fields)), gates=gates)
    assert again is not None
    assert again.decision.codes == asked.decision.codes
    assert again.decision.pack_hash == row.pack_hash == asked.decision.pack_hash


def test_the_hash_tells_which_lexicon_answered_even_if_the_packs_are_the_same():
    office = open_office()
    asked = office.ask(channel="letter", text=THREAT)
    row = Permit.objects.get(pk=asked.permit)
    gates = gates_of([shipped_pack(name) for name in DEFAULT_PACKS])
    kept = Kept(*(getattr(row, name) for name in Kept._fields))
    earlier = replay(kept._replace(lexicon_hash="0" * 64), gates=gates)
    assert earlier is not None
    assert earlier.decision.pack_hash != row.pack_hash
