"""What is really so may be said: the facts of the case decide, and silence makes nothing true."""

from __future__ import annotations

import pytest

from dunwell.core.wording import CaseState
from tests.core.wording.checked import classes_in


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("我司已起诉，请等待开庭", CaseState(legal_state="suit_filed")),
        ("判决已生效，请履行", CaseState(legal_state="final")),
        ("本案已进入强制执行", CaseState(legal_state="enforcement")),
        ("法院已冻结您的账户", CaseState(legal_state="enforcement")),
        ("您的逾期已上报征信", CaseState(credit_state="reported")),
        ("逾期将影响您的征信", CaseState(credit_state="reports")),
        ("您已被列入失信被执行人名单", CaseState(court_measures=frozenset({"dishonest_list"}))),
        ("我是正衡律师事务所的律师", CaseState(speaker="counsel")),
        (
            "请汇至善信公司账号6222600910000123456",
            CaseState(designated_accounts=frozenset({"6222600910000123456"})),
        ),
    ],
)
def test_a_statement_is_refused_until_the_case_is_in_that_state(
    text: str, facts: CaseState
) -> None:
    assert classes_in(text) != set()
    assert classes_in(text, facts=facts) == set()


def test_a_suit_that_was_filed_is_no_judgment_yet() -> None:
    assert classes_in("法院判决已经下来了", facts=CaseState(legal_state="suit_filed")) == {
        "invented"
    }


def test_that_the_lender_reports_does_not_mean_that_it_has_reported() -> None:
    facts = CaseState(credit_state="reports")
    assert classes_in("您的不良记录已经报送征信中心", facts=facts) == {"invented"}


def test_no_state_of_the_case_makes_jail_or_arrest_true() -> None:
    for state in ("suit_filed", "judged", "enforcement"):
        assert "invented" in classes_in("再不还就拘留你", facts=CaseState(legal_state=state))


def test_a_state_the_lexicon_does_not_know_makes_nothing_true() -> None:
    assert classes_in("我司已起诉", facts=CaseState(legal_state="suit_field")) == {"invented"}


def test_on_a_time_barred_debt_even_the_right_to_sue_may_not_be_held_up() -> None:
    text = "我司保留向法院提起诉讼的权利"
    assert classes_in(text) == set()
    assert classes_in(text, facts=CaseState(time_barred=True)) == {"suit_when_barred"}


def test_an_account_beside_the_designated_one_is_still_found() -> None:
    facts = CaseState(designated_accounts=frozenset({"6222600910000123456"}))
    assert classes_in("请汇至李某账号6217001234567890456", facts=facts) == {"private_account"}


def test_to_a_contact_any_word_or_figure_of_a_loan_discloses() -> None:
    for text in ("他欠款了", "一共8600元", "三千块", "请他还款", "贷款的事", "他逾期了", "yu期"):
        assert classes_in(text, audience="contact") == {"disclosure"}
    assert classes_in("请转告他方便时回个电话", audience="contact") == set()
