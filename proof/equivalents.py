"""The mutants that break nothing, each with the reason: the score leaves these out.

A name that no mutant bears any more fails the test, so that the list stays short and true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SAME_WINDOW = "CN-T01 is asked of the same channel and has the same, or no later, opening hour"

EQUIVALENT: Final[Mapping[str, str]] = {
    "asking CN-V05: its window is forgotten": _SAME_WINDOW,
    "asking CN-S06: its window is forgotten": _SAME_WINDOW,
}
