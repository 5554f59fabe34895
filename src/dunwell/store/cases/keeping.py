"""Writing what a day did to one case: its row, its spells, its events.

Called by the flows that re-age loans at once, in their transaction. The day run
writes the same for the whole book by staging (flows.prepare.day_write).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from dunwell.core.cases import CaseBefore, Marks, Move, Standing
from dunwell.store.cases.models import Case, CaseEvent, CaseSpell
from dunwell.store.runs.models import Run

FIGURES = (
    "bucket",
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_date",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_fee_fen",
    "overdue_penalty_fen",
    "overdue_fen",
    "outstanding_fen",
    "loans_total",
    "loans_overdue",
    "held",
)
"""What a case row says of its borrower's standing, by the names of core.cases.Standing."""


def before_of(case: Case) -> CaseBefore:
    """The case as core.cases reads it."""
    return CaseBefore(
        is_open=case.status == Case.Status.OPEN,
        as_of=case.as_of,
        bucket=case.bucket,
        days_past_due=case.days_past_due,
        delinquent_days=case.delinquent_days,
        overdue_fen=case.overdue_fen,
        marks=Marks(
            paid_fen=case.paid_mark_fen,
            waived_fen=case.waived_mark_fen,
            written_off_fen=case.written_off_mark_fen,
            loans_left=case.left_mark_loans,
        ),
    )


def keep(
    *,
    case: Case | None,
    party: int,
    lender: int,
    standing: Standing,
    move: Move | None,
    day: date,
    run: Run | None = None,
) -> Case | None:
    """Write the standing and the move; answers the case if anything was written.

    A borrower without a move and without an open case leaves no trace.
    """
    figures = {name: getattr(standing, name) for name in FIGURES}
    if move is None:
        if case is None or case.status == Case.Status.CLOSED:
            return None
        if all(getattr(case, name) == value for name, value in figures.items()):
            return None
        _write(case, {**figures, "as_of": day})
        return case
    marks = {
        "paid_mark_fen": standing.marks.paid_fen,
        "waived_mark_fen": standing.marks.waived_fen,
        "written_off_mark_fen": standing.marks.written_off_fen,
        "left_mark_loans": standing.marks.loans_left,
    }
    overdue_before_fen = case.overdue_fen if case else 0
    row = {**figures, **marks, **_status(case, move, day), "as_of": day}
    if case is None:
        case = Case(party_id=party, lender_id=lender)
    _write(case, row)
    _spell(case, move, day)
    _event(case, standing, move, day, run, overdue_before_fen)
    return case


def _status(case: Case | None, move: Move, day: date) -> dict[str, object]:
    if move.kind == "closed":
        return {"status": Case.Status.CLOSED, "closed_on": day}
    if move.kind in {"opened", "reopened"}:
        return {
            "status": Case.Status.OPEN,
            "opened_on": day,
            "closed_on": None,
            "times_opened": (case.times_opened if case else 0) + 1,
        }
    return {}


def _write(case: Case, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(case, name, value)
    # Team and holder are somebody else's: an update names only what it changes.
    case.save(update_fields=None if case._state.adding else list(values))


def _spell(case: Case, move: Move, day: date) -> None:
    if move.kind in {"opened", "reopened"}:
        CaseSpell.objects.create(case=case, opened_on=day)
    elif move.kind == "closed":
        CaseSpell.objects.filter(case=case, closed_on=None).update(
            closed_on=day, closed_why=move.why
        )


def _event(
    case: Case,
    standing: Standing,
    move: Move,
    day: date,
    run: Run | None,
    overdue_before_fen: int,
) -> None:
    since = asdict(move.since)
    CaseEvent.objects.create(
        case=case,
        day=day,
        kind=move.kind,
        from_bucket=move.from_bucket,
        to_bucket=move.to_bucket,
        overdue_fen=standing.overdue_fen,
        paid_fen=since.pop("paid_fen"),
        why=move.why,
        run=run,
        figures={
            "days_past_due": standing.days_past_due,
            "delinquent_days": standing.delinquent_days,
            "loans_overdue": standing.loans_overdue,
            "overdue_before_fen": overdue_before_fen,
            **since,
        },
    )
