"""The office the tests of permits work in."""

import pytest

from tests.flows.contact.people import Office, open_office


@pytest.fixture
def office(db) -> Office:
    return open_office()
