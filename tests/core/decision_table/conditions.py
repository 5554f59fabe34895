"""Hypothesis makes fields, conditions and rows for the tests of decision tables."""

from __future__ import annotations

from hypothesis import strategies as st

from dunwell.core.decision_table import (
    All,
    Any,
    Field,
    Fields,
    Not,
    When,
    fields_by_name,
    parse_when,
)

FIELDS: Fields = fields_by_name(
    [
        Field("days", "int", least=0),
        Field("change", "int"),
        Field("grade", "choice", choices=("A", "B", "C", "D", "E")),
        Field("reach", "choice", choices=("unknown", "reachable", "lost")),
        Field("held", "flag", always_known=True),
        Field("frozen", "flag"),
    ]
)


def rows() -> st.SearchStrategy[dict[str, object]]:
    """A value for every field, unknown included wherever the field allows it."""
    return st.fixed_dictionaries(
        {
            "days": st.none() | st.integers(0, 12),
            "change": st.none() | st.integers(-6, 6),
            "grade": st.none() | st.sampled_from("ABCDE"),
            "reach": st.none() | st.sampled_from(["unknown", "reachable", "lost"]),
            "held": st.booleans(),
            "frozen": st.none() | st.booleans(),
        }
    )


def _ints(low: int, high: int) -> st.SearchStrategy[object]:
    bounds = st.tuples(st.integers(low, high - 1), st.integers(1, 5))
    one = st.one_of(
        bounds.map(lambda b: {"from": b[0], "until": b[0] + b[1]}),
        st.integers(low, high).map(lambda start: {"from": start}),
        st.integers(low + 1, high).map(lambda end: {"until": end}),
        st.integers(low, high),
        st.sampled_from(["unknown", "known"]),
    )
    return one | st.lists(one, min_size=1, max_size=3)


def _words(*words: object) -> st.SearchStrategy[object]:
    one = st.sampled_from(words)
    return one | st.lists(one, min_size=1, max_size=3)


WRITTEN = {
    "days": _ints(0, 10),
    "change": _ints(-5, 5),
    "grade": _words("A", "B", "C", "D", "E", "unknown", "known"),
    "reach": _words("unknown", "known", "reachable", "lost"),
    "held": _words(True, False),
    "frozen": _words(True, False, "unknown", "known"),
}


def conditions() -> st.SearchStrategy[When]:
    """Parsed conditions, also nested in any and not."""
    flat = st.fixed_dictionaries({}, optional=WRITTEN).map(_parsed)
    return st.recursive(
        flat,
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
        ),
        max_leaves=4,
    )


def _parsed(content: dict[str, object]) -> When:
    return parse_when(content, FIELDS, file="made", path="when")
