"""The agreement on one page, the same bytes every time, with nothing that it does not need."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from weasyprint import HTML

from dunwell.channels.documents.agreement import html_of, write_docx, write_pdf
from dunwell.core.plan import Line
from dunwell.flows.follow_up.agreement import Agreement, hash_of_content

TWELVE = tuple(
    Line(seq, date(2026 + (seq + 2) // 13, (seq + 2 - 1) % 12 + 1, 15), 105_000)
    for seq in range(1, 13)
)
AGREEMENT = Agreement(
    number="7-1", lender="善信小贷有限公司", borrower="王小明", call_back="0731-80000000",
    loans=("L1", "L2"), agreed_on=date(2026, 3, 2), principal_fen=1_200_000,
    interest_fen=60_000, penalty_fen=20_000, fee_fen=0, cost_fen=0, relief_penalty_fen=20_000,
    relief_interest_fen=0, lines=TWELVE, breaks_after_days=7,
)  # fmt: skip
SHA = hash_of_content(AGREEMENT)


def words_of_docx(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())


def test_it_says_the_same_in_both_forms() -> None:
    page, word = html_of(AGREEMENT, sha256=SHA), words_of_docx(write_docx(AGREEMENT, sha256=SHA))
    for told in (
        "王小明", "善信小贷有限公司", "L1、L2", "12800.00", "壹万贰仟捌佰元整", "200.00",
        "12600.00", "壹万贰仟陆佰元整", "2026-03-15", "0731-80000000", SHA, "超过 7 天",
    ):  # fmt: skip
        assert told in page and told in word, told
    assert "{{" not in word and "{%" not in word


def test_twelve_installments_fit_on_one_page() -> None:
    assert len(HTML(string=html_of(AGREEMENT, sha256=SHA)).render().pages) == 1


def test_the_same_agreement_is_the_same_document_to_the_byte() -> None:
    for write in (write_docx, write_pdf):
        assert write(AGREEMENT, sha256=SHA) == write(AGREEMENT, sha256=SHA)


def test_one_changed_fen_is_another_hash() -> None:
    other = replace(AGREEMENT, lines=(*TWELVE[:-1], Line(12, TWELVE[-1].due_on, 105_001)))
    assert hash_of_content(other) != SHA


def test_a_plan_without_relief_speaks_of_none() -> None:
    plain = replace(AGREEMENT, penalty_fen=0, relief_penalty_fen=0)
    assert "减免 " not in html_of(plain, sha256=SHA)
    assert "本协议没有减免" in words_of_docx(write_docx(plain, sha256=SHA))


def test_what_stands_in_a_field_is_text_and_no_markup() -> None:
    odd = replace(AGREEMENT, borrower='<img src="x">&{{ lender }}')
    assert "<img" not in html_of(odd, sha256=SHA)
    assert "{{ lender }}" in words_of_docx(write_docx(odd, sha256=SHA))
    write_pdf(odd, sha256=SHA)


def test_a_document_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http" not in html_of(AGREEMENT, sha256=SHA)
    assert write_pdf(AGREEMENT, sha256=SHA).startswith(b"%PDF-")
