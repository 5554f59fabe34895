"""How a reader wants the screens: language, theme, text size, rail, density.

Kept in cookies, not in the state database: they belong to a person at a
device, matter before log-in, and are no fact of the trade. Each may only hold
one of the values listed here; anything else reads as the default.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

YEAR_SECONDS = 365 * 24 * 3600

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "text": ("normal", "large"),
    "rail": ("wide", "narrow"),
    "density": ("normal", "compact"),
}
"""Preference to allowed values; the first is the default. Language has its own cookie."""


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What the page's root element carries as data attributes."""

    theme: str
    text: str
    rail: str
    density: str


def read_preferences(request: HttpRequest) -> Preferences:
    """The reader's preferences; a missing or odd cookie gives the default."""
    chosen = {}
    for what, allowed in CHOICES.items():
        value = request.COOKIES.get(cookie_of(what), "")
        chosen[what] = value if value in allowed else allowed[0]
    return Preferences(**chosen)


def is_choice(*, what: str, value: str) -> bool:
    """Whether `value` may be chosen for `what` (one of CHOICES, or language)."""
    if what == "language":
        return value in {code for code, _ in settings.LANGUAGES}
    return value in CHOICES.get(what, ())


def keep_preference(response: HttpResponse, *, what: str, value: str) -> None:
    """Write the choice as a cookie of one year on `response`."""
    response.set_cookie(
        cookie_of(what),
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def cookie_of(what: str) -> str:
    """The cookie's name; language uses the one Django's own middleware reads."""
    return settings.LANGUAGE_COOKIE_NAME if what == "language" else f"dunwell_{what}"
