"""An office at noon, people of every role who look at its strategy, and a home for drafts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from dunwell.store.people.models import Role
from tests.faces.cases.conftest import book, on_the_day  # noqa: F401  # fixtures
from tests.faces.gate.conftest import log_in
from tests.flows.contact.people import NOON, Office, open_office


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Iterator[Office]:
    """An office with one case; drafts lie in a folder of the test."""
    settings.HOME = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield open_office()


@pytest.fixture
def analyst(office: Office) -> Client:
    """A browser of an analyst."""
    return log_in(office, Role.ANALYST, "one")


def page(client: Client, address: str, **data: str) -> str:
    """The page at an address, as text; with `data` it is posted and followed."""
    answer = client.post(address, data, follow=True) if data else client.get(address)
    return answer.content.decode()


def begin(client: Client, kind: str = "strategy", **data: str) -> str:
    """Begin a draft; answers its address."""
    answer = client.post(f"/strategy/{kind}/change/", {"whom": "house", **data})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])
