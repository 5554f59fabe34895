"""Lists: the address bar is the state, rows are drawn by kind, pages go on by key."""

from __future__ import annotations

from datetime import date

from django.test import RequestFactory

from dunwell.faces.web.frame.address import with_query
from dunwell.faces.web.frame.listing import FIRST_ROWS, Choice, Column, Filter, Listing

COLUMNS = [
    Column(key="case", label="案件", kind="link", lead=True),
    Column(key="amount", label="金额", kind="money", sorts=True),
    Column(key="name", label="经办", sorts=True),
    Column(key="on", label="日期", kind="day", shown=False),
]
ROW = {"case": "A-1", "href": "/cases/1", "amount": 5, "name": None, "on": date(2026, 3, 2)}


def listing(address: str = "/cases/", **given: object) -> Listing:
    values: dict[str, object] = {
        "request": RequestFactory().get(address),
        "name": "cases",
        "columns": COLUMNS,
        "rows": [ROW],
        "sort": "-amount",
        "filters": [
            Filter(
                key="bucket",
                label="账龄",
                choices=[Choice(value="M1", label="M1"), Choice(value="M2", label="M2")],
            ),
            Filter(key="mine", label="经办", choices=[Choice(value="1", label="我的")], many=False),
        ],
    }
    return Listing(**(values | given))  # type: ignore[arg-type]


def chips(one: Listing) -> dict[str, tuple[bool, str]]:
    return {
        str(chip["choice"].label): (chip["on"], chip["href"])
        for group in one.chip_groups
        for chip in group["chips"]
    }


def test_a_column_not_shown_by_default_comes_when_chosen() -> None:
    assert [c.key for c in listing().chosen] == ["case", "amount", "name"]
    assert [c.key for c in listing("/cases/?column=on&column=case").chosen] == ["case", "on"]
    assert [c.key for c in listing("/cases/?column=nonsense").chosen] == ["case", "amount", "name"]


def test_a_second_press_on_a_header_turns_the_order_round() -> None:
    heads = {head["column"].key: head for head in listing().heads}
    assert heads["amount"]["order"] == "descending"
    assert heads["amount"]["href"] == "/cases/?sort=amount"
    assert heads["name"]["href"] == "/cases/?sort=name"
    again = {head["column"].key: head for head in listing("/cases/?sort=name").heads}
    assert (again["name"]["order"], again["name"]["href"]) == ("ascending", "/cases/?sort=-name")


def test_sorting_and_filtering_start_the_list_anew() -> None:
    one = listing("/cases/?after=k7&sort=name")
    assert all("after" not in head["href"] for head in one.heads)
    assert all("after" not in href for _, href in chips(one).values())


def test_chips_add_up_and_are_taken_away_one_by_one() -> None:
    assert chips(listing())["M1"] == (False, "/cases/?bucket=M1")
    both = chips(listing("/cases/?bucket=M1"))
    assert both["M1"] == (True, "/cases/")
    assert both["M2"] == (False, "/cases/?bucket=M1,M2")


def test_clearing_keeps_the_order_and_the_columns() -> None:
    one = listing("/cases/?bucket=M1&q=wx&sort=name&column=case")
    assert one.filtered
    assert one.clear_href == "/cases/?sort=name&column=case"
    assert not listing("/cases/?sort=name").filtered


def test_the_next_page_starts_after_a_key() -> None:
    assert listing(next_after="k9").next_href == "/cases/?after=k9"
    assert listing().next_href == ""
    assert listing("/cases/?after=k9").first_href == "/cases/"


def test_several_values_of_a_parameter_survive_a_change_of_another() -> None:
    request = RequestFactory().get("/x?column=a&column=b&q=王")
    assert with_query(request, sort="n") == "/x?column=a&column=b&q=%E7%8E%8B&sort=n"


def test_a_phone_folds_a_long_page_and_leaves_out_what_is_empty() -> None:
    assert (listing().folds_after, listing(rows=[ROW] * 12).folds_after) == (0, 0)
    assert listing(rows=[ROW] * 13).folds_after == FIRST_ROWS
    (line,) = listing().lines
    assert [cell.blank for cell in line["cells"]] == [False, False, True]
