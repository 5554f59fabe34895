"""Where a lost borrower may be looked for and where never, as shipped; no database.

Called by flows.contact.locate and by the desk's panel, which shows every entry with the
clause it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.store.policy.seeds import HOUSE, read_yaml

FILE = "locate/sources.yaml"
SHOWS = ("contacts", "history", "replies", "nothing")
BASES = ("contract", "consent", "public_source")
ENTERS = ("phone",)
READ = ("text", "secondary", "recalled", "house")
_OPTIONAL = ("clause", "clause_en", "shows", "read", "basis", "needs_words", "enters")


@dataclass(frozen=True, slots=True)
class Entry:
    """A purpose, source, forbidden source or result; what a part does not have is empty."""

    code: str
    zh: str
    en: str
    clause: str = ""
    clause_en: str = ""
    shows: str = ""
    read: str = ""
    needs_words: bool = False
    basis: str = ""
    """The legal basis of what a source gives."""
    enters: str = ""
    """What may be entered with a result; empty: nothing."""


@dataclass(frozen=True, slots=True)
class LocateSources:
    """Each part by code, in the order of the file."""

    purposes: Mapping[str, Entry]
    allowed: Mapping[str, Entry]
    forbidden: Mapping[str, Entry]
    results: Mapping[str, Entry]
    tellers: Mapping[str, Entry]


@cache
def locate_sources() -> LocateSources:
    """Every source, purpose and result. Refuses WrongKeys and WrongValue."""
    text = files("dunwell.packs").joinpath(HOUSE, FILE).read_text("utf-8")
    return parse_sources(read_yaml(text, file=f"{HOUSE}/{FILE}"), file=f"{HOUSE}/{FILE}")


def parse_sources(content: object, *, file: str) -> LocateSources:
    """Read the file. Refuses WrongKeys and WrongValue, and a source without its clause."""
    keys = ("id", "title", "title_en", "purposes", "allowed", "forbidden", "results", "tellers")
    told = keyed(content, file, "", keys, ())
    return LocateSources(
        purposes=_entries(told["purposes"], file, "purposes", ()),
        allowed=_entries(
            told["allowed"], file, "allowed", ("clause", "clause_en", "shows", "read", "basis")
        ),
        forbidden=_entries(told["forbidden"], file, "forbidden", ("clause", "clause_en")),
        results=_entries(told["results"], file, "results", ()),
        tellers=_entries(told["tellers"], file, "tellers", ()),
    )


def _entries(content: object, file: str, part: str, needs: tuple[str, ...]) -> Mapping[str, Entry]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path=part, value=content, allowed="mapping")
    return {
        str(code): _entry(str(code), entry, file, f"{part}.{code}", needs)
        for code, entry in content.items()
    }


def _entry(code: str, content: object, file: str, path: str, needs: tuple[str, ...]) -> Entry:
    optional = tuple(name for name in _OPTIONAL if name not in needs)
    told = keyed(content, file, path, ("zh", "en", *needs), optional)
    needs_words = told.get("needs_words", False)
    if not isinstance(needs_words, bool):
        raise WrongValue(
            file=file, path=f"{path}.needs_words", value=needs_words, allowed="true, false"
        )
    return Entry(
        code=code,
        zh=text_in(told["zh"], file, f"{path}.zh"),
        en=text_in(told["en"], file, f"{path}.en"),
        clause=text_in(told["clause"], file, path) if "clause" in needs else "",
        clause_en=text_in(told["clause_en"], file, path) if "clause_en" in needs else "",
        shows=one_of(told["shows"], SHOWS, file, f"{path}.shows") if "shows" in needs else "",
        read=one_of(told["read"], READ, file, f"{path}.read") if "read" in needs else "",
        needs_words=needs_words,
        basis=one_of(told["basis"], BASES, file, f"{path}.basis") if "basis" in needs else "",
        enters=one_of(told["enters"], ENTERS, file, f"{path}.enters") if "enters" in told else "",
    )
