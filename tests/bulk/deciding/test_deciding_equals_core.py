"""Deciding for a book gives each borrower what core.decision gives them alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.bulk.compile.conditions import column, literal
from dunwell.bulk.deciding import (
    Group,
    categorise_borrowers,
    decide_borrowers,
    find_decision_changes,
    gather_facts,
    grade_borrowers,
)
from dunwell.core.borrower_fields import FREEZES, STRATEGY_FIELDS
from dunwell.core.decision import (
    DECIDED,
    FACT_NAMES,
    HOLD_OUT_PLAN,
    Before,
    Decided,
    Overruled,
    Policy,
    decide,
    written_facts,
)
from dunwell.core.decision_table import ALWAYS, Value, parse_when
from dunwell.core.experiment import HOLD_OUT, Arm, Experiment, Measure
from dunwell.core.features import FEATURES
from dunwell.store.policy.document_kinds import parse_document, seed_text
from tests.core.strategy.strategies import DAY, borrowers, made_strategies

_TYPES = {"int": "BIGINT", "choice": "VARCHAR", "flag": "BOOLEAN"}
LENDERS = (1, 2)


def shipped() -> Policy:
    """The policy as it is shipped."""

    def read(kind: str) -> Any:
        text = seed_text(kind)
        assert text is not None
        return parse_document(kind, text, file=kind)

    kinds = ("card", "quadrant", "categories", "five_classes")
    return Policy(*(read(kind) for kind in kinds), strategies={"default": read("strategy")})


POLICY = shipped()
EXPERIMENT = Experiment(
    id="early",
    title="提前",
    title_en="early",
    from_on=DAY - timedelta(days=3),
    until_on=DAY + timedelta(days=30),
    seed="early-1",
    arms=(
        Arm("champion", 400_000, "default"),
        Arm("early", 300_000, "early"),
        Arm(HOLD_OUT, 300_000, None),
    ),
    measure=Measure("cured", 14, 300_000, 1),
    who={},
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as opened:
        features = ", ".join(f"{column(one.name)} {_TYPES[one.kind]}" for one in FEATURES)
        opened.execute(f"""
            CREATE TABLE borrower_of (borrower_key BIGINT, party_id BIGINT, lender_id BIGINT);
            CREATE TABLE borrower_feature (borrower_key BIGINT, {features});
            CREATE TABLE standing_freeze (party_id BIGINT, kind VARCHAR);
            CREATE TABLE overruled
                (party_id BIGINT, lender_id BIGINT, grade VARCHAR, plan VARCHAR);
            CREATE TABLE standing_before (party_id BIGINT, lender_id BIGINT, plan VARCHAR,
                step INTEGER, since_on DATE, why VARCHAR, experiment VARCHAR);
        """)
        yield opened


Row = tuple[dict[str, Value], Before | None, Overruled]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A borrower's facts, where they stood, and what a person said."""
    known = draw(borrowers())
    facts = {name: known[name] for name in FACT_NAMES if name != "legal_state"}
    plans = [*POLICY.strategies["default"].plans, HOLD_OUT_PLAN, "gone"]
    before = draw(
        st.none()
        | st.builds(
            Before,
            plan=st.sampled_from(plans),
            step=st.integers(1, 12),
            since_on=st.integers(1, 90).map(lambda days: DAY - timedelta(days=days)),
            why=st.sampled_from(["new_plan", "moved_on", "exit", "fallback", "plan_over"]),
            experiment=st.sampled_from(["", "early"]),
        )
    )
    overruled = Overruled(
        grade=draw(st.sampled_from([None, None, "A", "E"])),
        plan=draw(st.sampled_from([None, None, *plans])),
    )
    return {**facts, "legal_state": "none"}, before, overruled


def _fill(connection: duckdb.DuckDBPyConnection, given_rows: list[Row]) -> None:
    tables: dict[str, list[Sequence[Value | date]]] = {
        name: []
        for name in (
            "borrower_of", "borrower_feature", "standing_freeze", "overruled", "standing_before",
        )
    }  # fmt: skip
    for party, (facts, before, said) in enumerate(given_rows, 1):
        lender = LENDERS[party % 2]
        key = 100 + party
        tables["borrower_of"].append([key, party, lender])
        tables["borrower_feature"].append([key, *(facts[one.name] for one in FEATURES)])
        stands = [name for name in FREEZES if facts[f"freeze_{name}"]]
        tables["standing_freeze"] += [[party, name] for name in stands]
        tables["overruled"].append([party, lender, said.grade, said.plan])
        if before is not None:
            tables["standing_before"].append([party, lender, *astuple(before)])
    for table, values in tables.items():
        connection.execute(f"DELETE FROM {table}")
        if values:
            written = (f"({', '.join(_written(one) for one in row)})" for row in values)
            connection.execute(f"INSERT INTO {table} VALUES {', '.join(written)}")


def _written(value: Value | date) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else literal(value)


def _in_bulk(connection: duckdb.DuckDBPyConnection, groups: list[Group]) -> list[tuple[Any, ...]]:
    gather_facts(connection, groups)
    grade_borrowers(connection, groups)
    categorise_borrowers(connection, groups)
    decide_borrowers(connection, groups, day=DAY)
    return connection.execute(
        f"SELECT policy, {', '.join(DECIDED)} FROM decided ORDER BY party_id"
    ).fetchall()


def _one_by_one(groups: list[Group], given_rows: list[Row]) -> list[tuple[Any, ...]]:
    answers = []
    for party, (facts, before, said) in enumerate(given_rows, 1):
        lender = LENDERS[party % 2]
        group = next(each for each in groups if lender in each.lenders)
        found = decide(
            facts=facts, policy=group.policy, before=before, overruled=said,
            key=f"{party}:{lender}", day=DAY,
        )  # fmt: skip
        answers.append((group.hash, *astuple(found)))
    return answers


@settings(max_examples=25)
@given(given_rows=st.lists(rows(), min_size=1, max_size=20))
def test_a_book_is_decided_as_each_borrower_is(
    connection: duckdb.DuckDBPyConnection, given_rows: list[Row]
) -> None:
    groups = [Group(LENDERS, POLICY, "h")]
    _fill(connection, given_rows)
    assert _in_bulk(connection, groups) == _one_by_one(groups, given_rows)


@settings(max_examples=25)
@given(given_rows=st.lists(rows(), min_size=2, max_size=20), data=st.data())
def test_an_experiment_and_lenders_of_other_policy_change_nothing_of_that(
    connection: duckdb.DuckDBPyConnection, given_rows: list[Row], data: st.DataObject
) -> None:
    who = data.draw(st.sampled_from([{}, {"grade": ["D", "E"]}, {"bucket": "M1"}]))
    tried = replace(
        POLICY,
        strategies={**POLICY.strategies, "early": data.draw(made_strategies())},
        experiment=EXPERIMENT,
        who=parse_when(who, STRATEGY_FIELDS, file="e", path="who"),
    )
    groups = [Group((1,), tried, "tried"), Group((2,), POLICY, "plain")]
    _fill(connection, given_rows)
    assert _in_bulk(connection, groups) == _one_by_one(groups, given_rows)


@settings(max_examples=10)
@given(given_rows=st.lists(rows(), min_size=1, max_size=10))
def test_only_what_differs_is_to_be_written_with_its_facts_to_the_letter(
    connection: duckdb.DuckDBPyConnection, given_rows: list[Row]
) -> None:
    groups = [Group(LENDERS, POLICY, "h")]
    _fill(connection, given_rows)
    _in_bulk(connection, groups)
    connection.execute("CREATE OR REPLACE TEMP TABLE decision_now AS FROM decided LIMIT 0")
    assert find_decision_changes(connection) == {
        "decision_change": len(given_rows),
        "first_decided": len(given_rows),
    }
    told = connection.execute("SELECT inputs_json FROM decision_change ORDER BY party_id")
    assert [text for (text,) in told.fetchall()] == [
        written_facts(facts) for facts, _, _ in given_rows
    ]
    connection.execute("CREATE OR REPLACE TEMP TABLE decision_now AS FROM decided")
    assert find_decision_changes(connection)["decision_change"] == 0


def test_the_day_decided_again_gives_the_same_and_a_reason_stays_while_nothing_happens() -> None:
    facts = dict.fromkeys(FACT_NAMES) | _mild()
    first = decide(facts=facts, policy=POLICY, before=None, overruled=Overruled(), key="1:1",
                   day=DAY)  # fmt: skip
    again = decide(facts=facts, policy=POLICY, before=None, overruled=Overruled(), key="1:1",
                   day=DAY)  # fmt: skip
    assert first == again
    assert first.why == "new_plan"
    assert _next(first, facts, DAY + timedelta(days=1)).why == "new_plan"


def test_a_person_s_word_counts_beside_what_was_derived() -> None:
    facts = dict.fromkeys(FACT_NAMES) | _mild()
    plain = decide(facts=facts, policy=POLICY, before=None, overruled=Overruled(), key="1:1",
                   day=DAY)  # fmt: skip
    other = next(p for p in POLICY.strategies["default"].plans if p != plain.plan)
    said = decide(facts=facts, policy=POLICY, before=None, overruled=Overruled("E", other),
                  key="1:1", day=DAY)  # fmt: skip
    assert (said.grade, said.derived_grade, said.plan) == ("E", plain.derived_grade, other)
    assert said.derived_plan != other or said.rule != plain.rule
    gone = decide(facts=facts, policy=POLICY, before=None, overruled=Overruled(None, "gone"),
                  key="1:1", day=DAY)  # fmt: skip
    assert gone == plain


def test_the_hold_out_gets_nothing_done_unless_a_person_says_so() -> None:
    arms = (Arm("champion", 1, "default"), Arm(HOLD_OUT, 999_999, None))
    tried = replace(POLICY, experiment=replace(EXPERIMENT, arms=arms), who=ALWAYS)
    facts = dict.fromkeys(FACT_NAMES) | _mild()
    left = decide(facts=facts, policy=tried, before=None, overruled=Overruled(), key="1:1",
                  day=DAY)  # fmt: skip
    assert (left.arm, left.arm_probability_ppm, left.plan, left.action) == (
        HOLD_OUT, 999_999, HOLD_OUT_PLAN, "none",
    )  # fmt: skip
    plan = next(iter(POLICY.strategies["default"].plans))
    said = decide(facts=facts, policy=tried, before=None, overruled=Overruled(None, plan),
                  key="1:1", day=DAY)  # fmt: skip
    assert (said.plan, said.derived_plan) == (plan, HOLD_OUT_PLAN)


def _mild() -> dict[str, Value]:
    """Ten days late with one loan of a thousand yuan; nothing else is known."""
    counts = {one.name: 0 for one in FEATURES if one.kind == "int" and one.always_known}
    flags = {one.name: False for one in FEATURES if one.kind == "flag"}
    return {
        **counts, **flags, **{f"freeze_{name}": False for name in FREEZES},
        "days_past_due": 10, "delinquent_days": 10, "bucket": "M1", "overdue_fen": 100_000,
        "outstanding_fen": 100_000, "overdue_share_ppm": 1_000_000, "loans_total": 1,
        "loans_overdue": 1, "max_past_due_days_6m": 10, "max_past_due_days_12m": 10,
        "max_past_due_days_24m": 10, "late_times_1d_12m": 1, "installments_due": 1,
        "promise_state": "none", "reachability": "unknown", "reason": "none",
        "legal_state": "none",
    }  # fmt: skip


def _next(decided: Decided, facts: dict[str, Value], on: date) -> Decided:
    before = Before(decided.plan, decided.step, decided.since_on, decided.why)
    return decide(facts=facts, policy=POLICY, before=before, overruled=Overruled(), key="1:1",
                  day=on)  # fmt: skip
