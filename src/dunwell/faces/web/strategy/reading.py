"""A text read by the room of its kind, remembered: checking a strategy takes a moment."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dunwell.core.strategy import read_strategy
from dunwell.faces.web.strategy.labels import document_title
from dunwell.store.policy.document_kinds import MAIN, parse_document
from dunwell.store.policy.seeds import read_yaml


@lru_cache(maxsize=64)
def parsed(kind: str, text: str) -> Any:
    """What a text says. Refuses what the room of its kind refuses."""
    return parse_document(kind, text, file=document_title(kind, MAIN))


def readable(kind: str, text: str) -> Any:
    """What a text says that may still be unsound: a strategy with gaps has rules to show.

    Refuses what cannot be understood.
    """
    if kind == "strategy":
        file = document_title(kind, MAIN)
        return read_strategy(read_yaml(text, file=file), file=file)
    return parsed(kind, text)
