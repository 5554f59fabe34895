"""The next moment inside all windows: found, first, and never missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.permit.windows import Window, next_open

ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
WINDOWS = st.builds(
    Window,
    st.integers(0, 12).map(lambda hours: hours * 60),
    st.integers(13, 24).map(lambda hours: hours * 60),
    ZONES,
)
MOMENTS = st.integers(0, 5 * 24 * 2).map(
    lambda halves: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=30 * halves)
)


@given(moment=MOMENTS, windows=st.lists(WINDOWS, max_size=3))
def test_the_next_moment_is_the_first_inside_all_windows(
    moment: datetime, windows: list[Window]
) -> None:
    # Every window opens on the hour, so walking by half hours finds the first moment, if any.
    walked = (moment + timedelta(minutes=30 * halves) for halves in range(3 * 24 * 2))
    first = next((at for at in walked if all(w.holds(at) for w in windows)), None)
    assert next_open(moment, windows) == first


def test_a_window_that_never_opens_has_no_next_moment() -> None:
    assert next_open(datetime(2026, 3, 1, tzinfo=UTC), [Window(600, 600, UTC)]) is None


def test_windows_that_never_meet_have_no_next_moment() -> None:
    apart = [Window(480, 600, UTC), Window(660, 720, UTC)]
    assert next_open(datetime(2026, 3, 1, tzinfo=UTC), apart) is None
