"""The office the tests of promises and plans work in."""

import pytest

from tests.flows.follow_up.debtor import Debtor, make_debtor


@pytest.fixture
def debtor(db) -> Debtor:
    return make_debtor()
