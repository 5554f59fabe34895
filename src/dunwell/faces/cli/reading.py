"""Which words a file or standard input holds: read as bytes, taken as UTF-8 and nothing else.

Called by the nouns that are given a text (`gate`, `wording`). Python's own reading of
standard input lets bytes of another encoding through as signs that no rule knows, and a
threat written in GBK would pass unread; so what is not UTF-8 is refused. A byte order
mark is dropped, and a line ends with one sign: spans count alike from file and terminal.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dunwell.core.refusal import Refusal


class NotUtf8(Refusal):
    """Bytes that are no UTF-8. Figures: file."""

    code = "VALUES-NOT-UTF8"


def read_words(file: str) -> str:
    """The words in `file`, or on standard input for `-`.

    Refuses NotUtf8; a file that is not there is the caller's to tell (OSError).
    """
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8(file=file) from None
    return words.replace("\r\n", "\n").replace("\r", "\n")
