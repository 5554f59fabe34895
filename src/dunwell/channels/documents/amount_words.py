"""Amounts in words as Chinese documents write them (大写), so that no digit can be added.

Called by the layouts of documents. Amounts are fen, below ten thousand times a hundred million
yuan. The rules are those of the People's Bank for bills: 整 after whole yuan or jiao, 零 for a
gap between digits.
"""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
MOST_FEN = 10**14


def amount_words(fen: int) -> str:
    """An amount in capital characters; refuses (ValueError) one below zero or too large.

    >>> amount_words(123_456)
    '壹仟贰佰叁拾肆元伍角陆分'
    >>> amount_words(1_000_500)
    '壹万零伍元整'
    >>> amount_words(30)
    '叁角整'
    """
    if not 0 <= fen < MOST_FEN:
        raise ValueError("an amount in words is from nothing to below a trillion yuan")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    words = f"{_yuan(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"{words}{_DIGITS[cents]}分" if cents else f"{words}整"


def _yuan(yuan: int) -> str:
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    words, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(words)
            continue
        # A group that does not fill its four places is read with a zero before it.
        if words and (gap or group < 1_000):
            words += "零"
        words += _group(group) + _GROUPS[place]
        gap = False
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
