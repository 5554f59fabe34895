"""Questions for the property tests: every fact said or unsaid, values near the limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from dunwell.core.permit import BEIJING, PATHS, WordingFinding
from dunwell.core.permit.paths import Path
from dunwell.core.permit.rules.content import WORDING

NEAR = datetime(2026, 3, 2, 0, 0, tzinfo=BEIJING)
MINUTES = st.integers(0, 3 * 24 * 60)
TEXTS = (
    "【善催小贷】请与我们联系。",
    "请与我们联系。",
    "【善催小贷】将上报征信。",
    "【善催小贷】已起诉。",
    "【善催小贷】受善催委托，将向法院起诉。",
    "请" * 501,
)


@st.composite
def moments(draw: st.DrawFn) -> str:
    """A moment within three days, mostly on the half hour, in one of three zones."""
    moment = NEAR + timedelta(
        minutes=draw(MINUTES) // 30 * 30, seconds=draw(st.sampled_from([0, 0, 59]))
    )
    zone = draw(st.sampled_from([BEIJING, BEIJING, "Z", "naive"]))
    if zone == "naive":
        return moment.replace(tzinfo=None).isoformat()
    return moment.isoformat() if zone is BEIJING else moment.astimezone(UTC).isoformat()


@st.composite
def consents(draw: st.DrawFn) -> dict[str, object]:
    """A consent to the quiet hours or to offers, for some channel and time."""
    return {
        "kind": draw(st.sampled_from(["quiet_hours", "commercial_sms", "else"])),
        "channel": draw(st.sampled_from(["call", "sms", "visit"])),
        "from": draw(moments()),
        "until": draw(moments()),
    }


APPROVALS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["visit", "contact_person", "estate", "spouse_obligor", "else"]),
        "by": st.just("supervisor"),
    }
)
DOCUMENTS = st.sampled_from(
    ["joint_debt", "credit_notice", {"kind": "credit_notice", "dated_on": "2026-02-20"}]
)
RECORDS = {"consents": consents(), "approvals": APPROVALS, "evidence": DOCUMENTS}


def _values(path: Path) -> st.SearchStrategy[Any]:
    if path.kind == "boolean":
        return st.booleans()
    if path.kind == "choice":
        return st.sampled_from(path.allowed)
    if path.kind == "choices":
        return st.lists(st.sampled_from(path.allowed), max_size=2)
    if path.kind == "count":
        return st.integers(0, 8) | st.sampled_from([17, 18, 60])
    if path.kind == "moment":
        return moments()
    if path.kind == "day":
        return st.just("2026-03-04")
    if path.kind == "records":
        return st.lists(RECORDS[path.path], max_size=2)
    return st.sampled_from(TEXTS) if path.path == "text" else st.just("suit_filed")


FACTS = {path.path: _values(path) for path in PATHS}


@st.composite
def questions(draw: st.DrawFn, *, whole: bool = False) -> dict[str, Any]:
    """A question; unless `whole`, some of its facts are not said."""
    said = draw(st.fixed_dictionaries(FACTS))
    unsaid = set() if whole else draw(st.sets(st.sampled_from(sorted(FACTS)), max_size=4))
    question: dict[str, Any] = {}
    for name, value in said.items():
        if name not in unsaid:
            section, _, key = name.rpartition(".")
            (question.setdefault(section, {}) if section else question)[key] = value
    return question


@st.composite
def findings(draw: st.DrawFn) -> list[WordingFinding]:
    """What the wording checker may have found."""
    codes = draw(st.lists(st.sampled_from([*sorted(WORDING), "XX-99"]), max_size=2))
    return [WordingFinding("threat", 0, 1, code) for code in codes]
