"""The SQL of plain forms answers what the one-cell function answers, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from dunwell.bulk.intake.identity import phone_is_valid, ric_is_valid_sql
from dunwell.bulk.intake.layouts import LP, TAPE
from dunwell.bulk.intake.quick import quick_value, says_nothing
from dunwell.bulk.intake.tables import NATIVE, Field, Kind
from dunwell.bulk.intake.values import Form, is_empty, read_cell
from dunwell.core.refusal import Refusal

FIELDS = {
    field.kind: field
    for table in (*NATIVE, TAPE, LP)
    for field in table.fields
    if not field.several
}
DIGITS = st.text("0123456789", min_size=1, max_size=17)
MONEY = st.one_of(
    st.builds(lambda a, b: f"{a}.{b}", DIGITS, DIGITS),
    st.builds(lambda a, b, c: f"-{a},{b},{c}", DIGITS, DIGITS, DIGITS),
    st.integers(-(10**15), 10**15).map(lambda fen: f"{fen / 100:.2f}"),
    st.integers(0, 10**13).map(lambda yuan: f"{yuan:,}.05"),
    DIGITS,
)
DAYS = st.one_of(
    st.dates().map(str),
    st.builds(
        lambda y, m, d: f"{y:04}-{m:02}-{d:02}",
        st.integers(1940, 2110),
        st.integers(0, 13),
        st.integers(0, 32),
    ),
)
TEXTS = st.text(st.sampled_from("ab零１0#/!-\n\t\u3000 \ufffdX.EN+é='`\""), max_size=12)
ANY = st.one_of(MONEY, DAYS, TEXTS, st.sampled_from(["-", "NULL", "无", "#N/A", "4.4E+17", "nan"]))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, cells: Sequence[str]) -> list[Any]:
    rows = connection.execute(
        f"SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS cell)", [list(cells)]
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("kind", "unit_fen"),
    [
        *((kind, 100) for kind in sorted(Kind)),
        *((Kind.MONEY, unit) for unit in (1, 10_000, 1_000_000, 10_000_000_000)),
    ],
)
@given(cells=st.lists(ANY, min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
@example(cells=["9999999999999.99", "99999999999.99", "0.29", "1.15", "-0.01", "12,34", "1,234.5"])
@example(cells=["1234567890123.45", "999,999,999,999.99", "1.", ".5", "-", "00.10"])
def test_plain_forms_mean_the_same_in_sql(
    kind: Kind, unit_fen: int, cells: list[str], connection: duckdb.DuckDBPyConnection
) -> None:
    field, form = FIELDS[kind], Form(unit_fen=unit_fen)
    for cell, quick in zip(
        cells, _ask(connection, quick_value("cell", field, form), cells), strict=True
    ):
        if quick is not None:
            assert not is_empty(cell)
            assert quick == _meaning(cell, field, form), cell


def _meaning(cell: str, field: Field, form: Form) -> object:
    try:
        return read_cell(cell, field, form)
    except Refusal as refusal:
        return refusal.code


@given(cells=st.lists(ANY, min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_nothing_is_nothing_in_sql_too(
    cells: list[str], connection: duckdb.DuckDBPyConnection
) -> None:
    assert _ask(connection, says_nothing("cell"), cells) == [is_empty(cell) for cell in cells]


@given(
    numbers=st.lists(
        st.tuples(st.text("0123456789", min_size=17, max_size=17), st.sampled_from("0123456789X")),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=50, deadline=None)
def test_check_digits_agree_with_the_standard(
    numbers: list[tuple[str, str]], connection: duckdb.DuckDBPyConnection
) -> None:
    with_days = ["110105" + body[6:10] + "0228" + body[14:] + last for body, last in numbers]
    expected = [
        number[-1] == ric.calc_check_digit(number) and number[6:10] != "0000"
        for number in with_days
    ]
    assert _ask(connection, ric_is_valid_sql("cell"), with_days) == expected


def test_a_birth_day_that_does_not_exist_is_no_resident(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    bodies = ["11010519490229002", "11010519491331002", "11010519491231002"]
    numbers = [body + ric.calc_check_digit(body + "0") for body in bodies]
    assert _ask(connection, ric_is_valid_sql("cell"), numbers) == [False, False, True]


def test_mobile_ranges_are_told_apart_by_five_digits() -> None:
    for prefix in (f"1{second}{rest:03}" for second in "3456789" for rest in range(1000)):
        answers = {phone_is_valid(prefix + rest) for rest in ("000000", "123456", "999999")}
        assert len(answers) == 1, prefix
