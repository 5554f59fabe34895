"""What a gateway writes, as the state keeps it: ids and codes of printable characters, cut short.

A gateway may answer anything: a NUL, or an id of a thousand characters, would make PostgreSQL
refuse the whole batch it came with. Called wherever an answer, a receipt or a reply is read.
"""

from __future__ import annotations

MOST_ID = 80
MOST_CODE = 40


def id_told(text: str) -> str:
    """A gateway's number of a message.

    >>> id_told("a\\x00b"), len(id_told("7" * 1000))
    ('ab', 80)
    """
    return _printable(text)[:MOST_ID]


def code_told(text: str) -> str:
    """Why something went wrong, in a gateway's words."""
    return _printable(text)[:MOST_CODE]


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())
