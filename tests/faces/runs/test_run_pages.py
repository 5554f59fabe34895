"""Pages of the day runs: what moved and why, how buckets flowed, each step's time and counts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.people.models import Role
from dunwell.store.runs.models import Run
from tests.faces.runs.conftest import staff_of
from tests.flows.day_run.books import Book


def client_of(book: Book, role: Role) -> Client:
    client = Client()
    client.force_login(staff_of(book.lender, role))
    return client


def written_run() -> Run:
    """The run that wrote the second day."""
    return Run.objects.get(day="2026-03-02", status="done")


def test_the_list_shows_every_run_with_its_state(book: Book) -> None:
    page = client_of(book, Role.SUPERVISOR).get("/runs/").content.decode()
    for words in ("2026-03-01", "2026-03-02", "已完成", "失败", "只重算"):
        assert words in page


def test_a_run_tells_what_moved_and_why_and_leads_to_those_cases(book: Book) -> None:
    client = client_of(book, Role.SUPERVISOR)
    page = client.get(f"/runs/{written_run().pk}/").content.decode()
    for words in ("已还款", "结案", "500.00", "达到入催条件", "计算账龄", "写回变动"):
        assert words in page, words
    link = "/cases/?moved=closed&amp;on=2026-03-02&amp;status=all&amp;lender=default"
    assert link in page
    assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_the_figures_of_another_lender_are_not_shown(book: Book) -> None:
    run = Run.objects.filter(day="2026-03-01", recompute_only=False).get()
    page = client_of(book, Role.SUPERVISOR).get(f"/runs/{run.pk}/").content.decode()
    assert "1,700.00" in page  # two cases of this lender opened
    assert "77.00" not in page


def test_a_failed_and_a_recomputed_run_say_so(book: Book) -> None:
    client = client_of(book, Role.SUPERVISOR)
    failed = Run.objects.get(status="failed")
    assert "RuntimeError" in client.get(f"/runs/{failed.pk}/").content.decode()
    again = Run.objects.get(recompute_only=True)
    assert "只重算给人看" in client.get(f"/runs/{again.pk}/").content.decode()


def test_the_pages_are_in_english_too(book: Book) -> None:
    staff = staff_of(book.lender, Role.SUPERVISOR)
    staff.language = "en"
    staff.save()
    client = Client()
    client.force_login(staff)
    page = client.get(f"/runs/{written_run().pk}/").content.decode()
    assert "What moved and why" in page and "Flow between buckets" in page


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.TRAINER])
def test_who_may_not_see_the_day_is_refused(book: Book, role: Role) -> None:
    client = client_of(book, role)
    assert client.get("/runs/").status_code == 403
    assert client.get(f"/runs/{written_run().pk}/").status_code == 403


def test_a_run_that_does_not_exist_is_not_found(book: Book) -> None:
    assert client_of(book, Role.SUPERVISOR).get("/runs/999999/").status_code == 404


def test_the_list_asks_as_often_for_one_run_as_for_many(book: Book) -> None:
    client = client_of(book, Role.SUPERVISOR)

    def asked() -> int:
        client.get("/runs/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/runs/")
        return len(queries)

    before = asked()
    run = written_run()
    for _ in range(3):
        run.pk = None
        run.save()
    assert asked() == before <= 12
