"""The follow-up board and the approvals inbox: what they take in and what they leave out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.flows.follow_up.approvals import approve, ask_retain
from dunwell.flows.follow_up.board import LISTS, FollowUp, follow_up
from dunwell.flows.follow_up.inbox import inbox, request_shown
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.flows.prepare.holds import place_hold
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Team
from dunwell.store.people.permissions import NotPermitted
from tests.flows.follow_up.debtor import EACH_FEN, TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 10)
BROKEN_ON = DUE + timedelta(days=2)


def board(debtor: Debtor, day: date, *, mine: bool = False, only: str = "") -> FollowUp:
    return follow_up(
        actor=debtor.office.collector if mine else debtor.office.supervisor,
        lender=debtor.office.lender.pk, day=day, now=noon(day), mine=mine,
        since_on=day - timedelta(days=30), until_on=day + timedelta(days=1), only=only,
    )  # fmt: skip


def told(debtor: Debtor, day: date) -> set[str]:
    """The lists that hold anything."""
    return {each.code for each in board(debtor, day).sections if each.count}


def promises(debtor: Debtor) -> None:
    take_promise(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk,
        wanted=Wanted(amount_fen=EACH_FEN, due_on=DUE),
    )  # fmt: skip


def speaks(debtor: Debtor, on: date, *, effective: bool) -> None:
    Note.objects.create(
        case=debtor.case, channel="call", effective=effective, at=noon(on), by_label="test"
    )


def test_a_promise_goes_from_list_to_list_as_its_days_pass(debtor: Debtor) -> None:
    promises(debtor)
    days = (DUE - timedelta(days=2), DUE - timedelta(days=1), DUE, DUE + timedelta(days=1))
    assert [told(debtor, day) for day in days] == [
        set(), {"due_tomorrow"}, {"due_today"}, {"due_today"},
    ]  # fmt: skip
    debtor.stands(debtor.case.promises.get(), BROKEN_ON)
    assert told(debtor, BROKEN_ON) == {"broken"}
    found = board(debtor, BROKEN_ON)
    assert found.figures.allowed.broken == 1 and found.figures.strict.broken == 1
    late = BROKEN_ON + timedelta(days=30)
    assert told(debtor, late) == set()


def test_only_speaking_with_them_takes_a_broken_promise_off_the_list(debtor: Debtor) -> None:
    promises(debtor)
    debtor.stands(debtor.case.promises.get(), BROKEN_ON)
    speaks(debtor, DUE, effective=True)  # before it broke
    speaks(debtor, BROKEN_ON, effective=False)
    assert told(debtor, BROKEN_ON) == {"broken"}
    speaks(debtor, BROKEN_ON, effective=True)
    assert told(debtor, BROKEN_ON) == set()


def test_what_is_still_to_come_is_the_sum(debtor: Debtor) -> None:
    promises(debtor)
    debtor.pays(30_000, DUE)
    debtor.stands(debtor.case.promises.get(), DUE)
    section = next(each for each in board(debtor, DUE).sections if each.code == "due_today")
    assert (section.count, section.sum_fen) == (1, EACH_FEN - 30_000)


@pytest.mark.parametrize(
    ("days", "listed"), [(7, True), (8, False), (None, True)], ids=["soon", "later", "no-end"]
)
def test_a_hold_is_told_when_it_ends_soon_or_never(
    debtor: Debtor, days: int | None, listed: bool
) -> None:
    place_hold(
        actor=debtor.office.supervisor, day=TODAY, now=noon(TODAY), loan=debtor.loan,
        start_on=TODAY, end_on=TODAY + timedelta(days=days) if days else None, reason="住院治疗",
    )  # fmt: skip
    Case.objects.filter(pk=debtor.case.pk).update(status=Case.Status.OPEN)
    section = next(each for each in board(debtor, TODAY).sections if each.code == "holds")
    assert section.count == listed
    assert [line.what for line in section.lines] == ["hold"] * listed


def test_mine_and_one_list_alone(debtor: Debtor) -> None:
    promises(debtor)
    assert not any(each.count for each in board(debtor, DUE, mine=True).sections)
    Case.objects.filter(pk=debtor.case.pk).update(holder=debtor.office.collector.staff)
    assert sum(each.count for each in board(debtor, DUE, mine=True).sections) == 1
    assert [each.code for each in board(debtor, DUE, only="broken").sections] == ["broken"]
    assert len(board(debtor, DUE, only="nonsense").sections) == len(LISTS)


def test_who_sees_no_case_sees_no_board(debtor: Debtor) -> None:
    trainer = debtor.office.person("trainer")
    with pytest.raises(NotPermitted):
        follow_up(
            actor=trainer, lender=debtor.office.lender.pk, day=TODAY, now=noon(TODAY), mine=False,
            since_on=TODAY, until_on=TODAY + timedelta(days=1),
        )  # fmt: skip


def test_a_request_waits_for_the_team_that_may_answer_and_then_is_a_precedent(
    debtor: Debtor,
) -> None:
    office = debtor.office
    Case.objects.filter(pk=debtor.case.pk).update(holder=office.collector.staff)
    asked = ask_retain(
        actor=office.collector, now=noon(TODAY), case=debtor.case.pk,
        until_on=TODAY + timedelta(days=5), why="客户约好面谈",
    )  # fmt: skip
    about = {"lender": office.lender.pk, "day": TODAY}
    assert inbox(actor=office.supervisor, **about).waiting_for_me == 1
    assert inbox(actor=office.collector, **about).waiting_for_me == 0
    other = office.person("supervisor", team=Team.objects.create(lender=office.lender, code="b"))
    assert inbox(actor=other, **about).waiting_for_me == 0
    with pytest.raises(NotPermitted):
        request_shown(actor=other, now=noon(TODAY), request=asked.pk, **about)
    mine = inbox(actor=office.collector, view="mine", **about)
    assert [each.request.pk for each in mine.asked] == [asked.pk] and mine.asked[0].own
    approve(actor=office.supervisor, now=noon(TODAY), request=asked.pk, why="在权限内")
    shown = request_shown(actor=office.supervisor, now=noon(TODAY), request=asked.pk, **about)
    assert shown.asked.answer is not None and shown.precedents.approved == 0
    answered = inbox(actor=office.supervisor, view="answered", **about)
    assert answered.counts == {"retain": 1}
