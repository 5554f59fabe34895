"""What is in force, read as tables; who may look; the number of queries stays."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunwell.store.people.models import Lender, Role
from dunwell.store.policy.models import Document, DocumentRuling
from tests.faces.gate.conftest import log_in, staff_of
from tests.faces.strategy.conftest import page
from tests.flows.contact.people import Office

KINDS = ("strategy", "card", "quadrant", "categories", "five_classes", "gains")


def test_the_room_says_what_counts_of_every_kind(office: Office, analyst: Client) -> None:
    shown = page(analyst, "/strategy/")
    for words in ("默认策略", "逾期客户评分卡", "还款能力与意愿", "五级分类", "没有在进行的实验"):
        assert words in shown, words
    assert shown.count("随软件发布的版本") == len(KINDS)
    assert 'aria-current="page"' in shown  # its place in the rail


def test_a_strategy_is_read_as_tables_with_conditions_in_words(analyst: Client) -> None:
    shown = page(analyst, "/strategy/strategy/")
    for words in (
        "先问：谁不催",
        "投诉处理中",
        "逾期金额 ¥2,000.00 起",
        "计催天数 不足 4 天",
        "通话未果再上门",
        "连续未接通 3 起，改为短信",
        "这一步事先要主管批准。",
        "还没有改过",
    ):
        assert words in shown, words


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_in_both_languages(office: Office, kind: str) -> None:
    assert log_in(office, Role.AUDITOR, "zh").get(f"/strategy/{kind}/").status_code == 200
    english = page(log_in(office, Role.AUDITOR, "en", language="en"), f"/strategy/{kind}/")
    assert "Version in force" in english and "Every version" in english


def test_english_conditions_are_english(office: Office) -> None:
    shown = page(log_in(office, Role.ANALYST, "en", language="en"), "/strategy/strategy/")
    assert "Overdue amount: from ¥2,000.00" in shown and "Debt disputed" in shown


@pytest.mark.parametrize(
    "address",
    ["/strategy/", "/strategy/strategy/", "/strategy/experiments/", "/strategy/strategy/change/"],
)
def test_nobody_and_a_role_without_it_do_not_look(office: Office, address: str) -> None:
    assert Client().get(address).status_code == 302
    for role in (Role.COLLECTOR, Role.ADMIN):
        assert log_in(office, role).get(address).status_code == 403


def test_who_only_reads_is_not_offered_to_change(office: Office) -> None:
    auditor = log_in(office, Role.AUDITOR)
    assert "/change/" not in page(auditor, "/strategy/strategy/")
    assert auditor.get("/strategy/strategy/change/").status_code == 403
    assert auditor.post("/strategy/strategy/change/", {"whom": "house"}).status_code == 403


def test_a_document_of_another_lender_is_not_seen(office: Office) -> None:
    other = Lender.objects.create(code="other", name="O")
    row = Document.objects.create(
        kind="categories", name="default", lender=other, text="x", hash="x",
        from_on=date(2026, 3, 3), proposed_at=office.now,
        proposed_by=staff_of(office, Role.ANALYST, "p"), why="because",
    )  # fmt: skip
    client = log_in(office, Role.COMPLIANCE)
    assert client.get(f"/strategy/documents/{row.pk}/").status_code == 403
    assert client.get("/strategy/documents/999999/").status_code == 404
    assert client.get("/strategy/mood/").status_code == 404


def test_queries_do_not_grow_with_versions(office: Office, analyst: Client) -> None:
    proposer = staff_of(office, Role.ANALYST, "p")

    def another(number: int) -> None:
        row = Document.objects.create(
            kind="gains", name="default", text="x", hash=str(number), from_on=date(2030, 1, 1),
            proposed_at=office.now, proposed_by=proposer, why="because",
        )  # fmt: skip
        if number:
            DocumentRuling.objects.create(
                document=row, approved=False, at=office.now, by=proposer, why="no"
            )

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert analyst.get(address).status_code == 200
        return len(counted)

    another(0)
    addresses = ("/strategy/", "/strategy/gains/", "/strategy/experiments/")
    for address in addresses:
        analyst.get(address)
    before = [queries(address) for address in addresses]
    for number in (1, 2, 3):
        another(number)
    assert [queries(address) for address in addresses] == before
