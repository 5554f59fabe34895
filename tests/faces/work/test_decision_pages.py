"""Grade and plan on the case page, overruling it and taking that back, a decision made again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Appointment, Lender, Role, Staff, Team
from tests.faces.cases.conftest import NOW, log_in


def _case(days: int = 45) -> Case:
    return Case.objects.get(days_past_due=days)


def _card(client: Client, case: Case) -> str:
    page = client.get(f"/cases/{case.pk}/").content.decode()
    return page[page.index('id="plan"') : page.index("</section>", page.index('id="plan"'))]


def test_the_card_says_grade_reasons_category_plan_and_step_each_with_why(book: Lender) -> None:
    row = Decision.objects.get(case=_case(), replaced=None)
    card = _card(log_in(book, Role.COLLECTOR), _case())
    assert f"等级 {row.grade}" in card and f"{row.score} 分" in card
    assert "当前逾期天数：45 天" in card and "逾期越久，自行还清的越少" in card
    assert "分值由人判断，还没有用本机构的数据学习过" in card
    assert "金额较小，不值得上门打扰" in card  # why calls, and not a visit
    assert "逾期金额：¥510.00" in card
    assert "第 1 步，共 4 步：电话，自 2026-03-02 起" in card
    assert "期满未还清，下一步是谈减免" in card


def test_the_card_is_told_in_english_too(book: Lender) -> None:
    client = log_in(book, Role.COLLECTOR)
    Staff.objects.update(language="en")
    card = _card(client, _case())
    assert "Grade and plan" in card and "The amount does not justify a visit" in card
    assert "Step 1 of 4: Call, since 2026-03-02" in card


def test_a_case_without_decision_says_what_will_stand_there(book: Lender) -> None:
    case = _case()
    other = Case.objects.get(pk=case.pk)
    other.pk = None
    other.party_id = Case.objects.exclude(pk=case.pk).get().party_id
    Case.objects.filter(party=other.party_id).update(lender=Lender.objects.create(code="elsewhere"))
    other.save()
    card = _card(log_in(book, Role.SUPERVISOR), other)
    assert "还没有判定" in card and "日运行之后" in card


def test_only_who_may_overrule_is_offered_it(book: Lender) -> None:
    address = f"/worklist/cases/{_case().pk}/overrule/grade/"
    assert Client().get(address).status_code == 302
    collector = log_in(book, Role.COLLECTOR)
    assert "改判等级" not in _card(collector, _case())
    assert collector.get(address).status_code == 403
    supervisor = log_in(book, Role.SUPERVISOR)
    assert "改判等级" in _card(supervisor, _case())
    assert supervisor.get(address).status_code == 200
    assert supervisor.get(address.replace("grade", "mood")).status_code == 404


def test_a_supervisor_of_another_team_does_not_know_the_case(book: Lender) -> None:
    north = Team.objects.create(lender=book, code="north", name="北")
    lead = Staff.objects.create_user("lead", "a-long-pass-word")
    Appointment.objects.create(
        staff=lead, role=Role.SUPERVISOR, lender=book, team=north, from_on=date(2026, 1, 1)
    )
    client = Client()
    client.force_login(lead)
    assert client.get(f"/worklist/cases/{_case().pk}/overrule/grade/").status_code == 404


def test_a_grade_is_overruled_with_a_reason_and_taken_back(book: Lender) -> None:
    case, client = _case(), log_in(book, Role.SUPERVISOR)
    derived = Decision.objects.get(case=case, replaced=None).grade
    form = {"value": "B", "until_on": "2026-03-20", "why": "刚了解到找到工作"}
    answer = client.post(f"/worklist/cases/{case.pk}/overrule/grade/", form, follow=True)
    assert "已改判" in answer.content.decode()
    card = _card(client, case)
    assert "等级 B" in card and f"评分卡给的是 {derived}" in card and "刚了解到" in card
    told = Entry.objects.get(verb="decision.overruled")
    assert told.why == "刚了解到找到工作"
    number = Overrule.objects.get().pk
    client.post(f"/worklist/cases/{case.pk}/overruled/{number}/", {"why": "情况有误，撤销"})
    assert f"等级 {derived}" in _card(client, case)
    assert "以前的判定 2 次" in _card(client, case)


def test_a_plan_is_chosen_by_its_title(book: Lender) -> None:
    case, client = _case(), log_in(book, Role.SUPERVISOR)
    address = f"/worklist/cases/{case.pk}/overrule/plan/"
    assert "先减免，后展期" in client.get(address).content.decode()
    form = {"value": "relief_first", "until_on": "2026-03-20", "why": "客户主动说困难"}
    client.post(address, form)
    card = _card(client, case)
    assert "方案：先减免，后展期" in card and "规则本来给的方案是「稳步通话」" in card


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"until_on": "2026-03-02"}, "2026-03-02"),
        ({"why": "嗯"}, "至少"),
        ({"value": "Z"}, "Z"),
    ],
)
def test_what_cannot_count_is_told_beside_the_form_and_changes_nothing(
    book: Lender, wrong: dict[str, str], told: str
) -> None:
    form = {"value": "E", "until_on": "2026-03-20", "why": "刚了解到失业", **wrong}
    address = f"/worklist/cases/{_case().pk}/overrule/grade/"
    answer = log_in(book, Role.SUPERVISOR).post(address, form)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert not Overrule.objects.exists()


def test_a_decision_made_again_is_equal_to_the_letter(book: Lender) -> None:
    case = _case()
    row = Decision.objects.get(case=case, replaced=None)
    address = f"/worklist/cases/{case.pk}/decisions/{row.pk}/"
    page = log_in(book, Role.COLLECTOR).get(address).content.decode()
    assert "一字不差" in page and "当时知道的" in page and "因日运行作出" in page
    assert "李红" not in page
    other = _case(12)
    assert log_in(book, Role.ADMIN).get(address).status_code == 403
    client = log_in(book, Role.SUPERVISOR)
    assert client.get(f"/worklist/cases/{other.pk}/decisions/{row.pk}/").status_code == 404


def test_who_came_later_may_look_at_a_decision_of_before(book: Lender) -> None:
    case = _case()
    row = Decision.objects.get(case=case, replaced=None)
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        staff = Staff.objects.create_user("newcomer", "a-long-pass-word")
        Appointment.objects.create(
            staff=staff, role=Role.COLLECTOR, lender=book, from_on=date(2026, 3, 10)
        )
        client = Client()
        client.force_login(staff)
        answer = client.get(f"/worklist/cases/{case.pk}/decisions/{row.pk}/")
        assert answer.status_code == 200 and "一字不差" in answer.content.decode()


def test_from_the_plan_a_supervisor_goes_to_the_rule_and_the_steps_behind_it(book: Lender) -> None:
    client = log_in(book, Role.SUPERVISOR)
    row = Decision.objects.get(case=_case(), replaced=None)
    card = _card(client, _case())
    anchors = (f"rule-{row.stage}-{row.rule}", f"plan-{row.plan}")
    strategy = client.get("/strategy/strategy/").content.decode()
    for anchor in anchors:
        assert f'href="/strategy/strategy/#{anchor}"' in card and f'id="{anchor}"' in strategy
    assert "/strategy/" not in _card(log_in(book, Role.COLLECTOR), _case())
