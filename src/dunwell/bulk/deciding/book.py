"""The rooms of a decision one after the other, each a table. See the package's docstring.

Lenders whose policy is the same are decided together. Nothing here knows a rule: cards,
tables and strategies are compiled by dunwell.bulk.compile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from dunwell.bulk.compile.card import card_sql
from dunwell.bulk.compile.classification import classification_sql
from dunwell.bulk.compile.conditions import column, literal
from dunwell.bulk.compile.quadrant import quadrant_sql
from dunwell.bulk.deciding.ways import ways_sql
from dunwell.core.borrower_fields import FREEZES
from dunwell.core.decision import Policy
from dunwell.core.decision.facts import NO_LEGAL_STATE
from dunwell.core.features import FEATURE_NAMES

KEY = "borrower_key"


@dataclass(frozen=True, slots=True)
class Group:
    """Lenders that one policy decides for, and its hash."""

    lenders: tuple[int, ...]
    policy: Policy
    hash: str


def gather_facts(connection: duckdb.DuckDBPyConnection, groups: Sequence[Group]) -> int:
    """Make `borrower_fact`: the features, a flag per freeze, and where each borrower stood."""
    numbered = ", ".join(
        f"({lender}, {place})" for place, group in enumerate(groups) for lender in group.lenders
    )
    flags = ", ".join(f"bool_or(kind = {literal(name)}) AS freeze_{name}" for name in FREEZES)
    told = ", ".join(
        f"coalesce(freeze_{name}, FALSE) AS {column(f'freeze_{name}')}" for name in FREEZES
    )
    features = ", ".join(f"feature.{column(name)}" for name in FEATURE_NAMES)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE borrower_fact AS
        SELECT {KEY}, party_id, lender_id, policy_place, {features}, {told},
            {literal(NO_LEGAL_STATE)} AS legal_state,
            overruled.grade AS overruled_grade, overruled.plan AS overruled_plan,
            before.plan AS before_plan, before.step AS before_step,
            before.since_on AS before_since_on, before.why AS before_why,
            before.experiment AS before_experiment
        FROM borrower_of
        JOIN borrower_feature AS feature USING ({KEY})
        JOIN (VALUES {numbered or "(NULL::BIGINT, 0)"}) AS policy(lender_id, policy_place)
            USING (lender_id)
        LEFT JOIN (SELECT party_id, {flags} FROM standing_freeze GROUP BY party_id) USING (party_id)
        LEFT JOIN overruled USING (party_id, lender_id)
        LEFT JOIN standing_before AS before USING (party_id, lender_id)
    """)
    return _count(connection, "borrower_fact")


def grade_borrowers(connection: duckdb.DuckDBPyConnection, groups: Sequence[Group]) -> int:
    """Make `graded`: score, reasons and probability, the card's grade and the one that counts."""

    def sql(group: Group, source: str) -> str:
        graded = card_sql(group.policy.card, source=source, keys=[KEY, "overruled_grade"])
        pairs = (
            f"CASE WHEN reason_{n} IS NOT NULL THEN"
            f" '[\"' || reason_{n} || '\",' || reason_{n}_lost || ']' END"
            for n in (1, 2, 3)
        )
        return (
            f"SELECT {KEY}, score, coalesce(overruled_grade, grade) AS grade,"
            f" grade AS derived_grade, '[' || concat_ws(',', {', '.join(pairs)}) || ']'"
            f" AS reasons_json, probability_ppm::INTEGER AS probability_ppm FROM ({graded})"
        )

    return _make(connection, "graded", groups, sql)


def categorise_borrowers(connection: duckdb.DuckDBPyConnection, groups: Sequence[Group]) -> int:
    """Make `categorised`: ability, willingness, category and five class, each with its rule."""

    def sql(group: Group, source: str) -> str:
        told = quadrant_sql(group.policy.quadrant, source=source, keys=[KEY])
        known = f"(SELECT * FROM {source} JOIN ({told}) USING ({KEY}))"
        for found, code in (
            (group.policy.categories, "category"),
            (group.policy.five_classes, "five_class"),
        ):
            known = f"({classification_sql(found, source=known, code=code, rule=f'{code}_rule')})"
        columns = [
            f"{name}{rule}"
            for name in ("ability", "willingness", "category", "five_class")
            for rule in ("", "_rule")
        ]
        return f"SELECT {KEY}, {', '.join(columns)} FROM {known}"

    return _make(connection, "categorised", groups, sql)


def decide_borrowers(
    connection: duckdb.DuckDBPyConnection, groups: Sequence[Group], *, day: date
) -> int:
    """Make `decided`: the figures of core.decision.Decided per party and lender, and the policy."""

    def sql(group: Group, source: str) -> str:
        known = f"(SELECT * FROM {source} JOIN graded USING ({KEY}) JOIN categorised USING ({KEY}))"
        return ways_sql(group.policy, source=known, hash=group.hash, day=day)

    return _make(connection, "decided", groups, sql)


def _make(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    groups: Sequence[Group],
    sql: Callable[[Group, str], str],
) -> int:
    """A table of what `sql` says of each group's borrowers, who are the rows of its source."""
    alone = len(groups) == 1
    parts = [
        sql(
            group,
            "borrower_fact"
            if alone
            else f"(SELECT * FROM borrower_fact WHERE policy_place = {place})",
        )
        for place, group in enumerate(groups)
    ]
    if not parts:
        return 0
    connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(f"CREATE TEMP TABLE {table} AS {parts[0]}")
    for part in parts[1:]:
        connection.execute(f"INSERT INTO {table} {part}")
    return _count(connection, table)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
