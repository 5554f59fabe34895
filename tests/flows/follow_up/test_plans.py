"""Plans: from the calculator to the agreement; who may agree; how they go, break and end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dunwell.core.plan import NothingToPlan, ReliefTooLarge, TermTooLong
from dunwell.flows.follow_up.agreement import agreement_document
from dunwell.flows.follow_up.approvals import approve, decline
from dunwell.flows.follow_up.plan_calculator import debt_of, offers_for
from dunwell.flows.follow_up.plan_refusals import (
    BeyondAuthority,
    DebtMoved,
    NeedsApproval,
    NotApproved,
    PlanCaseClosed,
    PlanDays,
    PlanGoesAlready,
    PlanOverCap,
)
from dunwell.flows.follow_up.plan_standing import plans_of
from dunwell.flows.follow_up.plans import Proposed, Wish, agree_plan, propose_plan
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.reage import reage_loans
from dunwell.store.book.models import LoanAge
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.models import HouseValue
from dunwell.store.promises.models import Plan, PlanEvent, PlanState
from dunwell.store.promises.resting import resting_until
from tests.flows.contact.people import BEGINNING
from tests.flows.follow_up.debtor import DUES, EACH_FEN, TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 3, 15), date(2026, 4, 15), date(2026, 5, 15))
DEBT_FEN = 3 * EACH_FEN
THREE = Wish(shape="equal", days=DAYS)


def proposed(debtor: Debtor, wish: Wish = THREE, **changes: Any) -> Proposed:
    asked = {"actor": debtor.office.collector, "now": noon(TODAY), "why": "客户失业，协商分期"}
    return propose_plan(case=debtor.case.pk, wish=wish, **{**asked, **changes})


def agreed(debtor: Debtor, wish: Wish = THREE, on: date = TODAY, **changes: Any) -> Plan:
    asked: dict[str, Any] = {"actor": debtor.office.collector, "wish": wish, **changes}
    return agree_plan(now=noon(on), case=debtor.case.pk, **asked)


def stands(debtor: Debtor, plan: Plan, day: date) -> PlanState:
    debtor.stands_all(day)
    return PlanState.objects.get(pk=plan.pk)


def test_the_debt_is_all_that_is_unpaid_by_component_dues_to_come_included(
    debtor: Debtor,
) -> None:
    debtor.penalty(8_000)
    debtor.pays(9_000, TODAY)
    debt = debt_of(loans=[debtor.loan.pk], lender=debtor.office.lender.pk, day=TODAY)
    assert (debt.penalty_fen, debt.interest_fen, debt.principal_fen) == (8_000, 21_000, 270_000)
    reage_loans(loans=[debtor.loan.pk], day=TODAY)
    assert debt.total_fen == LoanAge.objects.get(pk=debtor.loan.pk).outstanding_fen == 299_000


def test_cards_come_with_who_signs_and_on_the_borrowers_payday(debtor: Debtor) -> None:
    debtor.penalty(8_000)
    debtor.earns(260_000)
    situation, cards = offers_for(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk
    )
    assert situation.payday == 15 and situation.means.income_fen == 260_000
    assert all(line.due_on.day == 15 for card in cards for line in card.offer.lines)
    first, eased = cards[:2]
    assert (first.offer.relief.total_fen, first.role) == (0, "")
    assert (eased.offer.relief.penalty_fen, eased.role) == (8_000, "supervisor")
    lengths = [len(card.offer.lines) for card in cards]
    assert lengths == sorted(lengths)
    assert {card.break_even_ppm for card in cards} == {None}  # nobody has decided this case yet


def test_an_officer_agrees_alone_within_their_own_authority(debtor: Debtor) -> None:
    found = proposed(debtor)
    assert (found.request, found.card.role) == (None, "")
    plan = agreed(debtor)
    lines = [(line.due_on, line.amount_fen) for line in plan.lines.order_by("seq")]
    assert lines == [(day, EACH_FEN) for day in DAYS]
    assert (plan.state.state, plan.state.left_fen, plan.state.next_due_on) == (
        "going", DEBT_FEN, DAYS[0],
    )  # fmt: skip
    assert Entry.objects.filter(verb="plan.agree").count() == 1


def test_more_relief_or_more_installments_take_another_person(debtor: Debtor) -> None:
    debtor.penalty(12_800)
    wish = Wish(shape="equal", days=DAYS, relief_penalty_fen=12_800)
    request = proposed(debtor, wish).request
    assert request is not None
    assert (request.kind, request.role, request.worth_fen) == ("plan", "supervisor", 12_800)
    assert request.wanted["value"]["relief_ppm"] == 40_921
    with pytest.raises(NeedsApproval):
        agreed(debtor, wish)
    with pytest.raises(NotApproved):
        agreed(debtor, wish=None, request=request.pk)
    approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="情况属实")
    plan = agreed(debtor, wish=None, request=request.pk)
    assert (plan.approval_id, plan.relief_penalty_fen) == (request.pk, 12_800)
    assert sum(line.amount_fen for line in plan.lines.all()) == DEBT_FEN
    with pytest.raises(NotApproved) as caught:
        agreed(debtor, wish=None, request=request.pk)
    assert caught.value.figures["why"] == "used"
    with pytest.raises(PlanGoesAlready):
        proposed(debtor)


def test_a_declined_request_is_no_plan_and_long_ones_go_to_legal(debtor: Debtor) -> None:
    days = tuple(date(2026, month, 15) for month in range(3, 12))
    request = proposed(debtor, Wish(shape="equal", days=days)).request
    assert request is not None and request.role == "legal"
    legal = debtor.office.person("legal", team=debtor.office.team)
    decline(actor=legal, now=noon(TODAY), request=request.pk, why="期数过长")
    with pytest.raises(NotApproved) as caught:
        agreed(debtor, wish=None, request=request.pk)
    assert caught.value.figures["why"] == "declined"


def test_money_that_came_since_the_approval_asks_for_a_new_one(debtor: Debtor) -> None:
    debtor.penalty(12_800)
    request = proposed(debtor, Wish(shape="equal", days=DAYS, relief_penalty_fen=12_800)).request
    assert request is not None
    approve(actor=debtor.office.supervisor, now=noon(TODAY), request=request.pk, why="情况属实")
    debtor.pays(10_000, TODAY)
    with pytest.raises(DebtMoved) as caught:
        agreed(debtor, wish=None, request=request.pk)
    assert caught.value.figures == {"approved_fen": 312_800, "now_fen": 302_800}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"days": ()}, PlanDays),
        ({"days": (DAYS[1], DAYS[0])}, PlanDays),
        ({"days": (TODAY - timedelta(days=1),)}, PlanDays),
        ({"days": (date(2029, 1, 1),)}, PlanDays),
        ({"days": tuple(TODAY + timedelta(days=20 * n) for n in range(13))}, TermTooLong),
        ({"relief_penalty_fen": 1}, ReliefTooLarge),
        ({"relief_interest_fen": 15_001}, ReliefTooLarge),
    ],
)
def test_what_is_no_plan_is_refused_and_nothing_is_written(
    debtor: Debtor, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        proposed(debtor, Wish(**{"shape": "equal", "days": DAYS, **changes}))
    assert not Plan.objects.exists()


def test_beyond_every_band_nobody_may_agree(debtor: Debtor) -> None:
    debtor.penalty(200_000)
    HouseValue.objects.create(
        parameter="plan.cap_ppm", value=1_000_000, from_on=TODAY, set_at=BEGINNING, why="试"
    )
    with pytest.raises(BeyondAuthority):
        proposed(debtor, Wish(shape="equal", days=DAYS, relief_penalty_fen=200_000))


def test_a_plan_above_the_cap_is_refused_until_enough_is_let_go(debtor: Debtor) -> None:
    # 243 days from the pay-out to the last due: 270,000 of principal bears 43,140 at 24 % a year.
    debtor.penalty(13_141)
    with pytest.raises(PlanOverCap) as caught:
        proposed(debtor)
    assert caught.value.figures == {"all_in_ppm": 240_001, "cap_ppm": 240_000}
    assert proposed(debtor, Wish(shape="equal", days=DAYS, relief_penalty_fen=1)).card.role == ""


def test_a_closed_case_has_no_plan(debtor: Debtor) -> None:
    Case.objects.update(status="closed", closed_on=TODAY)
    with pytest.raises(PlanCaseClosed):
        proposed(debtor)


def test_a_paid_debt_has_no_plan(debtor: Debtor) -> None:
    debtor.pays(DEBT_FEN, TODAY)
    with pytest.raises(NothingToPlan):
        proposed(debtor)


def test_a_plan_that_is_kept_rests_the_borrower_and_a_late_one_does_not(debtor: Debtor) -> None:
    plan = agreed(debtor)
    case = debtor.case.pk
    assert resting_until(cases=[case], day=TODAY) == {case: DAYS[0] + timedelta(days=1)}
    late = stands(debtor, plan, DAYS[0] + timedelta(days=2))
    assert (late.state, late.past_due_days) == ("late", 2)
    assert resting_until(cases=[case], day=DAYS[0] + timedelta(days=2)) == {}
    debtor.pays(EACH_FEN, DAYS[0] + timedelta(days=3))
    going = stands(debtor, plan, DAYS[0] + timedelta(days=3))
    assert (going.state, going.paid_fen, going.next_due_on) == ("going", EACH_FEN, DAYS[1])


def test_breaking_a_plan_restores_the_age_the_contract_has(debtor: Debtor) -> None:
    plan = agreed(debtor)
    debtor.pays(EACH_FEN // 2, DAYS[0])
    day = DAYS[0] + timedelta(days=8)
    broken = stands(debtor, plan, day)
    assert (broken.state, broken.ended_on) == ("broken", day)
    reage_loans(loans=[debtor.loan.pk], day=day)
    age = LoanAge.objects.get(pk=debtor.loan.pk)
    assert (age.days_past_due, age.outstanding_fen) == ((day - DUES[0]).days, DEBT_FEN - 50_000)
    kinds = PlanEvent.objects.filter(plan=plan).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["agreed", "broken"]


def test_a_payment_posted_late_but_made_in_time_mends_a_broken_plan(debtor: Debtor) -> None:
    plan = agreed(debtor)
    day = DAYS[0] + timedelta(days=8)
    assert stands(debtor, plan, day).state == "broken"
    debtor.pays(EACH_FEN, DAYS[0])
    assert stands(debtor, plan, day).state == "going"


def test_a_new_plan_ends_the_old_one_for_good(debtor: Debtor) -> None:
    first = agreed(debtor)
    day = DAYS[0] + timedelta(days=8)
    stands(debtor, first, day)
    later = tuple(each + timedelta(days=30) for each in DAYS)
    second = agreed(debtor, Wish(shape="equal", days=later), on=day)
    debtor.pays(EACH_FEN, DAYS[0])
    assert stands(debtor, first, day).state == "broken"
    assert stands(debtor, second, day).state == "going"


def test_money_from_before_the_plan_and_its_reversal_do_not_count_on_it(debtor: Debtor) -> None:
    before = debtor.pays(10_000, TODAY)
    plan = agree_plan(
        actor=debtor.office.collector, now=noon(TODAY) + timedelta(hours=1),
        case=debtor.case.pk, wish=THREE,
    )  # fmt: skip
    assert plan.state.left_fen == DEBT_FEN - 10_000
    debtor.takes_back(before, TODAY + timedelta(days=2))
    assert stands(debtor, plan, TODAY + timedelta(days=2)).paid_fen == 0


def test_a_plan_as_it_was_known_on_a_past_day(debtor: Debtor) -> None:
    plan = agreed(debtor)
    debtor.pays(EACH_FEN, DAYS[0])
    day = DAYS[0] + timedelta(days=1)
    known = {debtor.office.lender.pk: debtor.office.recording.pk}
    case = debtor.case.pk
    then = plans_of(cases=[case], day=day, at=noon(day), recordings=known)[case][0]
    now = plans_of(cases=[case], day=day, at=noon(day))[case][0]
    assert (then.standing.state, now.standing.state) == ("late", "going")
    assert plans_of(cases=[case], day=day, at=plan.agreed_at - timedelta(seconds=1)) == {}


def test_a_later_change_of_the_house_does_not_touch_the_plan(debtor: Debtor) -> None:
    plan = agreed(debtor)
    HouseValue.objects.create(
        parameter="plan.breaks_after_days", value=0, from_on=TODAY, set_at=BEGINNING, why="严格"
    )
    assert stands(debtor, plan, DAYS[0] + timedelta(days=5)).state == "late"


def test_who_may_propose_and_agree(debtor: Debtor) -> None:
    office = debtor.office
    for nobody in (office.person("analyst"), office.person("auditor"), office.person("admin")):
        with pytest.raises(NotPermitted):
            proposed(debtor, actor=nobody)
        with pytest.raises(NotPermitted):
            agreed(debtor, actor=nobody)
    Case.objects.update(holder=office.colleague.staff)
    with pytest.raises(NotPermitted):
        proposed(debtor)
    proposed(debtor, actor=office.supervisor)
    agreed(debtor, actor=office.colleague)


def test_a_request_says_why(debtor: Debtor) -> None:
    with pytest.raises(ReasonMissing):
        proposed(debtor, Wish(shape="equal", days=(*DAYS, date(2026, 6, 15))), why="  ")


def test_the_document_says_what_was_agreed_and_its_hash_is_kept(debtor: Debtor) -> None:
    plan = agreed(debtor)
    found = agreement_document(actor=debtor.office.collector, now=noon(TODAY), plan=plan.pk)
    assert found.same and found.sha256 == plan.document_sha256
    assert (found.agreement.borrower, found.agreement.loans) == ("王小明", ("L1",))
    assert found.agreement.pays_fen == found.agreement.debt_fen == DEBT_FEN
    debtor.another_loan("L2")
    again = agreement_document(actor=debtor.office.collector, now=noon(TODAY), plan=plan.pk)
    assert not again.same
    entry = Entry.objects.filter(verb="plan.document").first()
    assert entry is not None and "王小明" not in str(entry.figures)
