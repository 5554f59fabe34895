"""Which sentence says a code of the day run: kinds of moves, reasons, steps, states.

The one place where a face turns a stored code into a sentence's code; the command
line and the web both read it.
"""

from __future__ import annotations

from collections.abc import Mapping

from dunwell.faces.words import say

KIND_OF_MOVE: Mapping[str, str] = {
    "opened": "CASES-KIND-OPENED",
    "reopened": "CASES-KIND-REOPENED",
    "rolled": "CASES-KIND-ROLLED",
    "eased": "CASES-KIND-EASED",
    "closed": "CASES-KIND-CLOSED",
}
"""core.cases.Kind."""

WHY_MOVED: Mapping[str, str] = {
    "entry_met": "CASES-WHY-ENTRY_MET",
    "days_passed": "CASES-WHY-DAYS_PASSED",
    "paid": "CASES-WHY-PAID",
    "waived": "CASES-WHY-WAIVED",
    "written_off": "CASES-WHY-WRITTEN_OFF",
    "left_tape": "CASES-WHY-LEFT_TAPE",
    "money_taken_back": "CASES-WHY-MONEY_TAKEN_BACK",
    "paused": "CASES-WHY-PAUSED",
    "unpaused": "CASES-WHY-UNPAUSED",
    "book_changed": "CASES-WHY-BOOK_CHANGED",
}
"""core.cases.Why."""

STEP_OF_DAY: Mapping[str, str] = {
    "snapshot": "DAY-STEP-SNAPSHOT",
    "extract": "DAY-STEP-EXTRACT",
    "age": "DAY-STEP-AGE",
    "roll_up": "DAY-STEP-ROLL_UP",
    "decide": "DAY-STEP-DECIDE",
    "features": "DAY-STEP-FEATURES",
    "grade": "DAY-STEP-GRADE",
    "strategy": "DAY-STEP-STRATEGY",
    "write": "DAY-STEP-WRITE",
    "seal": "DAY-STEP-SEAL",
}
"""flows.prepare.day_steps.STEPS."""

STATE_OF_RUN: Mapping[str, str] = {
    "running": "RUNS-STATUS-RUNNING",
    "done": "RUNS-STATUS-DONE",
    "failed": "RUNS-STATUS-FAILED",
    "abandoned": "RUNS-STATUS-ABANDONED",
}
"""store.runs.Run.Status."""

RESULT_OF_DAY: Mapping[str, str] = {
    "write": "DAY-RESULT-WRITE",
    "recompute": "DAY-RESULT-RECOMPUTE",
    "dry_run": "DAY-RESULT-DRY_RUN",
}
"""flows.prepare.day_once.Mode."""


STATE_OF_PROMISE: Mapping[str, str] = {
    "open": "PROMISE-STATE-OPEN",
    "due": "PROMISE-STATE-DUE",
    "kept": "PROMISE-STATE-KEPT",
    "part_kept": "PROMISE-STATE-PART_KEPT",
    "broken": "PROMISE-STATE-BROKEN",
    "rescheduled": "PROMISE-STATE-RESCHEDULED",
    "reminded": "PROMISE-STATE-REMINDED",
    "unreminded": "PROMISE-STATE-UNREMINDED",
}
"""core.promise.STATES, and what else happens to a promise."""

STATE_OF_PLAN: Mapping[str, str] = {
    "going": "PLAN-STATE-GOING",
    "late": "PLAN-STATE-LATE",
    "watch": "PLAN-STATE-WATCH",
    "done": "PLAN-STATE-DONE",
    "broken": "PLAN-STATE-BROKEN",
    "agreed": "PLAN-STATE-AGREED",
    "waived": "PLAN-STATE-WAIVED",
    "unwaived": "PLAN-STATE-UNWAIVED",
}
"""core.plan.standing.State, and what else happens to a plan."""


def count_word(name: str, *, language: str) -> str:
    """The word for what a step counts; a count of an older version shows as it is."""
    code = f"DAY-COUNT-{name}"
    said = say(code, {}, language=language)
    return name if said.startswith(code) else said


def word(labels: Mapping[str, str], code: str, *, language: str) -> str:
    """The word for a stored code; a code of an older version shows as it is."""
    return say(labels[code], {}, language=language) if code in labels else code
