"""Why a case is not worked now, as shipped; no database, so that stateless commands use it.

Called by flows.contact.put_off and by the desk, which offers them in this order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.store.policy.seeds import HOUSE, read_yaml

FILE = "put_off/reasons.yaml"
TELLS = ("supervisor",)
ONLY = ("closed",)
MOST_MINUTES, MOST_DAYS = 24 * 60, 30


@dataclass(frozen=True, slots=True)
class PutOffReason:
    """One reason; `minutes` or `days` is what the desk proposes, the other is 0."""

    code: str
    zh: str
    en: str
    minutes: int
    days: int
    needs_words: bool
    tells: str
    """Who sees the case in a list until it comes back; empty: nobody."""
    only: str
    """When it is offered; closed: while the gate lets nobody be reached; empty: always."""


@cache
def put_off_reasons() -> Mapping[str, PutOffReason]:
    """Every reason by its code, in the order offered. Refuses WrongKeys and WrongValue."""
    text = files("dunwell.packs").joinpath(HOUSE, FILE).read_text("utf-8")
    return parse_put_off(read_yaml(text, file=f"{HOUSE}/{FILE}"), file=f"{HOUSE}/{FILE}")


def parse_put_off(content: object, *, file: str) -> Mapping[str, PutOffReason]:
    """Read the reasons. Refuses WrongKeys and WrongValue with file and path."""
    told = keyed(content, file, "", ("id", "title", "title_en", "reasons"), ())
    reasons = told["reasons"]
    if not isinstance(reasons, Mapping) or not reasons:
        raise WrongValue(file=file, path="reasons", value=reasons, allowed="mapping")
    return {str(code): _reason(str(code), entry, file) for code, entry in reasons.items()}


def _reason(code: str, entry: object, file: str) -> PutOffReason:
    path = f"reasons.{code}"
    told = keyed(
        entry, file, path, ("zh", "en"), ("minutes", "days", "needs_words", "tells", "only")
    )
    minutes = _whole(told.get("minutes", 0), MOST_MINUTES, file, f"{path}.minutes")
    days = _whole(told.get("days", 0), MOST_DAYS, file, f"{path}.days")
    if bool(minutes) == bool(days):
        raise WrongValue(file=file, path=path, value=code, allowed="minutes or days")
    needs_words, tells = told.get("needs_words", False), told.get("tells", "")
    only = told.get("only", "")
    if not isinstance(needs_words, bool):
        raise WrongValue(
            file=file, path=f"{path}.needs_words", value=needs_words, allowed="true, false"
        )
    return PutOffReason(
        code=code,
        zh=text_in(told["zh"], file, f"{path}.zh"),
        en=text_in(told["en"], file, f"{path}.en"),
        minutes=minutes,
        days=days,
        needs_words=needs_words,
        tells=one_of(tells, TELLS, file, f"{path}.tells") if tells else "",
        only=one_of(only, ONLY, file, f"{path}.only") if only else "",
    )


def _whole(value: object, most: int, file: str, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise WrongValue(file=file, path=path, value=value, allowed=f"0..{most}")
    return value
