"""A web of its own for the frame's tests: every preference and page, no log-in, no database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import LazySettings
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

LOCALE = Path(__file__).parents[3] / "src/dunwell/faces/web/frame/locale"
OPEN_TO_ALL = ("Authentication", "Login", "Axes", "Account", "access")


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English catalogue compiled into a folder of this run: .mo files are not committed."""
    folder = tmp_path_factory.mktemp("locale")
    target = folder / "en/LC_MESSAGES"
    target.mkdir(parents=True)
    with (LOCALE / "en/LC_MESSAGES/django.po").open("rb") as source:
        catalog = read_po(source, locale="en")
    with (target / "django.mo").open("wb") as compiled:
        write_mo(compiled, catalog)
    return folder


@pytest.fixture
def web(settings: LazySettings, english: Path) -> Iterator[Client]:
    """A browser on the frame alone."""
    settings.ROOT_URLCONF = "tests.faces.frame.addresses"
    settings.LOCALE_PATHS = [english]
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if not any(part in name for part in OPEN_TO_ALL)
    ]
    trans_real._translations = {}
    yield Client()
    trans_real._translations = {}
    translation.activate(settings.LANGUAGE_CODE)
