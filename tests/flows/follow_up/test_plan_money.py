"""On every path of a plan, what was paid, what was waived and what is left are the debt."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from dunwell.flows.follow_up.approvals import approve
from dunwell.flows.follow_up.plan_calculator import debt_of
from dunwell.flows.follow_up.plan_relief import book_reliefs, waivers_of
from dunwell.flows.follow_up.plans import Wish, agree_plan, propose_plan
from dunwell.store.book.models import Loan, Payment
from dunwell.store.people.permissions import system_actor
from dunwell.store.promises.models import Plan, PlanEvent, PlanState
from tests.flows.follow_up.debtor import TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 3, 15), date(2026, 4, 15), date(2026, 5, 15))
RUN = system_actor("day-run")


def run(debtor: Debtor, day: date) -> None:
    """What a day run does to plans: settle them, book and take back reliefs."""
    debtor.stands_all(day)
    book_reliefs(actor=RUN, run=None, day=day, at=noon(day))


def left_fen(debtor: Debtor, day: date) -> int:
    loans = list(Loan.objects.values_list("pk", flat=True))
    return debt_of(loans=loans, lender=debtor.office.lender.pk, day=day).total_fen


def with_relief(debtor: Debtor, penalty: int, interest: int) -> Plan:
    wish = Wish(shape="equal", days=DAYS, relief_penalty_fen=penalty, relief_interest_fen=interest)
    found = propose_plan(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, wish=wish,
        why="客户失业，协商分期",
    )  # fmt: skip
    if found.request is None:
        return agree_plan(
            actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, wish=wish
        )
    approve(
        actor=debtor.office.supervisor, now=noon(TODAY), request=found.request.pk, why="情况属实"
    )
    return agree_plan(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk,
        request=found.request.pk,
    )  # fmt: skip


def test_kept_to_the_end_the_relief_is_booked_and_nothing_is_left(debtor: Debtor) -> None:
    debtor.penalty(6_000)
    plan = with_relief(debtor, 6_000, 10_000)
    for number, day in enumerate(DAYS):
        line = plan.lines.get(seq=number + 1)
        debtor.pays(line.amount_fen, day, number=f"P{number}")
        run(debtor, day)
    state = PlanState.objects.get(pk=plan.pk)
    assert (state.state, state.relief_booked, left_fen(debtor, DAYS[-1])) == ("watch", True, 0)
    assert [(row.component, row.amount_fen, row.kind) for row in waivers_of(plan.pk)] == [
        ("penalty", 6_000, "waiver"),
        ("interest", 10_000, "waiver"),
    ]
    run(debtor, DAYS[-1])
    assert len(waivers_of(plan.pk)) == 2
    run(debtor, DAYS[-1] + timedelta(days=90))
    assert PlanState.objects.get(pk=plan.pk).state == "done"


def test_broken_nothing_is_let_go(debtor: Debtor) -> None:
    debtor.penalty(6_000)
    plan = with_relief(debtor, 6_000, 0)
    debtor.pays(1_000, DAYS[0])
    day = DAYS[0] + timedelta(days=8)
    run(debtor, day)
    assert PlanState.objects.get(pk=plan.pk).state == "broken"
    assert waivers_of(plan.pk) == [] and left_fen(debtor, day) == 306_000 - 1_000


def test_a_bounced_last_payment_takes_the_relief_back(debtor: Debtor) -> None:
    debtor.penalty(6_000)
    plan = with_relief(debtor, 6_000, 0)
    debtor.pays(200_000, DAYS[0])
    last = debtor.pays(100_000, DAYS[1], number="P2")
    run(debtor, DAYS[1])
    assert left_fen(debtor, DAYS[1]) == 0
    day = DAYS[1] + timedelta(days=3)
    debtor.takes_back(last, day)
    run(debtor, day)
    state = PlanState.objects.get(pk=plan.pk)
    assert (state.state, state.relief_booked, state.left_fen) == ("going", False, 100_000)
    assert waivers_of(plan.pk) == [] and left_fen(debtor, day) == 106_000
    debtor.pays(100_000, day, number="P3")
    run(debtor, day)
    assert left_fen(debtor, day) == 0 and len(waivers_of(plan.pk)) == 1
    kinds = PlanEvent.objects.filter(plan=plan).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["agreed", "watch", "waived", "going", "unwaived", "watch", "waived"]


def test_relief_goes_where_something_is_unpaid(debtor: Debtor) -> None:
    other = debtor.another_loan("L2")
    debtor.penalty(3_000)
    debtor.penalty(4_000, loan=other)
    plan = with_relief(debtor, 7_000, 0)
    debtor.pays(300_000, DAYS[0])
    debtor.pays(50_000, DAYS[0], number="P2", loan=other)
    run(debtor, DAYS[0])
    told = {(row.loan_id, row.amount_fen) for row in waivers_of(plan.pk)}
    assert told == {(debtor.loan.pk, 3_000), (other.pk, 4_000)}
    assert left_fen(debtor, DAYS[0]) == 0


@pytest.mark.parametrize("seed", range(12))
def test_on_random_paths_money_is_conserved_every_day(debtor: Debtor, seed: int) -> None:
    draw = random.Random(seed)
    other = debtor.another_loan("L2")
    debtor.penalty(draw.randint(1, 6_000))
    debtor.penalty(draw.randint(1, 2_000), loan=other)
    most = debt_of(
        loans=[debtor.loan.pk, other.pk], lender=debtor.office.lender.pk, day=TODAY
    ).penalty_fen
    plan = with_relief(debtor, draw.randint(0, most), draw.choice([0, 1, 14_999, 15_000]))
    debt = left_fen(debtor, TODAY)
    pays = sum(line.amount_fen for line in plan.lines.all())
    assert pays + plan.relief_penalty_fen + plan.relief_interest_fen == debt
    room = {debtor.loan.pk: 0, other.pk: 0}
    for loan in room:
        room[loan] = debt_of(loans=[loan], lender=debtor.office.lender.pk, day=TODAY).total_fen
    standing: list[Payment] = []
    taken_back = 0
    for day in sorted({TODAY + timedelta(days=draw.randint(1, 90)) for _ in range(9)}):
        if standing and draw.random() < 0.25:
            back = standing.pop(draw.randrange(len(standing)))
            debtor.takes_back(back, day)
            room[back.loan_id] += back.amount_fen
            taken_back += 1
        else:
            loan = draw.choice([debtor.loan, other])
            unpaid = debt_of(loans=[loan.pk], lender=debtor.office.lender.pk, day=day).total_fen
            fen = min(unpaid, draw.choice([1, 50_000, 117_000, 200_000]))
            if fen:
                standing.append(debtor.pays(fen, day, number=f"R{day}", loan=loan))
        run(debtor, day)
        waived = sum(row.amount_fen for row in waivers_of(plan.pk))
        paid = sum(row.amount_fen for row in standing)
        state = PlanState.objects.get(pk=plan.pk)
        over = debtor.overpaid(day)
        assert paid - over + waived + left_fen(debtor, day) == debt
        assert waived in (0, plan.relief_penalty_fen + plan.relief_interest_fen) or over
        assert bool(waived) <= (state.state in ("watch", "done"))
        assert state.paid_fen + state.left_fen == pays
