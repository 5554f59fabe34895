"""A tape of overdue loans: today's, tomorrow's, and who is no longer on it."""

from __future__ import annotations

from datetime import date

import pytest

from dunwell.flows.prepare.book_changes import OlderTape
from dunwell.store.book.models import (
    Contact,
    Installment,
    Loan,
    Payment,
    Reason,
    Recording,
    TapeLine,
)
from dunwell.store.people.models import Party
from tests.flows.prepare.conftest import BORROWERS, ID_LI, ID_WANG, INSTALLMENTS, LOANS

pytestmark = pytest.mark.django_db

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
WANG = {
    "借据号": "L1", "客户姓名": "王小明", "证件号码": ID_WANG, "手机号": "13800138000",
    "逾期天数": 15, "逾期本金": "1,000.00", "逾期利息": "￥20.5", "罚息": "3.00",
    "逾期原因": "失业", "居住地址": "浙江省杭州市西湖区文三路1号",
}  # fmt: skip
LI = {
    "借据号": "L2", "客户姓名": "李丽", "证件号码": ID_LI, "手机号": "13900139000",
    "逾期天数": 40, "逾期本金": "500", "逾期利息": "5", "罚息": "0",
}  # fmt: skip


def tape(desk, name, *rows, as_of=TODAY, **how):
    path = desk.write(f"{name}.csv", rows, encoding="gb18030")
    return desk.bring(path, as_of=as_of, **how)


def current(model, loan_no):
    return model.objects.get(loan__loan_no=loan_no, replaced=None)


def test_a_gb18030_tape_with_chinese_headers_opens_borrowers_loans_and_one_installment(desk):
    result = tape(desk, "mar02", WANG, LI)
    assert result.layout == "tape"
    assert {name: table.new for name, table in result.tables.items() if name != "contacts"} == {
        "borrowers": 2, "loans": 2, "installments": 2, "reasons": 1, "tape": 2,
    }  # fmt: skip
    line = current(Installment, "L1")
    assert (line.seq, line.due_date) == (1, date(2026, 2, 15))
    assert (line.principal_fen, line.interest_fen, line.penalty_fen) == (100_000, 2_050, 300)
    said = current(TapeLine, "L1")
    assert (said.lender_past_due_days, said.tape_on, said.left_on) == (15, TODAY, None)
    assert said.synthetic_due_on == line.due_date
    assert Party.objects.count() == 2
    assert Contact.objects.filter(address_sealed__isnull=False).count() == 1


def test_the_same_tape_again_changes_nothing_whatever_day_it_comes(desk):
    tape(desk, "mar02", WANG, LI)
    recordings = Recording.objects.count()
    again = tape(desk, "mar02", WANG, LI, as_of=TOMORROW)
    assert again.changed_nothing
    assert again.as_of == TODAY
    assert Recording.objects.count() == recordings


def test_tomorrows_tape_updates_yesterdays(desk):
    tape(desk, "mar02", WANG, LI)
    grown = WANG | {"逾期天数": 16, "罚息": "3.50"}
    result = tape(desk, "mar03", grown, LI | {"逾期天数": 41}, as_of=TOMORROW)
    assert (result.tables["tape"].changed, result.tables["installments"].changed) == (2, 1)
    assert result.tables["loans"].unchanged == 2
    assert current(Installment, "L1").penalty_fen == 350
    assert current(Installment, "L1").due_date == date(2026, 2, 15)
    assert current(TapeLine, "L2").lender_past_due_days == 41
    assert Reason.objects.count() == 1


def test_a_loan_that_left_the_tape_is_marked_and_kept(desk):
    tape(desk, "mar02", WANG, LI)
    result = tape(desk, "mar03", WANG | {"逾期天数": 16}, as_of=TOMORROW)
    assert result.left == 1
    assert current(TapeLine, "L2").left_on == TOMORROW
    assert current(Installment, "L2").principal_fen == 50_000
    assert Loan.objects.count() == 2
    still = tape(desk, "mar04", WANG | {"逾期天数": 17}, as_of=date(2026, 3, 4))
    assert still.left == 0
    assert current(TapeLine, "L2").left_on == TOMORROW


def test_a_loan_that_comes_back_is_on_the_tape_again(desk):
    tape(desk, "mar02", WANG, LI)
    tape(desk, "mar03", WANG | {"逾期天数": 16}, as_of=TOMORROW)
    tape(desk, "mar04", WANG | {"逾期天数": 17}, LI | {"逾期天数": 42}, as_of=date(2026, 3, 4))
    assert current(TapeLine, "L2").left_on is None


def test_a_loan_whose_row_was_rejected_did_not_leave(desk):
    tape(desk, "mar02", WANG, LI)
    result = tape(desk, "mar03", WANG | {"逾期天数": 16}, LI | {"逾期本金": "五百"}, as_of=TOMORROW)
    assert result.left == 0
    assert result.tables["tape"].rejected == 1


def test_two_tapes_of_one_day_are_parts_of_one(desk):
    tape(desk, "online", WANG)
    result = tape(desk, "shop", LI)
    assert result.left == 0
    assert TapeLine.objects.filter(replaced=None, left_on=None).count() == 2


def test_an_older_tape_is_refused_as_a_whole(desk):
    tape(desk, "mar03", WANG, as_of=TOMORROW)
    with pytest.raises(OlderTape) as refused:
        tape(desk, "mar02", WANG | {"逾期天数": 14}, LI, as_of=TODAY)
    assert refused.value.figures == {"tape_on": "2026-03-02", "newest_on": "2026-03-03"}
    assert not Loan.objects.filter(loan_no="L2").exists()


def test_a_loan_with_a_schedule_of_its_own_keeps_it_beside_the_tape(desk):
    desk.bring(desk.book(borrowers=BORROWERS, loans=LOANS, installments=INSTALLMENTS))
    tape(desk, "mar02", WANG)
    lines = Installment.objects.filter(loan__loan_no="L1", replaced=None).order_by("seq")
    assert [line.due_date for line in lines] == [date(2026, 1, 15), date(2026, 2, 15)]
    assert current(TapeLine, "L1").synthetic_due_on is None
    assert current(TapeLine, "L1").lender_past_due_days == 15


def test_a_payment_counted_already_by_the_next_tape_is_not_counted_twice(desk):
    tape(desk, "mar02", WANG)
    paid = {"payment_no": "P1", "loan_no": "L1", "paid_on": "2026-03-02", "amount": "400"}
    desk.bring(desk.book("daily", payments=[paid]))
    tape(desk, "mar03", WANG | {"逾期天数": 16, "逾期本金": "623.50", "逾期利息": "0", "罚息": "1"},
         as_of=TOMORROW)  # fmt: skip
    line = current(Installment, "L1")
    due = line.principal_fen + line.interest_fen + line.fee_fen + line.penalty_fen
    open_fen = due - current(Payment, "L1").amount_fen
    assert open_fen == 62_450
    assert (line.interest_fen, line.penalty_fen) == (2_050, 400)


def test_a_dpd_that_disagrees_with_the_dates_is_flagged(desk):
    result = tape(desk, "mar02", WANG | {"首次逾期日": "2026年1月10日"})
    assert result.flags["INTAKE-DPD-MISMATCH"] == 1
    assert result.quality["dpd_mismatched"] == 1
    assert current(TapeLine, "L1").lender_past_due_days == 15


def test_borrowers_without_a_number_of_the_lender_are_known_again_by_their_id(desk):
    tape(desk, "mar02", WANG)
    second = WANG | {"借据号": "L8", "逾期天数": 16}
    result = tape(desk, "mar03", WANG | {"逾期天数": 16}, second, as_of=TOMORROW)
    assert result.tables["borrowers"].new == 0
    first, other = Loan.objects.order_by("loan_no")
    assert first.borrower == other.borrower
    assert ID_WANG not in first.borrower.borrower_no
