"""The shipped table of sounds: the 6,763 characters of GB 2312, by syllable without tone.

`python -m tests.core.wording.sound_table` writes it from pypinyin; a test holds the
shipped file equal. One character has one sound, its most usual.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin

TABLE = Path(__file__).parents[3] / "src/dunwell/packs/cn_small_loan/wording/sounds.yaml"

READ_AS = {"曝": "bao", "还": "huan", "调": "tiao", "差": "chai"}
"""Characters of the lexicon whose usual sound there is not pypinyin's first."""

BESIDE_GB2312 = "屌冇艹"
"""Characters that texts use and the standard left out."""

HEADER = """\
# 每个音节（不带声调）有哪些字：GB 2312 的 6763 个字，各取最常用的读音（由 pypinyin 生成）。
# Which characters have which sound. Written by `python -m tests.core.wording.sound_table`.
"""


def written() -> str:
    """The table as a file."""
    by_syllable: dict[str, list[str]] = defaultdict(list)
    for char in _characters():
        syllable = READ_AS.get(char) or lazy_pinyin(char, style=Style.NORMAL)[0]
        if syllable != char and syllable.isascii():
            by_syllable[syllable].append(char)
    lines = [f'"{syllable}": {"".join(chars)}' for syllable, chars in sorted(by_syllable.items())]
    return HEADER + "\n".join(lines) + "\n"


def _characters() -> list[str]:
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    standard = [char for code in codes if (char := code.decode("gb2312", "ignore"))]
    return [*standard, *BESIDE_GB2312]


if __name__ == "__main__":
    TABLE.write_text(written(), "utf-8")
