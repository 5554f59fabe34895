"""Headers are known by what lenders call them; the pages name every column there is."""

from __future__ import annotations

import re

import pytest

from dunwell.bulk.intake.headers import SURE, file_names, is_known, meaning, proposal, unneeded
from dunwell.bulk.intake.layouts import LAYOUTS
from tests.house.tree import ROOT

EVERY = [table for tables in LAYOUTS.values() for table in tables.values()]


@pytest.mark.parametrize(
    ("table", "header", "field", "unit"),
    [
        ("tape", "逾期本金(元)", "overdue_principal", "元"),
        ("tape", "逾期本金（单位：万元）", "overdue_principal", "万元"),
        ("tape", "逾期金额/元", "overdue", "元"),
        ("tape", "*手机号码", "mobile", None),
        ("tape", "逾期\n利息", "overdue_interest", None),
        ("tape", "逾期天数（天）", "lender_past_due_days", None),
        ("tape", "年化利率(%)", "annual_rate_ppm", "%"),
        ("tape", "客户证件号码", "id_no", None),
        ("tape", "紧急联系人二电话", "contact_2_phone", None),
        ("tape", "contact1_phone", "contact_1_phone", None),
        ("tape", "DPD", "lender_past_due_days", None),
        ("payment", "Amount_Fen", "amount", "fen"),
        ("loan", "ＬＯＡＮ＿ＮＯ", "loan_no", None),
        ("lp", "ListingId", "listing_no", None),
    ],
)
def test_a_header_is_known_with_its_unit(
    table: str, header: str, field: str, unit: str | None
) -> None:
    means = meaning(header, table=table)
    assert (means.field, means.unit) == (field, unit)
    assert means.confidence >= SURE


@pytest.mark.parametrize("header", ["备注", "分", "", "联系人", "x" * 300])
def test_what_nobody_says_has_no_meaning(header: str) -> None:
    assert meaning(header, table="installment").field is None


def test_our_own_names_are_sure_and_every_table_knows_its_own() -> None:
    for table in EVERY:
        for field in table.fields:
            assert meaning(field.name, table=table.name).field == field.name
            assert meaning(field.name, table=table.name).confidence == 1.0


def test_a_likely_field_is_proposed_but_never_sure() -> None:
    assert proposal("逾期应还本金合计", table="tape").field == "overdue_principal"
    assert proposal("逾期应还本金合计", table="tape").confidence < SURE


@pytest.mark.parametrize(
    "header",
    ["性别", "民 族", "婚姻状况(已婚/未婚)", "其他持卡人1姓名", "通讯录联系人", "Religion"],
)
def test_what_the_process_does_not_need_is_known_by_name(header: str) -> None:
    assert unneeded(header)


def test_no_column_of_ours_is_one_we_refuse() -> None:
    for table in EVERY:
        assert not [field.name for field in table.fields if unneeded(field.name)]


def test_data_does_not_look_like_headers() -> None:
    assert not any(map(is_known, ["张三", "13800138000", "2026-03-02", "1,234.50", ""]))


def test_every_table_can_be_named_by_its_file() -> None:
    assert set(file_names().values()) == {table.name for table in EVERY}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_import_page_names_every_column(language: str) -> None:
    page = (ROOT / "docs" / language / "import.md").read_text("utf-8")
    names = [field.name for table in EVERY if table.name != "lp" for field in table.fields]
    later = re.compile(r"contact_[2-9]_")
    assert [name for name in names if f"`{name}`" not in page and not later.match(name)] == []
