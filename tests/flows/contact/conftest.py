"""The office the tests of permits work in."""

import pytest

from tests.flows.contact.people import Office, open_office
from tests.flows.follow_up.debtor import Debtor, make_debtor


@pytest.fixture
def office(db) -> Office:
    return open_office()


@pytest.fixture
def debtor(db) -> Debtor:
    return make_debtor()
