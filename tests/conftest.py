"""What every test may use. Databases: see tests/databases.py.

- `@pytest.mark.django_db`: the test runs inside a transaction that is rolled
  back; under tests/store and tests/flows once on SQLite, once on PostgreSQL.
- fixture `committed_database`: a fresh database of the test's own, for what
  commits, starts threads or starts processes (they inherit its URL).
- `@pytest.mark.both_databases` / `@pytest.mark.one_database` say otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import TransactionTestCase

from tests import databases

TESTS = Path(__file__).parent
ON_BOTH_DATABASES = (TESTS / "store", TESTS / "flows")
COMMITTING = {"committed_database", "live_server", "transactional_db"}
USING_A_DATABASE = COMMITTING | {"db", "django_db_setup"}


def pytest_configure(config: pytest.Config) -> None:
    # Children of a test find the real settings, whose home and URL stand in the environment.
    os.environ["DJANGO_SETTINGS_MODULE"] = "dunwell.settings.main"
    if not hasattr(config, "workerinput"):
        databases.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.end_run()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if TESTS / "browser" in item.path.parents:
            item.add_marker("browser")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that uses a database its vendor, or both vendors one after the other."""
    marked = metafunc.definition.get_closest_marker
    if not marked("django_db") and not USING_A_DATABASE & set(metafunc.fixturenames):
        return
    both = any(folder in metafunc.definition.path.parents for folder in ON_BOTH_DATABASES)
    both = (both or bool(marked("both_databases"))) and not marked("one_database")
    if "database" in metafunc.fixturenames:
        metafunc.fixturenames.remove("database")
    metafunc.fixturenames.insert(0, "database")  # before pytest-django opens its transaction
    vendors = ["sqlite", "postgresql"] if both else ["sqlite"]
    metafunc.parametrize("database", vendors, indirect=True, scope="session")


@pytest.fixture(scope="session")
def _databases() -> databases.Databases:
    return databases.Databases()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> None:
    """Nothing: `database` chooses, per test, a clone that is already migrated."""
    # A test that commits has a database of its own: there is nothing to flush
    # afterwards, and append-only tables would refuse it.
    TransactionTestCase._fixture_teardown = lambda self: None


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: object,
    _databases: databases.Databases,
) -> str:
    """The vendor this test runs on: `sqlite` or `postgresql`."""
    with django_db_blocker.unblock():
        databases.use(_databases.kept(request.param))
    return request.param


@pytest.fixture
def committed_database(
    database: str, django_db_blocker: object, _databases: databases.Databases
) -> Iterator[databases.Place]:
    """A fresh database where commits stay; threads and child processes reach it too."""
    with django_db_blocker.unblock():
        before, own = databases.current(), _databases.fresh(database)
        databases.use(own)
        yield own
        databases.use(before)
        _databases.drop(own)


@pytest.fixture(autouse=True)
def _commits_stay_in_a_database_of_their_own(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if COMMITTING & set(request.fixturenames) or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("committed_database")
