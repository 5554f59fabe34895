"""How single cells are read: the forms lenders write, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from dunwell.bulk.intake.layouts import TAPE
from dunwell.bulk.intake.refusals import CellRefused
from dunwell.bulk.intake.tables import ADJUSTMENT, BORROWER, CONTACT, LOAN, Field
from dunwell.bulk.intake.values import Form, Value, choices_of, empty_marks, is_empty, read_cell
from dunwell.core.refusal import Refusal

NAME, ID_NO, MOBILE = (BORROWER.field(name) for name in ("name", "id_no", "mobile"))
PHONES = TAPE.field("mobile")
LOAN_NO, RATE, ORDER = (
    LOAN.field(name) for name in ("loan_no", "annual_rate_ppm", "allocation_order")
)
DPD = TAPE.field("lender_past_due_days")
PRINCIPAL, DISBURSED_ON = LOAN.field("principal"), LOAN.field("disbursed_on")


@pytest.mark.parametrize(
    ("field", "form", "text", "value"),
    [
        (NAME, Form(), "　张 三 ", "张 三"),
        (NAME, Form(), "张\n三", "张 三"),
        (LOAN_NO, Form(), "ＪＪ－００１", "JJ-001"),
        (LOAN_NO, Form(), "（2026）沪小贷字第12号", "(2026)沪小贷字第12号"),
        (ID_NO, Form(), "11010519491231002x", "11010519491231002X"),
        (ID_NO, Form(), "110105 19491231 002X", "11010519491231002X"),
        (LOAN_NO, Form(), '="00123"', "00123"),
        (ID_NO, Form(), "'11010519491231002X", "11010519491231002X"),
        (ID_NO, Form(), "11010519491231002X\t", "11010519491231002X"),
        (MOBILE, Form(), "+86 138-0013-8000", "13800138000"),
        (MOBILE, Form(), "8613800138000", "13800138000"),
        (MOBILE, Form(), "(010) 1234 5678", "01012345678"),
        (MOBILE, Form(), "+85291234567", "+85291234567"),
        (MOBILE, Form(), "问他妹妹", "问他妹妹"),
        (
            PHONES,
            Form(),
            "13800138000/010-12345678；13900139000",
            "13800138000;01012345678;13900139000",
        ),
        (PHONES, Form(), "13800138000、13800138000", "13800138000"),
        (PRINCIPAL, Form(), "￥1,234.5", 123450),
        (PRINCIPAL, Form(unit_fen=1_000_000), "1.2", 1_200_000),
        (PRINCIPAL, Form(unit_fen=1_000_000), "1.2万", 1_200_000),
        (PRINCIPAL, Form(unit_fen=1), "15", 15),
        (DISBURSED_ON, Form(), "2026年3月2日", date(2026, 3, 2)),
        (DISBURSED_ON, Form(date_format="%d/%m/%Y"), "02/03/2026", date(2026, 3, 2)),
        (DPD, Form(), "35天", 35),
        (DPD, Form(), "35.0", 35),
        (DPD, Form(), "第３期", 3),
        (RATE, Form(), "24%", 240_000),
        (RATE, Form(), "0.24", 240_000),
        (RATE, Form(), "24", 240_000),
        (RATE, Form(rate_unit="percent"), "0.5", 5_000),
        (RATE, Form(rate_unit="ppm"), "240000", 240_000),
        (ORDER, Form(), "费用 > 罚息 > 利息 > 本金", "cost>fee>penalty>interest>principal"),
        (
            ORDER,
            Form(),
            "principal,interest,penalty,fee,cost",
            "principal>interest>penalty>fee>cost",
        ),
        (CONTACT.field("role"), Form(), "担保人", "guarantor"),
        (BORROWER.field("id_type"), Form(), "居民身份证", "ric"),
        (ADJUSTMENT.field("kind"), Form(), "Write-Off", "write_off"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(field: Field, form: Form, text: str, value: Value) -> None:
    assert read_cell(text, field, form) == value


@pytest.mark.parametrize(
    ("field", "form", "text", "code"),
    [
        (NAME, Form(), "张\ufffd", "INTAKE-DAMAGED-TEXT"),
        (NAME, Form(), "#REF!", "INTAKE-FORMULA-ERROR"),
        (NAME, Form(), "名" * 121, "INTAKE-TOO-LONG"),
        (LOAN_NO, Form(), "4.40106E+17", "INTAKE-DIGITS-LOST"),
        (ID_NO, Form(), "1.10105194912310e+17", "INTAKE-DIGITS-LOST"),
        (MOBILE, Form(), "1.38E+10", "INTAKE-DIGITS-LOST"),
        (MOBILE, Form(), "13800138000 13900139000", "INTAKE-SEVERAL-PHONES"),
        (PRINCIPAL, Form(), "1.234", "MONEY-UNREADABLE"),
        (PRINCIPAL, Form(unit_fen=1), "1.5", "MONEY-UNREADABLE"),
        (DISBURSED_ON, Form(), "3/2/2026", "DAYS-UNREADABLE"),
        (DISBURSED_ON, Form(date_format="%d/%m/%Y"), "2026-03-02", "INTAKE-NOT-IN-FORMAT"),
        (DISBURSED_ON, Form(date_format="%d/%m/%Y"), "02/03/1026", "INTAKE-NOT-IN-FORMAT"),
        (DPD, Form(), "-3", "INTAKE-NOT-A-COUNT"),
        (DPD, Form(), "20001", "INTAKE-NOT-A-COUNT"),
        (RATE, Form(), "a lot", "INTAKE-NOT-A-RATE"),
        (RATE, Form(), "0.00000001", "INTAKE-NOT-A-RATE"),
        (ORDER, Form(), "本金>本金", "ALLOCATION-ORDER"),
        (ORDER, Form(), ">", "ALLOCATION-ORDER"),
        (CONTACT.field("role"), Form(), "邻居", "INTAKE-NOT-A-CHOICE"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_code(
    field: Field, form: Form, text: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        read_cell(text, field, form)
    assert refused.value.code == code
    assert isinstance(refused.value, CellRefused) == code.startswith("INTAKE-")


@pytest.mark.parametrize(
    "text", ["", '=""', " \u3000", "-", "——", "NULL", "n/a", "\\N", "无", "None"]
)
def test_marks_for_nothing_are_nothing(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize("text", ["0", "无锡", "#N/A", "00", "N"])
def test_what_only_looks_like_nothing_is_something(text: str) -> None:
    assert not is_empty(text)


def test_no_mark_for_nothing_holds_a_digit_and_no_choice_means_two_things() -> None:
    assert not any(sign.isdigit() for mark in empty_marks() for sign in mark)
    for name in ("id_type", "contact_role", "tier", "adjustment_kind", "component", "lp_status"):
        assert set(choices_of(name).values()) <= set(choices_of(name))
