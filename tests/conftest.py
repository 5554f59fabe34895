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
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from dunwell.store.vault import init_keyring
from tests import databases

TESTS = Path(__file__).parent

# The same examples in every run; `make proof` looks a hundred times further. No example fails
# because the machine was slow.
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "proof", parent=hypothesis.settings.get_profile("house"), max_examples=10_000
)
hypothesis.settings.load_profile("house")

ON_BOTH_DATABASES = (TESTS / "store", TESTS / "flows")
COMMITTING = {"committed_database", "live_server", "transactional_db"}


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
        if item.path.name == "test_in_browser.py":
            item.add_marker("browser")


def pytest_pycollect_makeitem(collector: pytest.Module, name: str, obj: object) -> None:
    """The django_db mark asks for `database`, so that its parameter is seen at collection."""
    if not callable(obj) or not name.startswith("test_"):
        return
    marks = {mark.name for mark in getattr(obj, "pytestmark", [])}
    if "django_db" in marks or collector.get_closest_marker("django_db"):
        pytest.mark.usefixtures("database")(obj)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that uses a database its vendor, or both vendors one after the other."""
    if "database" not in metafunc.fixturenames:
        return
    marked = metafunc.definition.get_closest_marker
    both = any(folder in metafunc.definition.path.parents for folder in ON_BOTH_DATABASES)
    both = (both or bool(marked("both_databases"))) and not marked("one_database")
    vendors = ["sqlite", "postgresql"] if both else ["sqlite"]
    metafunc.parametrize("database", vendors, indirect=True, scope="session")


@pytest.fixture(scope="session")
def _databases() -> databases.Databases:
    return databases.Databases()


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    _databases: databases.Databases,
) -> str:
    """The vendor this test runs on: `sqlite` or `postgresql`."""
    vendor: str = request.param
    init_keyring(now=datetime(2026, 1, 1, tzinfo=UTC))
    with django_db_blocker.unblock():
        databases.use(_databases.kept(vendor))
    return vendor


@pytest.fixture(scope="session")
def django_db_setup(database: str) -> None:
    """What pytest-django asks for first: a clone that is already migrated."""
    # A test that commits has a database of its own: there is nothing to flush
    # afterwards, and append-only tables would refuse it.
    TransactionTestCase._fixture_teardown = lambda self: None  # type: ignore[method-assign]


@pytest.fixture
def committed_database(
    database: str, django_db_blocker: DjangoDbBlocker, _databases: databases.Databases
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
