"""Grade, category and plan of every open case, from the tables of a computed day.

Called by day_compute after the moves are known. Whom: cases that are open once the day's
moves are made, and those that closed on the day. The SQL is dunwell.bulk.deciding, its
meaning dunwell.core.decision; what is read is what borrower_facts reads for one case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import Exists, OuterRef, Q

from dunwell.bulk.deciding import (
    Group,
    categorise_borrowers,
    decide_borrowers,
    find_decision_changes,
    gather_facts,
    grade_borrowers,
)
from dunwell.bulk.extract import Extract
from dunwell.bulk.kernels.features import feature_views
from dunwell.bulk.shards import sql_text
from dunwell.core.ageing import AgeingTerms
from dunwell.core.decision import DECIDED
from dunwell.flows.follow_up.agreed import agreed_facts
from dunwell.flows.prepare.day_people import decision_extracts, people_extracts
from dunwell.flows.prepare.day_policy import DayPolicy
from dunwell.flows.prepare.day_tables import Known
from dunwell.store.cases.models import Case
from dunwell.store.promises.models import Plan, Promise

Step = Callable[[str], AbstractContextManager[dict[str, int]]]
_ROWS = (
    "disbursed",
    "asset_row",
    "reason_row",
    "income_row",
    "contact_row",
    "freeze_row",
    "stored_decision",
    "overrule_row",
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """By which policy each lender's borrowers are decided for, and the moment that is known."""

    policies: Mapping[int, DayPolicy]
    at: datetime


Promised = Sequence[tuple[object, ...]]
"""Rows of the kernel's view `promise`, without the borrower's key: party and lender instead."""


def promised_on(
    *, reopened: Sequence[int], day: date, at: datetime, recordings: Mapping[int, int]
) -> Promised:
    """How every promise of a case that is decided stood on `day`, from payments known then.

    Asked of the live database: recordings and moments say what was known, as a snapshot does.
    `reopened` are the cases that the run is about to open again: their old promises count too.
    """
    going = Q(status=Case.Status.OPEN) | Q(closed_on=day) | Q(pk__in=reopened)
    agreed = Case.objects.filter(going).filter(
        Q(Exists(Promise.objects.filter(case=OuterRef("pk"), made_at__lte=at)))
        | Q(Exists(Plan.objects.filter(case=OuterRef("pk"), agreed_at__lte=at)))
    )
    owners = {case: key for case, *key in agreed.values_list("pk", "party_id", "lender_id")}
    told = agreed_facts(cases=list(owners), day=day, at=at, recordings=recordings)
    return [
        (*owners[case], each.promised_on, each.due_on, each.promised_fen, each.state,
         each.settled_on)
        for case, facts in told.items()
        for each in facts
    ]  # fmt: skip


def deciding_extracts(deciding: Deciding, *, known: Known | None, day: date) -> list[Extract]:
    """What deciding reads beside the tables of ageing."""
    return people_extracts(known=known, day=day, at=deciding.at) + decision_extracts(
        day=day, at=deciding.at
    )


def borrower_key(table: str = "") -> str:
    """SQL for the one number by which kernels know a borrower: party and lender."""
    prefix = f"{table}." if table else ""
    return f"(party_id::BIGINT << 20) + {prefix}lender_id"


def decide_day(
    connection: duckdb.DuckDBPyConnection,
    deciding: Deciding,
    *,
    recordings: Mapping[int, int],
    workdir: Path,
    day: date,
    step: Step,
) -> None:
    """Make `decided` and `decision_change` for the day. Runs three steps: see day_steps."""
    groups = groups_of(deciding)
    if not groups:  # a house without lenders runs too
        for name in ("features", "grade", "strategy"):
            with step(name):
                pass
        return
    with step("features") as counts:
        _open_rows(connection, workdir, day)
        promises = promised_on(
            reopened=_reopened(connection), day=day, at=deciding.at, recordings=recordings
        )
        _open_facts(connection, promises)
        counts["features"] = _features(connection, deciding, day)
    with step("grade") as counts:
        gather_facts(connection, groups)
        counts["graded"] = grade_borrowers(connection, groups)
        counts["categorised"] = categorise_borrowers(connection, groups)
    with step("strategy") as counts:
        counts["decided"] = decide_borrowers(connection, groups, day=day)
        counts |= find_decision_changes(connection)


def decided_counts(
    connection: duckdb.DuckDBPyConnection, deciding: Deciding | None
) -> dict[str, list[dict[str, Any]]]:
    """How many cases and how much money got which action, grade and category, for the report."""
    if deciding is None or not deciding.policies:
        return {}
    names = ("lender_id", "grade", "category", "plan", "action", "cases", "overdue_fen")
    found = connection.execute("""
        SELECT lender_id, now.grade, category, plan, action, count(*) AS cases,
            sum(overdue_fen)::BIGINT AS overdue_fen
        FROM decided AS now JOIN borrower_fact USING (party_id, lender_id)
        GROUP BY ALL ORDER BY ALL
    """).fetchall()
    return {"decided": [dict(zip(names, row, strict=True)) for row in found]}


def groups_of(deciding: Deciding) -> list[Group]:
    """Lenders that one policy decides for, together."""
    lenders: defaultdict[str, list[int]] = defaultdict(list)
    for lender, policy in deciding.policies.items():
        lenders[policy.hash].append(lender)
    by_hash = {policy.hash: policy.policy for policy in deciding.policies.values()}
    return [Group(tuple(those), by_hash[number], number) for number, those in lenders.items()]


def _open_rows(connection: duckdb.DuckDBPyConnection, root: Path, day: date) -> None:
    """The tables that bulk.deciding reads, from what was extracted."""
    for name in _ROWS:
        files = sql_text(root / name / "*.parquet")
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet({files})")
    figures = ", ".join(f"row.{name}" for name in DECIDED)
    of_case = "JOIN stored_case AS cases USING (case_id)"
    connection.execute(f"""
        CREATE TABLE borrower_of AS
        SELECT DISTINCT {borrower_key()} AS borrower_key, party_id, lender_id
        FROM (
            SELECT party_id, lender_id, status, closed_on FROM case_change
            UNION ALL
            SELECT party_id, lender_id, status, closed_on FROM stored_case
            ANTI JOIN case_change USING (party_id, lender_id)
        )
        WHERE status = 'open' OR closed_on = DATE '{day}';

        CREATE TEMP TABLE standing_freeze AS SELECT DISTINCT party_id, kind FROM freeze_row;

        CREATE TEMP TABLE overruled AS
        SELECT cases.party_id, cases.lender_id,
            arg_max(value, place) FILTER (what = 'grade') AS grade,
            arg_max(value, place) FILTER (what = 'plan') AS plan
        FROM overrule_row {of_case}
        GROUP BY cases.party_id, cases.lender_id;

        CREATE TEMP TABLE standing_before AS
        SELECT cases.party_id, cases.lender_id, row.plan, row.step, row.since_on, row.why,
            row.experiment
        FROM stored_decision AS row {of_case}
        WHERE row.day < DATE '{day}';

        CREATE TEMP TABLE decision_now AS
        SELECT cases.party_id, cases.lender_id, {figures}
        FROM stored_decision AS row {of_case}
        WHERE row.is_current = 1;
    """)


def _reopened(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """The cases that were closed and are opened again by this run."""
    found = connection.execute("""
        SELECT stored_case.case_id FROM case_change JOIN stored_case USING (party_id, lender_id)
        WHERE case_change.status = 'open' AND stored_case.status <> 'open'
    """)
    return [case for (case,) in found.fetchall()]


def _open_facts(connection: duckdb.DuckDBPyConnection, promises: Promised) -> None:
    """The views that the feature kernel reads."""
    key = borrower_key()
    connection.execute(f"""
        CREATE VIEW disbursement AS FROM disbursed;
        CREATE VIEW contact_outcome AS
            SELECT {key} AS borrower_key, on_day, channel, answered, conversation FROM contact_row;
        CREATE VIEW asset AS
            SELECT {key} AS borrower_key, kind, value_fen, evidenced_on
            FROM asset_row JOIN borrower USING (borrower_id);
        CREATE VIEW reason AS
            SELECT {key} AS borrower_key, reason, noted_on
            FROM reason_row JOIN borrower USING (borrower_id);
        CREATE VIEW income AS
            SELECT {key} AS borrower_key,
                arg_max(monthly_income_fen, place) AS monthly_income_fen
            FROM income_row JOIN borrower USING (borrower_id) GROUP BY ALL;
        CREATE TABLE promised (party_id BIGINT, lender_id BIGINT, promised_on DATE, due_on DATE,
            promised_fen BIGINT, state VARCHAR, settled_on DATE);
        CREATE VIEW promise AS
            SELECT {key} AS borrower_key, promised_on, due_on, promised_fen, state, settled_on
            FROM promised;
    """)
    if promises:
        connection.executemany("INSERT INTO promised VALUES (?, ?, ?, ?, ?, ?, ?)", promises)


def _features(connection: duckdb.DuckDBPyConnection, deciding: Deciding, day: date) -> int:
    """Make `borrower_feature`; lenders that count days otherwise are asked apart."""
    lenders: defaultdict[AgeingTerms, list[int]] = defaultdict(list)
    for lender, policy in deciding.policies.items():
        lenders[policy.terms].append(lender)
    # A connection of its own: the kernel makes and drops tables of names the roll-up uses too.
    with connection.cursor() as own:
        own.execute("SET enable_progress_bar = false")
        for place, (terms, those) in enumerate(lenders.items()):
            ids = ", ".join(str(lender) for lender in those)
            own.execute(
                "CREATE OR REPLACE TEMP TABLE wanted_borrower AS"
                f" SELECT borrower_key FROM borrower_of WHERE lender_id IN ({ids})"
            )
            feature_views(own, as_of=day, terms=terms, wanted="wanted_borrower")
            if len(lenders) > 1:
                kept = "CREATE TABLE all_features AS" if place == 0 else "INSERT INTO all_features"
                own.execute(f"{kept} FROM borrower_feature")
        if len(lenders) > 1:
            own.execute("CREATE OR REPLACE TABLE borrower_feature AS FROM all_features")
            own.execute("DROP TABLE all_features")
    found = connection.execute("SELECT count(*) FROM borrower_feature").fetchall()
    return int(found[0][0])
