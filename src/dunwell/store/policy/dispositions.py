"""The result codes of notes as shipped; no database, so that stateless commands use it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from dunwell.core.disposition import Codes, parse_codes
from dunwell.store.policy.seeds import HOUSE, read_yaml

FILE = "dispositions/codes.yaml"


@cache
def result_codes() -> Codes:
    """Every result code and overdue reason. Refuses what core.disposition.parse_codes refuses."""
    text = files("dunwell.packs").joinpath(HOUSE, FILE).read_text("utf-8")
    return parse_codes(read_yaml(text, file=f"{HOUSE}/{FILE}"), file=f"{HOUSE}/{FILE}")
