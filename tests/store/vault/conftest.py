"""A key file of the test's own."""

from datetime import UTC, datetime

import pytest

from dunwell.store.vault import init_keyring


@pytest.fixture
def keys(tmp_path, settings):
    """The path of a fresh key file, which the settings name."""
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=datetime(2026, 11, 23, tzinfo=UTC))
    return settings.KEYS_FILE
