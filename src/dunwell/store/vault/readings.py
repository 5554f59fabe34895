"""How a name is read: full pinyin and initials, surnames as surnames are read.

Called by the blind index, for storing and for searching alike, so both sides
agree. One reading per name: the commonest of the surname (仇 is qiu, not chou),
and the usual one of the given name. `ü` is written `v`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "单于": ("chan", "yu"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "乐正": ("yue", "zheng"),
    "宰父": ("zai", "fu"),
    "仇": ("qiu",),
    "查": ("zha",),
    "单": ("shan",),
    "解": ("xie",),
    "曾": ("zeng",),
    "任": ("ren",),
    "区": ("ou",),
    "朴": ("piao",),
    "盖": ("ge",),
    "乐": ("yue",),
    "尉": ("wei",),
    "缪": ("miao",),
    "翟": ("zhai",),
    "种": ("chong",),
    "员": ("yun",),
    "贠": ("yun",),
    "牟": ("mou",),
    "覃": ("qin",),
    "谌": ("chen",),
    "召": ("shao",),
    "秘": ("bi",),
    "黑": ("he",),
    "折": ("she",),
    "繁": ("po",),
    "都": ("du",),
    "隗": ("wei",),
    "句": ("gou",),
    "么": ("yao",),
    "祭": ("zhai",),
    "洗": ("xian",),
    "冼": ("xian",),
    "佴": ("nai",),
    "晟": ("cheng",),
    "逄": ("pang",),
    "阚": ("kan",),
    "郇": ("xun",),
    "卜": ("bu",),
    "车": ("che",),
    "宁": ("ning",),
    "燕": ("yan",),
    "石": ("shi",),
    "盛": ("sheng",),
    "重": ("chong",),
    "适": ("kuo",),
    "费": ("fei",),
    "那": ("na",),
    "哈": ("ha",),
    "曲": ("qu",),
    "过": ("guo",),
    "干": ("gan",),
    "臧": ("zang",),
    "藏": ("zang",),
    "沈": ("shen",),
    "俞": ("yu",),
    "俱": ("ju",),
    "亓": ("qi",),
    "葛": ("ge",),
    "訾": ("zi",),
    "靳": ("jin",),
    "长": ("zhang",),
}
"""Surnames with a reading of their own, the longer first. What is not here is read as usual."""

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTERS = re.compile(r"[a-z]+")


def full_pinyin(name: str) -> str:
    """A name as one word of letters: 王小明 and `Wang Xiaoming` are both `wangxiaoming`.

    >>> full_pinyin("仇小明"), full_pinyin("单于明"), full_pinyin("吕布")
    ('qiuxiaoming', 'chanyuming', 'lvbu')
    """
    return "".join(_parts(name))


def initials(name: str) -> str:
    """The first letter of each syllable or word; one word of letters is initials already.

    >>> initials("王小明"), initials("John Smith"), initials("wxm")
    ('wxm', 'js', 'wxm')
    """
    parts = _parts(name)
    return parts[0] if len(parts) == 1 and not _HAN.search(name) else "".join(p[0] for p in parts)


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    if not _HAN.search(plain):
        return _LETTERS.findall(_plain_letters(plain))
    for length in (2, 1):
        surname = SURNAMES.get(plain[:length])
        if surname:
            return [*surname, *_syllables(plain[length:])]
    return [*_syllables(plain[:1]), *_syllables(plain[1:])]


@lru_cache(maxsize=200_000)
def _syllables(text: str) -> tuple[str, ...]:
    read = lazy_pinyin(text, style=Style.NORMAL, v_to_u=False)
    return tuple(part for each in read for part in _LETTERS.findall(_plain_letters(each)))


def _plain_letters(text: str) -> str:
    umlauts = text.replace("ü", "v").replace("u:", "v")
    return "".join(c for c in unicodedata.normalize("NFD", umlauts) if not unicodedata.combining(c))
