"""The key file: made once, private, never replaced, looked at again when it changes."""

import json
import os
import stat
from datetime import UTC, datetime

import pytest

from dunwell.store.vault import KeysMissing, init_keyring, keyring
from dunwell.store.vault.keyring import changing, write_keyring
from dunwell.store.vault.refusals import KeysUnreadable

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_new_key_file_is_readable_by_its_owner_only(keys):
    assert stat.S_IMODE(os.stat(keys).st_mode) == 0o600


def test_making_it_again_leaves_every_key_as_it_was(keys):
    before = keys.read_bytes()
    assert init_keyring(now=NOW) is False
    assert keys.read_bytes() == before


def test_without_a_key_file_everything_refuses(tmp_path):
    with pytest.raises(KeysMissing):
        keyring(tmp_path / "keys.json")


def test_a_key_file_that_others_may_read_is_refused(keys):
    keys.chmod(0o644)
    os.utime(keys, ns=(1, 1))
    with pytest.raises(KeysUnreadable):
        keyring(keys)


@pytest.mark.parametrize("body", ["", "{", "{}", '{"format": 2, "keys": []}'])
def test_a_key_file_that_is_not_ours_is_refused_and_kept(keys, body):
    keys.write_text(body)
    with pytest.raises(KeysUnreadable):
        keyring(keys)
    with pytest.raises(KeysUnreadable):
        init_keyring(now=NOW)
    assert keys.read_text() == body


def test_a_key_file_without_a_key_for_a_purpose_is_refused(keys):
    body = json.loads(keys.read_text())
    body["keys"] = [key for key in body["keys"] if key["purpose"] != "index"]
    keys.write_text(json.dumps(body))
    with pytest.raises(KeysUnreadable) as refusal:
        keyring(keys)
    assert refusal.value.figures["problem"] == "index"


def test_a_process_learns_of_a_new_key_by_itself(keys):
    old = keyring().active("seal")
    with changing():
        write_keyring(keyring().with_new("seal", now=NOW))
    ring = keyring()
    assert ring.active("seal").id != old.id
    assert [key.state for key in ring.live("seal")] == ["active", "opening"]


def test_a_retired_key_is_kept_and_live_no_more(keys):
    old = keyring().active("index")
    ring = keyring().with_new("index", now=NOW).with_retired("index")
    assert [key.id for key in ring.live("index")] == [ring.active("index").id]
    assert ring.by_id(old.id).state == "retired"


def test_no_secret_is_ever_printed(keys):
    key = keyring().active("seal")
    assert key.secret.hex() not in repr(keyring())
    assert str(key.secret) not in repr(key)
