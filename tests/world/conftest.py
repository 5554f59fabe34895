"""One native world and one tape for all tests of the world: the same loans, seed and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunwell.world import WorldSummary, make_world
from tests.world.books import Book

AS_OF = date(2026, 3, 31)
LOANS = 4_000
SEED = 7


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WorldSummary]:
    folder = tmp_path_factory.mktemp("native")
    return folder, make_world(loans=LOANS, seed=SEED, as_of=AS_OF, out=folder)


@pytest.fixture(scope="session")
def book(made: tuple[Path, WorldSummary]) -> Book:
    return Book(made[0])


@pytest.fixture(scope="session")
def summary(made: tuple[Path, WorldSummary]) -> WorldSummary:
    return made[1]


@pytest.fixture(scope="session")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("tape")
    make_world(loans=LOANS, seed=SEED, as_of=AS_OF, out=folder, layout="tape", sheet="csv")
    return Book(folder)


@pytest.fixture(scope="session")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("flawed")
    make_world(
        loans=LOANS,
        seed=SEED,
        as_of=AS_OF,
        out=folder,
        layout="tape",
        sheet="csv",
        flaws=True,
    )
    return Book(folder)
