"""The components: marks with words, masked values, sentences, equations, forms."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from dunwell.faces.web.frame.marks import BUCKETS, STATES, bucket_mark


def drawn(source: str, **values: object) -> str:
    context = Context({"request": RequestFactory().get("/x"), **values})
    return Template("{% load dunwell %}" + source).render(context)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_prints_the_days_it_covers(name: str) -> None:
    html = drawn("{% bucket name %}", name=name)
    assert f"{name}{BUCKETS[name].days}天" in words(html)
    assert f'data-depth="{BUCKETS[name].depth}"' in html


def test_a_house_with_its_own_buckets_passes_days_and_depth() -> None:
    html = drawn('{% bucket "61+" days="61+" depth=7 %}')
    assert 'data-depth="7"' in html and "61+天" in words(html)
    assert bucket_mark(name="90-120").depth == 4


def test_no_bucket_is_a_dash() -> None:
    assert drawn("{% bucket nothing %}", nothing=None).strip() == "—"


@pytest.mark.parametrize("code", STATES)
def test_a_state_is_a_word_with_an_icon_never_a_colour_alone(code: str) -> None:
    html = drawn("{% state code %}", code=code)
    assert words(html) == str(STATES[code].label)
    assert f"icons.svg#{STATES[code].icon}" in html


def test_a_room_may_bring_its_own_state() -> None:
    html = drawn('{% state "queued" label="排队" tone="wait" mark="hourglass" %}')
    assert words(html) == "排队" and 'class="pill wait"' in html


def test_a_masked_value_stays_masked_and_offers_to_reveal_only_when_it_may() -> None:
    plain = drawn('{% masked "138****8821" %}')
    assert words(plain) == "138****8821" and "button" not in plain
    offered = drawn('{% masked "138****8821" reveal="/reveal/7" %}')
    assert 'hx-get="/reveal/7"' in offered and words(offered) == "138****8821"


def test_no_value_is_a_dash_not_an_empty_mask() -> None:
    assert words(drawn("{% masked nothing %}", nothing=None)) == "—"


def test_a_sentence_separates_its_numbers_and_escapes_what_it_is_given() -> None:
    html = drawn('{% sentence "{n} 户，{who}" n=12345 who=who %}', who="<b>x</b>")
    assert '<strong class="num">12,345</strong>' in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_an_equation_shows_signs_as_words_of_arithmetic() -> None:
    html = drawn(
        "{% equation terms total %}",
        terms=[{"label": "本金", "fen": 10_000}, {"label": "减免", "fen": -500}],
        total={"label": "合计", "fen": 9_500},
    )
    assert words(html) == "本金¥100.00−减免¥5.00=合计¥95.00"


def test_a_figure_carries_definition_base_and_a_unique_name() -> None:
    html = drawn('{% figure "天数" 12 "定义一" base="口径" %}{% figure "金额" "¥1" "定义二" %}')
    ids = re.findall(r'aria-describedby="([^"]+)"', html)
    assert ids == ["figure-1", "figure-2"]
    assert all(f'role="tooltip" id="{each}"' in html for each in ids)


def test_progress_asks_again_only_while_there_is_work() -> None:
    going = drawn('{% progress 3 4 "导入" poll="/p" seconds_left=61 %}')
    assert 'hx-get="/p"' in going and 'value="3" max="4"' in going and "1 分 01 秒" in going
    assert "hx-get" not in drawn('{% progress 4 4 "导入" %}')


class Form(forms.Form):
    amount = forms.CharField(label="逾期本金", help_text="如 1200")
    keep = forms.BooleanField(label="保存", required=False)


def test_an_error_leads_to_its_field_and_is_tied_to_it() -> None:
    form = Form(data={"amount": ""})
    summary = drawn("{% error_summary form %}", form=form)
    assert 'href="#id_amount"' in summary and "逾期本金" in summary
    field = drawn("{% field form.amount %}", form=form)
    tied = re.search(r'aria-describedby="([^"]+)"', field)
    assert tied is not None
    assert all(f'id="{each}"' in field for each in tied[1].split())
    assert 'aria-invalid="true"' in field


def test_a_form_without_errors_has_no_summary() -> None:
    assert drawn("{% error_summary form %}", form=Form(data={"amount": "1"})).strip() == ""


def test_a_chart_brings_its_figures_as_a_table_too() -> None:
    html = drawn(
        '{% chart "bars" figures table "变化" %}',
        figures={"rows": [{"name": "新增", "value": 3}], "words": {"unit": "count"}},
        table={"heads": ["变化", "户数"], "rows": [["新增", 3]]},
    )
    assert 'data-chart-json="chart-1"' in html
    assert 'id="chart-1" type="application/json"' in html
    assert "<td>新增</td>" in html
