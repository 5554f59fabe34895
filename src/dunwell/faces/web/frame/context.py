"""What every page knows: language, preferences, rail, day, environment, and the reader's menu.

A context processor (named in settings). One key, `frame`, so that nothing of a
room's own context is hidden. The business day is the request's, when a
middleware or view set `request.business_day`; otherwise today's local date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from dunwell.faces.web.frame.preferences import Preferences, read_preferences
from dunwell.faces.web.frame.rail import Stop, address_of, stops_for

HTML_LANGUAGE = {"zh-hans": "zh-Hans", "en": "en"}
FIRST_ON_PHONE = 4


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor: everything is worked out only when a template asks."""
    return {"frame": Frame(request=request)}


@dataclass(kw_only=True)
class Frame:
    """The frame of one page."""

    request: HttpRequest

    @cached_property
    def html_lang(self) -> str:
        """The page's lang attribute; without zh-Hans Chinese is drawn with Japanese glyphs."""
        return HTML_LANGUAGE.get(get_language() or "", "zh-Hans")

    @cached_property
    def other_language(self) -> tuple[str, str]:
        """Code and own name of the language the switch offers."""
        return ("en", "English") if self.html_lang == "zh-Hans" else ("zh-hans", "中文")

    @cached_property
    def preferences(self) -> Preferences:
        """Theme, text size, rail and density of this reader."""
        return read_preferences(self.request)

    @cached_property
    def day(self) -> date:
        """The business day the page speaks about."""
        given = getattr(self.request, "business_day", None)
        return given if isinstance(given, date) else timezone.localdate()

    @property
    def environment(self) -> str:
        """demo, production or test."""
        return str(getattr(settings, "ENVIRONMENT", "production"))

    @cached_property
    def rail(self) -> list[Stop]:
        """The places of the left bar."""
        return stops_for(self.request)

    @property
    def phone_first(self) -> list[Stop]:
        """The places that stand in the bottom bar of a phone."""
        return self.rail[:FIRST_ON_PHONE]

    @property
    def phone_rest(self) -> list[Stop]:
        """The places in the phone's drawer."""
        return self.rail[FIRST_ON_PHONE:]

    @property
    def palette_entries(self) -> list[dict[str, str]]:
        """The rail as entries of the command palette, parts included."""
        flat = [stop for place in self.rail for stop in (place, *place.parts)]
        return [{"label": str(s.label), "words": s.words, "href": s.href} for s in flat]

    @cached_property
    def links(self) -> dict[str, str]:
        """Addresses of what the top bar needs; empty while a room is not built."""
        return {
            "home": address_of("today") or "/",
            "search": address_of("search"),
            "account": address_of("account_me"),
            "password": address_of("account_change_password"),
            "two_factor": address_of("mfa_index"),
            "log_out": address_of("account_logout"),
            "log_in": address_of("account_login"),
        }
