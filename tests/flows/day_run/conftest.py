"""A book in a database of its own: a day run reads a snapshot, so all must be committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from dunwell.store.vault import init_keyring
from tests.databases import Place
from tests.flows.day_run.books import START, Book


@pytest.fixture
def book(
    committed_database: Place, django_db_blocker: DjangoDbBlocker, tmp_path: Path, settings: Any
) -> Any:
    """An empty book of one lender, with a home and keys of its own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.KEYS_FILE = settings.HOME / "keys.json"
    init_keyring(now=START)
    with django_db_blocker.unblock():
        yield Book(settings.HOME)
