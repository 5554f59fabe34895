"""Lists of cases: what is seen, in which order, a page at a time, counted within bounds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunwell.store.cases import lists
from dunwell.store.cases.lists import CaseFilter, Scope, counted, page_of
from dunwell.store.cases.shape import record_shape, shape_on
from dunwell.store.people.models import Lender, Team
from tests.store.cases.a_case import DAY, make_case

pytestmark = pytest.mark.django_db


def _lender(code: str = "hz") -> Lender:
    return Lender.objects.create(code=code, name=code)


def test_another_lender_is_never_seen() -> None:
    ours, theirs = _lender(), _lender("sh")
    mine = make_case(ours)
    make_case(theirs)
    page = page_of(Scope(ours.pk), CaseFilter(), order="amount", size=10)
    assert [case.pk for case in page.cases] == [mine.pk]


def test_a_team_sees_its_own_cases_and_none_without_a_team() -> None:
    lender = _lender()
    team = Team.objects.create(lender=lender, code="a", name="A")
    ours = make_case(lender, team=team)
    make_case(lender)
    page = page_of(Scope(lender.pk, frozenset({team.pk})), CaseFilter(), order="amount", size=10)
    assert [case.pk for case in page.cases] == [ours.pk]
    assert counted(Scope(lender.pk, frozenset()), CaseFilter()).cases == 0


@pytest.mark.parametrize("order", ["amount", "days"])
def test_pages_by_key_show_every_case_once_in_order_even_where_amounts_are_equal(
    order: lists.Order,
) -> None:
    lender = _lender()
    made = [
        make_case(lender, overdue_fen=fen, days=fen // 100, bucket=bucket)
        for fen in (500, 500, 500, 900, 100, 100)
        for bucket in ("M1", "M2")
    ]
    wanted = CaseFilter(buckets=frozenset({"M1", "M2"}))
    seen: list[int] = []
    after = None
    while True:
        page = page_of(Scope(lender.pk), wanted, order=order, size=4, after=after)
        seen += [case.pk for case in page.cases]
        if page.next_key is None:
            break
        after = page.next_key
    assert len(seen) == len(set(seen)) == len(made)
    by_pk = {case.pk: case.overdue_fen for case in made}
    assert [by_pk[pk] for pk in seen] == sorted(by_pk.values(), reverse=True)


def test_a_page_asks_as_often_for_three_cases_as_for_one() -> None:
    lender = _lender()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_case(lender)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = page_of(Scope(lender.pk), CaseFilter(), order="amount", size=50)
            assert [case.party.pk for case in page.cases]
        counts.append(len(asked))
    assert counts[0] == counts[1] == 1


def test_counting_stops_where_a_list_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "EXACT_UP_TO", 2)
    lender = _lender()
    for _ in range(2):
        make_case(lender, overdue_fen=700)
    exact = counted(Scope(lender.pk), CaseFilter())
    assert (exact.cases, exact.overdue_fen, exact.over) == (2, 1_400, False)
    make_case(lender)
    long = counted(Scope(lender.pk), CaseFilter())
    assert (long.cases, long.overdue_fen, long.over) == (2, None, True)


def test_amount_bounds_include_both_ends() -> None:
    lender = _lender()
    for fen in (99, 100, 200, 201):
        make_case(lender, overdue_fen=fen)
    found = counted(Scope(lender.pk), CaseFilter(least_fen=100, most_fen=200))
    assert (found.cases, found.overdue_fen) == (2, 300)


def test_no_list_of_open_cases_reads_the_whole_table() -> None:
    lender = _lender()
    make_case(lender)
    wanted = [
        CaseFilter(),
        CaseFilter(buckets=frozenset({"M1"})),
        CaseFilter(least_fen=100, most_fen=200),
        CaseFilter(status="closed"),
    ]
    for each in wanted:
        for order in ("amount", "days"):
            rows = lists.filtered(Scope(lender.pk), each)
            column = {"amount": "overdue_fen", "days": "days_past_due"}[order]
            plan = rows.order_by(f"-{column}", "pk")[:51]
            if connection.vendor == "sqlite":
                told = plan.explain()
                assert "SCAN cases_case" not in told or "USING" in told, told
                assert "SEARCH cases_case USING" in told, told


def test_the_shape_of_a_day_counts_open_cases_by_bucket_and_can_be_counted_again() -> None:
    lender = _lender()
    make_case(lender, overdue_fen=100)
    make_case(lender, overdue_fen=200)
    make_case(lender, overdue_fen=400, bucket="M2")
    make_case(lender, status="closed", closed_on=DAY)
    for _ in range(2):
        record_shape(day=DAY)
    shape = shape_on(day=DAY, lenders=[lender.pk], teams=None)
    found = {each.bucket: (each.cases, each.overdue_fen) for each in shape}
    assert found == {"M1": (2, 300), "M2": (1, 400)}
