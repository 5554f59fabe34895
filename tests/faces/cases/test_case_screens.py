"""The screens of the cases, over a small book that went through import and day run."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Role
from tests.faces.cases.conftest import log_in


def _case(days: int) -> Case:
    return Case.objects.get(days_past_due=days)


def test_the_front_page_tells_the_books_shape(book: Lender) -> None:
    page = log_in(book, Role.SUPERVISOR).get("/").content.decode()
    assert "2026-03-02" in page
    assert re.search(r"<strong class=\"num\">2</strong>\s*户今天新入催", page)


def test_the_list_shows_each_overdue_borrower_once_and_masked(book: Lender) -> None:
    page = log_in(book, Role.SUPERVISOR).get("/cases/").content.decode()
    assert "王**" in page and "李**" in page
    assert "赵**" not in page
    assert "王小明" not in page and "13812348821" not in page


def test_a_bucket_chip_narrows_the_list(book: Lender) -> None:
    page = log_in(book, Role.SUPERVISOR).get("/cases/?bucket=M2").content.decode()
    assert "李**" in page and "王**" not in page


def test_a_whole_name_number_or_pinyin_finds_the_case(book: Lender) -> None:
    client, wanted = log_in(book, Role.SUPERVISOR), f"/cases/{_case(12).pk}/"
    whole = ["王小明", "wangxiaoming", "wxm", "13812348821", "110101199003070732", "L1", "B1"]
    found = {text: client.post("/search/", {"q": text}).headers.get("Location") for text in whole}
    assert found == dict.fromkeys(whole, wanted)


def test_a_part_of_a_number_or_name_finds_nothing(book: Lender) -> None:
    client = log_in(book, Role.SUPERVISOR)
    for text in ("王", "138123488", "11010119900307", "小明"):
        assert "王**" not in client.post("/search/", {"q": text}, follow=True).content.decode()


def test_a_search_leaves_what_was_typed_in_no_address(book: Lender) -> None:
    answer = log_in(book, Role.SUPERVISOR).post("/search/", {"q": "13800009999"}, follow=True)
    assert "13800009999" not in answer.redirect_chain[-1][0]
    assert "没有找到" in answer.content.decode()


def test_the_case_page_tells_amounts_as_an_equation_and_which_money_paid_what(
    book: Lender,
) -> None:
    page = log_in(book, Role.SUPERVISOR).get(f"/cases/{_case(12).pk}/").content.decode()
    assert "¥900.00" in page  # 1000 of principal less the 100 left after the interest was paid
    assert "2026-02-20 利息 ¥20.00" in page and "2026-02-20 本金 ¥100.00" in page
    assert "110101" not in page.replace("1101**********0732", "")
    assert "1101**********0732" in page and "138****8821" in page


def test_a_payment_entered_re_ages_the_loan_and_closes_the_case(book: Lender) -> None:
    case = _case(12)
    form = {
        "loan": "",
        "payment_no": "P9",
        "amount": "900",
        "paid_on": "2026-03-02",
    }
    client = log_in(book, Role.SUPERVISOR)
    form["loan"] = str(case.party.borrowers.get().loans.get().pk)
    answer = client.post(f"/cases/{case.pk}/payments/", form, follow=True)
    case.refresh_from_db()
    assert (case.status, case.overdue_fen) == ("closed", 0)
    assert "已重算" in answer.content.decode()


def test_a_payment_that_cannot_be_read_is_told_beside_its_field_and_nothing_changes(
    book: Lender,
) -> None:
    case = _case(12)
    loan = case.party.borrowers.get().loans.get()
    form = {"loan": loan.pk, "payment_no": "P9", "amount": "九百", "paid_on": "2026-03-02"}
    answer = log_in(book, Role.SUPERVISOR).post(f"/cases/{case.pk}/payments/", form)
    assert answer.status_code == 400
    assert "读不懂这个金额" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == "open"


def test_a_phone_is_shown_in_full_only_for_a_reason_and_leaves_a_journal_row(
    book: Lender,
) -> None:
    case = _case(12)
    contact = Contact.objects.get(borrower__party=case.party, role="self", replaced=None)
    address = f"/cases/{case.pk}/reveal/phone/{contact.pk}/"
    client = log_in(book, Role.SUPERVISOR)
    without = client.post(address, {"why": ""}).content.decode()
    assert "13812348821" not in without
    assert "13812348821" in client.post(address, {"why": "客户要求核对"}).content.decode()
    told = Entry.objects.get(verb="personal.reveal")
    assert told.why == "客户要求核对" and "1381234" not in told.figures


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_is_masked_watermarked_and_written_in_the_journal(
    book: Lender, form: str
) -> None:
    answer = log_in(book, Role.SUPERVISOR).get(f"/cases/export.{form}")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as sheet:
            text = "".join(sheet.read(name).decode() for name in sheet.namelist())
    else:
        text = body.decode("utf-8-sig")
    assert "王**" in text and "王小明" not in text
    told = Entry.objects.get(verb="case.export")
    assert "supervisor" in text and str(told.pk) in text


def test_nobody_sees_a_case_without_logging_in(book: Lender) -> None:
    for path in ("/", "/cases/", f"/cases/{_case(12).pk}/", "/cases/export.csv"):
        answer = Client().get(path)
        assert answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def test_an_administrator_sees_no_case(book: Lender) -> None:
    client = log_in(book, Role.ADMIN)
    assert client.get("/cases/").status_code == 403
    assert client.get(f"/cases/{_case(12).pk}/").status_code == 403


def test_a_collector_may_look_but_not_enter_payments_or_export(book: Lender) -> None:
    case = _case(12)
    client = log_in(book, Role.COLLECTOR)
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert client.get("/cases/export.csv").status_code == 403
    loan = case.party.borrowers.get().loans.get()
    form = {"loan": loan.pk, "payment_no": "P9", "amount": "9", "paid_on": "2026-03-02"}
    answer = client.post(f"/cases/{case.pk}/payments/", form)
    assert answer.status_code in {400, 403}
    case.refresh_from_db()
    assert case.overdue_fen == 90_000


def test_the_case_of_another_lender_is_not_there(book: Lender) -> None:
    other = Lender.objects.create(code="other", name="Other")
    answer = log_in(other, Role.SUPERVISOR).get(f"/cases/{_case(12).pk}/")
    assert answer.status_code == 404


def test_the_list_asks_the_database_a_fixed_number_of_times(book: Lender) -> None:
    client = log_in(book, Role.SUPERVISOR)
    client.get("/cases/")
    with CaptureQueriesContext(connection) as two:
        client.get("/cases/")
    with CaptureQueriesContext(connection) as one:
        client.get("/cases/?bucket=M2")
    assert len(one) == len(two) <= 25
