"""The journal's page: whoever watches over a lender reads what was done there, and takes it."""

from __future__ import annotations

import csv
import io

from django.test import Client

from dunwell.store.journal.append import append
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Role, Staff
from dunwell.store.people.permissions import actor_of
from tests.faces.runs.conftest import book, on_the_day, staff_of
from tests.flows.day_run.books import START, Book

__all__ = ["book", "on_the_day"]


def reader(book: Book, role: Role) -> Client:
    client = Client()
    client.force_login(staff_of(book.lender, role))
    return client


def test_the_auditor_reads_what_was_done_to_the_own_lender_and_to_the_house(book: Book) -> None:
    client = reader(book, Role.AUDITOR)
    other = Lender.objects.get(code="second")
    clerk = actor_of(Staff.objects.create_user("clerk", "a-long-pass-word", display_name="钱"))
    how = {"actor": clerk, "at": START}
    append(stream="lender-x", verb="case.move", subject="case:77", lender=book.lender.pk,
           why="员工调岗", figures={"to": 5}, **how)  # fmt: skip
    append(stream="lender-y", verb="case.move", subject="case:78", lender=other.pk, **how)
    page = client.get("/journal/").content.decode()
    for words in ("case:77", "员工调岗", "to 5", "尚未封链", "日运行", "day.run"):
        assert words in page, words
    assert "case:78" not in page
    assert 'href="/journal/"' in client.get("/house/").content.decode()
    few = client.get("/journal/?subject=case:77").content.decode()
    assert "case.move" in few and "day.run" not in few
    assert "case.move" not in client.get("/journal/?room=day").content.decode()
    assert client.get(f"/journal/?person=x&on=2026-99-99&after={'9' * 30}").status_code == 200


def test_the_sheet_holds_the_places_in_the_chains_and_leaves_an_entry(book: Book) -> None:
    client = reader(book, Role.COMPLIANCE)
    answer = client.get("/journal/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 1]
    sealed = Entry.objects.filter(verb="day.run").exclude(seal=None).first()
    assert sealed is not None and any(sealed.seal.hash in row for row in rows)
    assert Entry.objects.get(verb="journal.export").subject == "journal"


def test_nobody_else_reads_it(book: Book) -> None:
    for role in (Role.SUPERVISOR, Role.COLLECTOR, Role.ADMIN):
        client = reader(book, role)
        assert client.get("/journal/").status_code == 403
        assert client.get("/journal/export.csv").status_code == 403
