"""Labelled sentences: what people marked in them, to judge the wording checker by.

Called by `dunwell wording evaluate`, the bench and the tests. A file holds sentences
with the classes a reviewer marked and, under `may`, neighbouring ones they would also
accept. The hash of a sentence decides whether it is held out; a file may say
`split: development` (seen while the lexicon was written), `split: fresh` (written after it
was finished) or `split: independent` (of another writer, sealed until the lexicon was done).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import yaml

from dunwell.core.refusal import Refusal
from dunwell.core.wording import Audience, CaseState, held_out

Split = Literal["development", "held_out", "fresh", "independent"]

SPLITS: tuple[Split, ...] = get_args(Split)
_FILE_KEYS = frozenset({"split", "classes", "may", "audience", "facts", "sentences"})
_KEYS = frozenset({"text", "classes", "may", "audience", "facts"})
_SETS = ("court_measures", "designated_accounts")


class WrongSentence(Refusal):
    """A labelled sentence that is not written as it must be. Figures: file, row, allowed."""

    code = "WORDING-SENTENCE"


class Labelled(NamedTuple):
    """One sentence with what is true of its case, who reads it, and what is wrong with it."""

    text: str
    audience: Audience
    facts: CaseState
    marked: frozenset[str]
    accepted: frozenset[str]
    split: Split


def read_wording_set(folder: Path) -> list[Labelled]:
    """Every sentence of the folder's files. Refuses (WrongSentence) what cannot be read, a
    sentence that stands twice, and a folder without sentences."""
    found: list[Labelled] = []
    seen: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        for row, one in enumerate(_sentences(path), start=1):
            if one.text in seen:
                raise WrongSentence(file=path.name, row=row, allowed="once")
            seen.add(one.text)
            found.append(one)
    if not found:
        raise WrongSentence(file=folder.name, row=0, allowed="*.yaml")
    return found


def _sentences(path: Path) -> Iterator[Labelled]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise WrongSentence(file=path.name, row=0, allowed="YAML") from None
    if not isinstance(content, dict) or not content.keys() <= _FILE_KEYS:
        raise WrongSentence(file=path.name, row=0, allowed=sorted(_FILE_KEYS))
    for row, one in enumerate(content.get("sentences") or (), start=1):
        fields = one if isinstance(one, dict) else {"text": one}
        if not fields.keys() <= _KEYS:
            raise WrongSentence(file=path.name, row=row, allowed=sorted(_KEYS))
        try:
            yield _labelled({**content, **fields})
        except (TypeError, KeyError, ValueError):
            raise WrongSentence(file=path.name, row=row, allowed=sorted(_KEYS)) from None


def _labelled(fields: Mapping[str, Any]) -> Labelled:
    text, audience = fields["text"], fields["audience"]
    split = fields.get("split") or ("held_out" if held_out(text) else "development")
    if not isinstance(text, str) or audience not in get_args(Audience) or split not in SPLITS:
        raise ValueError
    facts: dict[str, Any] = {
        key: frozenset(value) if key in _SETS else value
        for key, value in (fields.get("facts") or {}).items()
    }
    return Labelled(
        text=text,
        audience=audience,
        facts=CaseState(**facts),
        marked=frozenset(fields.get("classes") or ()),
        accepted=frozenset(fields.get("may") or ()),
        split=split,
    )
