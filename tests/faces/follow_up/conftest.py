"""A lender on a Monday with named borrowers, promises, plans, holds; browsers of its people."""

from __future__ import annotations

from datetime import date, timedelta

from dunwell.store.cases.models import Case
from dunwell.store.promises.models import Plan, PlanLine, PlanState, Promise, PromiseState
from tests.faces.work.conftest import NamedPlace, log_in, place, somebody  # noqa: F401  # fixtures
from tests.flows.prepare.a_work_day import MONDAY, NOW


def promised(
    case: Case,
    *,
    due_on: date,
    state: str = "open",
    strict: str = "",
    paid_fen: int = 0,
    settled_on: date | None = None,
) -> PromiseState:
    """A promise of ¥500 made nine days before its day, standing as told."""
    made = Promise.objects.create(
        case=case, amount_fen=50_000, due_on=due_on, made_on=due_on - timedelta(days=9),
        made_at=NOW, kept_share_ppm=900_000, grace_days=1, said_by="borrower", by_label="test",
    )  # fmt: skip
    return PromiseState.objects.create(
        promise=made, state=state, strict=strict or state, paid_fen=paid_fen,
        strict_paid_fen=paid_fen if not strict else 0, due_on=due_on,
        last_on=due_on + timedelta(days=1), settled_on=settled_on, as_of=MONDAY,
    )  # fmt: skip


def planned(case: Case, *, state: str = "late", late_days: int = 3) -> PlanState:
    """A plan of three installments of ¥1,000 with ¥100 of penalty let go."""
    first = MONDAY - timedelta(days=late_days)
    plan = Plan.objects.create(
        case=case, shape="equal", agreed_on=first - timedelta(days=10), agreed_at=NOW,
        by_label="test", principal_fen=300_000, interest_fen=0, penalty_fen=10_000, fee_fen=0,
        cost_fen=0, relief_penalty_fen=10_000, breaks_after_days=7, watch_days=60,
    )  # fmt: skip
    for seq in (1, 2, 3):
        PlanLine.objects.create(
            plan=plan, seq=seq, due_on=first + timedelta(days=30 * (seq - 1)), amount_fen=100_000
        )
    return PlanState.objects.create(
        plan=plan, case=case, state=state, left_fen=300_000, past_due_days=late_days,
        next_due_on=first, as_of=MONDAY,
    )  # fmt: skip
