"""Masks for values that are shown: in the preview and in the list of rejects.

Personal kinds are always masked. Other kinds are masked by shape, because a
shifted row puts a phone into an amount: long digits, and two to four Chinese
characters that begin with a surname. SQL, so that a million rejects cost seconds.
"""

from __future__ import annotations

from dunwell.bulk.intake.tables import Kind

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔"
    "贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁"
    "欧阳司徒诸葛上官皇甫尉迟"
)
_SHOWN = 60
"""No more of a value than this is shown."""


def mask_sql(cell: str, kind: Kind) -> str:
    """SQL that shows `cell` as far as its kind allows; NULL stays NULL."""
    match kind:
        case Kind.NAME:
            return f"left({cell}, 1) || '*'"
        case Kind.ADDRESS:
            return f"left({cell}, 3) || '***'"
        case Kind.PHONE:
            return _middle(cell, 3, 4)
        case Kind.ID_NO:
            return _middle(cell, 3, 2)
        case Kind.KEY:
            return _key(cell)
        case _:
            return _by_shape(cell)


def _key(cell: str) -> str:
    """Keys are shown, unless a person stands where a key should."""
    person = "'[0-9]{17}[0-9X]|1[3-9][0-9]{9}'"
    return (
        f"CASE WHEN regexp_full_match({cell}, {person}) THEN {_middle(cell, 3, 2)} "
        f"WHEN NOT regexp_matches({cell}, '[A-Za-z0-9]') THEN left({cell}, 1) || '*' "
        f"ELSE left({cell}, {_SHOWN}) END"
    )


def _by_shape(cell: str) -> str:
    surname = f"'[{_SURNAMES}][\\x{{4E00}}-\\x{{9FFF}}·]{{1,3}}'"
    return (
        f"CASE WHEN regexp_matches({cell}, '[0-9]{{11}}') THEN {_middle(cell, 3, 2)} "
        f"WHEN regexp_full_match(trim({cell}), {surname}) THEN left(trim({cell}), 1) || '*' "
        f"WHEN length({cell}) > {_SHOWN} THEN left({cell}, 4) || '…' "
        f"ELSE {cell} END"
    )


def _middle(cell: str, first: int, last: int) -> str:
    return (
        f"CASE WHEN length({cell}) > {first + last} "
        f"THEN left({cell}, {first}) || repeat('*', length({cell}) - {first + last}) "
        f"|| right({cell}, {last}) ELSE repeat('*', length({cell})) END"
    )
