"""Two ways of deciding over the same borrowers: who moves from what to what, money and work.

`compare_decided` counts two tables of what was decided; `compare_strategies` first lets
two strategies decide over one table. Called by the preview of a strategy before it
counts. Amounts are whole fen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import duckdb

from dunwell.bulk.compile.strategy import plan_sql, step_sql
from dunwell.core.strategy import ACTIONS, Action, Step, Strategy, due_ahead

AHEAD_DAYS = 30
"""So far the work ahead is counted: a changed plan seldom shows on its first day."""

Courses = Mapping[str, Sequence[Step]]
"""Plans by name, each as its run of steps."""


class PlanMove(NamedTuple):
    """So many borrowers who owe so much late go from one plan to another."""

    first_plan: str
    second_plan: str
    borrowers: int
    overdue_fen: int


class Work(NamedTuple):
    """Borrowers for whom an action falls due on the day, under the first and the second.

    `ahead`: how often it falls due in the AHEAD_DAYS from the day on, if nothing but time
    passes; 0 where no courses were given.
    """

    action: str
    first_due: int
    second_due: int
    first_ahead: int = 0
    second_ahead: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`moves`: the larger first, those who stay left out; `work`: each action, in its order."""

    borrowers: int
    overdue_fen: int
    moved: int
    moved_overdue_fen: int
    moves: tuple[PlanMove, ...]
    work: tuple[Work, ...]


def compare_strategies(
    connection: duckdb.DuckDBPyConnection,
    *,
    first: Strategy,
    second: Strategy,
    source: str,
    day: date,
) -> Comparison:
    """Run both strategies over `source` on `day`, each from where borrowers stand, and compare.

    `source` is a table, a view or a query in brackets with the fields both strategies read,
    overdue_fen among them, and standing_plan, standing_step, standing_since_on.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _numbered AS SELECT *, row_number() OVER () AS _number "
        f"FROM {source}"
    )
    found = compare_decided(
        connection,
        first=_stepped(first, day),
        second=_stepped(second, day),
        key="_number",
        day=day,
        courses=(first.course, second.course),
    )
    connection.execute("DROP TABLE _numbered")
    return found


def compare_decided(
    connection: duckdb.DuckDBPyConnection,
    *,
    first: str,
    second: str,
    key: str,
    day: date,
    courses: tuple[Courses, Courses] = ({}, {}),
) -> Comparison:
    """Compare two answers for the same borrowers.

    Each is a table, a view or a query in brackets with the columns of `key` (names joined by
    commas), plan, step, action, since_on and due_on; the first has overdue_fen too. Work
    ahead is counted by the `courses` of each; plans that are not in them add none.
    """
    columns = f"{key}, plan, step, action, since_on, due_on"
    for table, query in (
        ("_first", f"SELECT {columns}, overdue_fen FROM {first}"),
        ("_second", f"SELECT {columns} FROM {second}"),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _compared AS "
        "SELECT one.plan AS first_plan, two.plan AS second_plan, one.overdue_fen, "
        f"{_due('one', day)} AS first_due, {_due('two', day)} AS second_due "
        f"FROM _first AS one JOIN _second AS two USING ({key})"
    )
    rows = connection.execute(
        "SELECT first_plan, second_plan, count(*), sum(overdue_fen)::BIGINT FROM _compared "
        "GROUP BY first_plan, second_plan ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    ahead = [
        _ahead(connection, side, day, course)
        for side, course in zip(("_first", "_second"), courses, strict=True)
    ]
    work = tuple(
        _work(connection, action)._replace(
            first_ahead=ahead[0][action], second_ahead=ahead[1][action]
        )
        for action in ACTIONS
    )
    for table in ("_first", "_second", "_compared"):
        connection.execute(f"DROP TABLE {table}")
    every = [PlanMove(*row) for row in rows]
    moves = [move for move in every if move.first_plan != move.second_plan]
    return Comparison(
        borrowers=sum(move.borrowers for move in every),
        overdue_fen=sum(move.overdue_fen for move in every),
        moved=sum(move.borrowers for move in moves),
        moved_overdue_fen=sum(move.overdue_fen for move in moves),
        moves=tuple(moves),
        work=work,
    )


def _stepped(strategy: Strategy, day: date) -> str:
    planned = plan_sql(strategy, source="_numbered")
    return f"({step_sql(strategy, source=f'({planned})', day=day)})"


def _due(side: str, day: date) -> str:
    """The action that falls due on the day itself; null where an earlier one still stands."""
    return f"CASE WHEN {side}.due_on = DATE '{day.isoformat()}' THEN {side}.action END"


def _ahead(
    connection: duckdb.DuckDBPyConnection, side: str, day: date, course: Courses
) -> Counter[Action]:
    """The work ahead of everybody: who stand at the same step since the same day go alike."""
    ahead: Counter[Action] = Counter()
    if not course:
        return ahead
    rows = connection.execute(
        f"SELECT plan, step, since_on, count(*) FROM {side} AS one GROUP BY ALL"
    ).fetchall()
    for plan, step, since_on, borrowers in rows:
        each = due_ahead(
            course.get(plan, ()), step=step, since_on=since_on, day=day, days=AHEAD_DAYS
        )
        for action, times in each.items():
            ahead[action] += times * borrowers
    return ahead


def _work(connection: duckdb.DuckDBPyConnection, action: str) -> Work:
    found = connection.execute(
        "SELECT count(*) FILTER (first_due = ?), count(*) FILTER (second_due = ?) FROM _compared",
        [action, action],
    ).fetchone()
    assert found is not None
    return Work(action, *found)
