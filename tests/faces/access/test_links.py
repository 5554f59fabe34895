"""Whatever a page offers its reader to open, opens: walked by every role over a small house."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from dunwell.store.people.models import Role
from tests.faces.runs.conftest import book, on_the_day, staff_of
from tests.flows.day_run.books import Book

__all__ = ["book", "on_the_day"]

LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
NUMBER = re.compile(r"\d+")
TOO_MANY = 150


def kind_of(address: str) -> str:
    """Addresses that differ in numbers or in what is asked of them show the same page."""
    return NUMBER.sub("#", address.partition("?")[0])


def test_no_page_offers_a_link_that_its_reader_may_not_open(book: Book) -> None:
    for role in Role:
        client = Client()
        client.force_login(staff_of(book.lender, role))
        assert 5 < walked(client, role) < TOO_MANY


def walked(client: Client, role: Role) -> int:
    """How many kinds of page were opened from the front page on; each must answer 200."""
    ahead, opened = ["/"], set[str]()
    while ahead:
        address = ahead.pop()
        if kind_of(address) in opened or address.startswith(("/static/", "/_frame/")):
            continue
        opened.add(kind_of(address))
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, f"{role}: {address}"
        if answer["Content-Type"].startswith("text/html"):
            ahead += [unescape(each) for each in LINK.findall(answer.content.decode())]
    return len(opened)
