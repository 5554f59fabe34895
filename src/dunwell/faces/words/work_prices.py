"""Prices of a day's work as sentences: what one more visit, minute or message would be worth.

Called by `dunwell work assign` and the supervisor's board. Only limits that are full have
a price; amounts below ten yuan are shown to the fen, others in whole yuan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dunwell.core.money import format_yuan
from dunwell.faces.words import say

_CODES = {
    "sms": "WORK-PRICE-SMS",
    "minutes": "WORK-PRICE-MINUTES",
    "calls": "WORK-PRICE-CALLS",
    "legal": "WORK-PRICE-LEGAL",
}
_WITHIN = {"visits": "WORK-PRICE-VISITS", "minutes": "WORK-PRICE-LANGUAGE"}
ROUND_FROM_FEN = 1_000


def price_sentences(limits: Mapping[str, Sequence[int]], *, language: str) -> list[str]:
    """One sentence for each limit with a price, the dearest first.

    `limits` by name: room, used, and fen that one more is worth.
    """
    priced = [(name, int(told[2])) for name, told in limits.items() if told[2] > 0]
    priced.sort(key=lambda each: (-each[1], each[0]))
    return [_sentence(name, fen, int(limits[name][0]), language) for name, fen in priced]


def _sentence(name: str, fen: int, room: int, language: str) -> str:
    whole = fen >= ROUND_FROM_FEN
    worth = f"¥{(fen + 50) // 100:,}" if whole else format_yuan(fen)
    kind, _, within = name.partition(":")
    if name in _CODES:
        return say(_CODES[name], {"worth": worth, "room": room}, language=language)
    code = _WITHIN[kind] if within else "WORK-PRICE-VISITS-ELSEWHERE"
    return say(code, {"worth": worth, "room": room, "within": within}, language=language)
