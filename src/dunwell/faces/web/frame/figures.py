"""Figures in words: how amounts, days, moments and spans are written on a screen.

Template filters call these; other faces may too. The language is the active
one. Moments are shown in the local time zone of settings.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dunwell.core.money import format_yuan

NOTHING = "—"
WEEKDAYS_ZH = "一二三四五六日"
MONTHS_EN = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
WEEKDAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def is_english() -> bool:
    """Whether the active language is English."""
    return (get_language() or "").startswith("en")


def in_reader(zh: str, en: str) -> str:
    """Words that stand in a data file in both languages, in the reader's, as a sentence begins."""
    return en[:1].upper() + en[1:] if is_english() else zh


def yuan_words(fen: int | None, *, mark: str = "¥") -> str:
    """An amount as ¥1,234.50; a dash when there is none."""
    return NOTHING if fen is None else format_yuan(int(fen), mark=mark).replace("-", "\u2212")


def short_yuan(fen: int | None) -> str:
    """An amount for headlines: ¥1.23万, ¥4.56亿 in Chinese; ¥12.3k, ¥45.6m in English.

    Below ten thousand yuan (a thousand in English) it is written in full.
    """
    if fen is None:
        return NOTHING
    steps = [(10**11, "bn"), (10**8, "m"), (10**5, "k")]
    if not is_english():
        steps = [(10**10, "亿"), (10**6, "万")]
    for size, unit in steps:
        if abs(fen) >= size:
            hundredths = (abs(fen) * 100 + size // 2) // size
            minus = "\u2212" if fen < 0 else ""
            return f"{minus}¥{hundredths // 100:,}.{hundredths % 100:02d}{unit}"
    return yuan_words(fen)


def count_words(value: int | None) -> str:
    """A count with thousands separators."""
    return NOTHING if value is None else f"{int(value):,}".replace("-", "\u2212")


def day_words(value: date | datetime | None) -> str:
    """A day as 2026-11-23, the same in both languages, so that columns line up."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat()


def long_day(value: date) -> str:
    """A day in words: 2026年11月23日 星期一 / Monday 23 November 2026."""
    if is_english():
        weekday, month = WEEKDAYS_EN[value.weekday()], MONTHS_EN[value.month - 1]
        return f"{weekday} {value.day} {month} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日 星期{WEEKDAYS_ZH[value.weekday()]}"


def moment_words(value: datetime | None) -> str:
    """A moment as 2026-11-23 18:05 in local time."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M")


def span_words(seconds: float | None) -> str:
    """A span in words: 0.8 秒, 42 秒, 3 分 05 秒, 1 小时 02 分."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return _("{seconds} 秒").format(seconds=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} 秒").format(seconds=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _("{minutes} 分 {seconds:02d} 秒").format(minutes=minutes, seconds=rest)
    hours, minutes = divmod(minutes, 60)
    return _("{hours} 小时 {minutes:02d} 分").format(hours=hours, minutes=minutes)
