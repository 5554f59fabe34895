"""The card of the next act: the gain is the sharing's own, told with its parts."""

from __future__ import annotations

import pytest

from dunwell.flows.contact.next_best import next_best
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.flows.prepare.show_decision import shown
from dunwell.store.cases.models import Case
from dunwell.store.work.models import WorkItem
from tests.flows.prepare.a_work_day import MONDAY, WorkPlace

pytestmark = pytest.mark.django_db


def best_of(place: WorkPlace, case: Case, item: WorkItem | None):
    row = case.decisions.get()
    decided = shown(row, policy_again(row.policy)[0], day=MONDAY)
    return next_best(case=case, day=MONDAY, decided=decided, item=item)


@pytest.mark.parametrize(("action", "grade", "days"), [("phone", "C", 20), ("relief", "E", 120)])
def test_the_desk_and_the_sharing_of_the_day_reckon_one_gain(
    action: str, grade: str, days: int
) -> None:
    place = WorkPlace()
    place.staff("anna")
    case = place.case(action, overdue_fen=345_678, grade=grade, days=days)
    place.share()
    item = WorkItem.objects.get(case=case)
    best = best_of(place, case, item)
    assert (best.action, best.gain.gain_fen, best.shared_fen) == (item.action, item.gain_fen, None)
    assert best.judged


def test_a_payment_since_the_morning_is_said() -> None:
    place = WorkPlace()
    place.staff("anna")
    case = place.case("phone")
    place.share()
    item = WorkItem.objects.get(case=case)
    case.overdue_fen //= 2
    best = best_of(place, case, item)
    assert (best.gain.gain_fen < item.gain_fen, best.shared_fen) == (True, item.gain_fen)


def test_nothing_planned_has_no_gain_and_nothing_decided_no_card() -> None:
    place = WorkPlace()
    case = place.case("phone")
    row = case.decisions.get()
    decided = shown(row, policy_again(row.policy)[0], day=MONDAY)
    idle = WorkItem(case=case, action="none", gain_fen=0)
    assert next_best(case=case, day=MONDAY, decided=decided, item=idle).gain is None
    assert next_best(case=case, day=MONDAY, decided=None, item=None) is None


def test_a_closed_channel_is_not_offered_whatever_was_planned() -> None:
    place = WorkPlace()
    case = place.case("phone")
    row = case.decisions.get()
    decided = shown(row, policy_again(row.policy)[0], day=MONDAY)

    def told(closed: set[str]) -> tuple[str, bool]:
        best = next_best(case=case, day=MONDAY, decided=decided, item=None, closed=closed)
        assert best is not None
        return best.action, best.asked

    assert told(set()) == ("phone", False)
    assert told({"call"}) == ("sms", True)
    assert told({""}) == ("none", True)
