"""How personal values are shown by default: enough to tell two apart, not enough to use.

Pure functions; screens, the API, exports and the command line call them on an
opened value. Showing the value itself is the act of flows.house.reveal.
"""

from __future__ import annotations

import re

_PLACE = re.compile(
    r"^(.{2,}?(?:省|自治区|特别行政区))?(.{1,10}?(?:市|州|盟|地区))?(.{1,10}?(?:区|县|市|旗))?"
)


def mask_name(name: str | None) -> str:
    """The first character and two stars, however long the name is.

    >>> mask_name("王小明"), mask_name("John Smith"), mask_name("")
    ('王**', 'J**', '')
    """
    return f"{name.strip()[0]}**" if name and name.strip() else ""


def mask_phone(phone: str | None) -> str:
    """The first three and the last four digits of a mobile number; less of a shorter one.

    >>> mask_phone("13812348821"), mask_phone("+86 138 1234 8821"), mask_phone("010-62781234")
    ('138****8821', '138****8821', '****1234')
    """
    digits = re.sub(r"\D", "", phone or "")
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return _last(digits, 4)


def mask_id(id_no: str | None) -> str:
    """The province and city of a resident number and its last four; two characters of others.

    >>> mask_id("330106199003071234"), mask_id("E12345678")
    ('3301**********1234', '*******78')
    """
    plain = (id_no or "").strip()
    if len(plain) in {15, 18}:
        return f"{plain[:4]}{'*' * (len(plain) - 8)}{plain[-4:]}"
    return f"{'*' * (len(plain) - 2)}{plain[-2:]}" if len(plain) > 4 else "*" * len(plain)


def mask_address(address: str | None) -> str:
    """Province, city and district; nothing of the street.

    >>> mask_address("浙江省杭州市西湖区文三路1号"), mask_address("东大街3号")
    ('浙江省杭州市西湖区****', '****')
    """
    if not address or not address.strip():
        return ""
    found = _PLACE.match(address.strip())
    return f"{found[0] if found else ''}****"


def mask_account(account: str | None) -> str:
    """The last four digits.

    >>> mask_account("6222 0210 0101 1234")
    '****1234'
    """
    return _last(re.sub(r"\W", "", account or ""), 4)


def _last(text: str, count: int) -> str:
    if not text:
        return ""
    return f"****{text[-count:]}" if len(text) > count else "****"
