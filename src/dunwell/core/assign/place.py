"""The city of an address: where a visit counts against whose day.

Called by flows.prepare.work_facts, which opens addresses only for this. The answer is a
city, a prefecture or a municipality, never anything finer.
"""

from __future__ import annotations

import re

UNKNOWN = ""

_PROVINCE = re.compile(r"^\s*[\u4e00-\u9fff]{2,8}?(?:省|自治区)")
_CITY = re.compile(r"^\s*([\u4e00-\u9fff]{2,11}?(?:市|自治州|地区|盟))")


def city_of(address: str) -> str:
    """The city an address begins with, after its province; `""` where it does not say.

    >>> city_of("湖南省长沙市岳麓区麓山南路 1 号"), city_of("北京市朝阳区建国路 2 号")
    ('长沙市', '北京市')
    >>> city_of("内蒙古自治区锡林郭勒盟锡林浩特市团结大街"), city_of("建国路 2 号")
    ('锡林郭勒盟', '')
    """
    found = _CITY.match(_PROVINCE.sub("", address, count=1))
    return found.group(1) if found else UNKNOWN
