"""Windows of the day in which a contact may be made, and the next moment inside all of them.

Minutes of the day, half-open: 22:00:00 is outside [08:00, 22:00), 08:00:00 inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple


class Window(NamedTuple):
    """Open in [open_from, open_until), in minutes of the day of that time zone."""

    open_from: int
    open_until: int
    zone: tzinfo

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies inside."""
        local = moment.astimezone(self.zone)
        return self.open_from <= local.hour * 60 + local.minute < self.open_until


def next_open(moment: datetime, windows: Sequence[Window]) -> datetime | None:
    """The first moment from `moment` on that lies inside all windows; None where they never meet.

    >>> from datetime import UTC
    >>> late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    >>> next_open(late, [Window(480, 1320, UTC), Window(540, 1260, UTC)]).isoformat()
    '2026-03-03T09:00:00+00:00'
    """
    for _ in range(2 * len(windows) + 1):
        closed = [window for window in windows if not window.holds(moment)]
        if not closed:
            return moment
        if any(window.open_from >= window.open_until for window in closed):
            return None
        moment = max(_opening(moment, window) for window in closed)
    return None


def _opening(moment: datetime, window: Window) -> datetime:
    local = moment.astimezone(window.zone)
    if local.hour * 60 + local.minute >= window.open_until:
        local += timedelta(days=1)
    hour, minute = divmod(window.open_from, 60)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def clock(minute_of_day: int) -> str:
    """A minute of the day as people write it.

    >>> clock(1320), clock(480), clock(1440)
    ('22:00', '08:00', '24:00')
    """
    return f"{minute_of_day // 60:02d}:{minute_of_day % 60:02d}"
