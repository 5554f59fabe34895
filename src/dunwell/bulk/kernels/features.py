"""The feature kernel: what every borrower is like on a day, from the views of a connection.

Two steps, both proved equal to dunwell.core.features by tests. `past_views` makes
`loan_past`, one row per loan, from the five views of the ageing kernel: nothing in it
crosses loans, so that shards may do it apart. `borrower_views` adds loans up by borrower
and puts beside them what else is known. Called by the day run, `dunwell features` and
the bench. Amounts are whole fen in BIGINT, days DATE. Beside `loan_age` it reads

    owner            loan_key, borrower_key, has_left BOOLEAN (by the day asked for)
    disbursement     loan_key, disbursed_on DATE
    promise          borrower_key, promised_on, due_on DATE, promised_fen BIGINT,
                     state VARCHAR, settled_on DATE (null: not yet)
    contact_outcome  borrower_key, on_day DATE, channel VARCHAR, answered, conversation BOOLEAN
    asset            borrower_key, kind VARCHAR, value_fen BIGINT, evidenced_on DATE (both may be
                     null: not known)
    reason           borrower_key, reason VARCHAR, noted_on DATE
    income           borrower_key, monthly_income_fen BIGINT

Any may be empty. `borrower_key` may be of any type, the same in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files

import duckdb

from dunwell.core.ageing import CURRENT, AgeingTerms, Buckets
from dunwell.core.features import (
    ATTEMPT_CHANNELS,
    CONTACT_DAYS,
    FEATURE_NAMES,
    FIRST_DEFAULT_DAYS,
    HALF_LOST_FAILURES,
    LAST_DUES,
    LATE_DEPTHS,
    LOST_FAILURES,
    NO_REASON,
    OTHER_REASON,
    REACH_DAYS,
    REASONS,
    days_back,
    months_back,
)

FEATURE_VIEWS: Mapping[str, str] = {
    "disbursement": "loan_key KEY, disbursed_on DATE",
    "promise": "borrower_key KEY, promised_on DATE, due_on DATE, promised_fen BIGINT,"
    " state VARCHAR, settled_on DATE",
    "contact_outcome": "borrower_key KEY, on_day DATE, channel VARCHAR, answered BOOLEAN,"
    " conversation BOOLEAN",
    "asset": "borrower_key KEY, kind VARCHAR, value_fen BIGINT, evidenced_on DATE",
    "reason": "borrower_key KEY, reason VARCHAR, noted_on DATE",
    "income": "borrower_key KEY, monthly_income_fen BIGINT",
}
"""The views that may be left empty, and what they hold; KEY stands for the type of the key."""

LOAN_PAST_COLUMNS = (
    "loan_key",
    "max_past_due_days_6m",
    "max_past_due_days_12m",
    "max_past_due_days_24m",
    *(f"late_times_{depth}d_12m" for depth in LATE_DEPTHS),
    "first_payment_default",
    "part_payments_12m",
    "last_paid_on",
    "last_dues_owed_fen",
    "last_dues_paid_fen",
    "first_due_on",
    "installments_due",
)

_WORST = tuple(f"max_past_due_days_{months}m" for months in (6, 12, 24))
_SUMS = (
    *(f"late_times_{depth}d_12m" for depth in LATE_DEPTHS),
    "part_payments_12m",
    "installments_due",
)
_PAST_STEPS = (
    *("past_loan", "turned", "paid_so_far", "dipped", "exact_money", "past_due"),
    *("turned_adjustment", "loosely", "span", "due_version", "standing_due", "turned_part_paid"),
    *("past_summed", "past_paid", "searched", "past_part_paid"),
)
_BORROWER_STEPS = (
    *("borrower_loans", "borrower_promises", "borrower_contacts", "borrower_assets"),
    *("borrower_reason", "borrower_income", "bucket_rank"),
)


def feature_views(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    terms: AgeingTerms,
    wanted: str | None = None,
) -> None:
    """Make the table `borrower_feature`: borrower_key and FEATURES in order, unordered.

    One row per borrower that `owner` names; of a `wanted` table or view (borrower_key),
    only theirs, and only their loans are looked at. The ageing kernel must have made
    `loan_age` for the same day and terms.
    """
    asked = "owner" if wanted is None else f"owner SEMI JOIN {wanted} USING (borrower_key)"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE asked_loan AS
        SELECT loan_key, borrower_key, has_left, disbursed_on
        FROM {asked} LEFT JOIN disbursement USING (loan_key)
    """)
    past_views(connection, as_of=as_of, terms=terms, loans="(FROM asked_loan WHERE NOT has_left)")
    _borrowers(connection, as_of=as_of, terms=terms)


def past_views(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    terms: AgeingTerms,
    loans: str | None = None,
) -> None:
    """Make the table `loan_past` (LOAN_PAST_COLUMNS), one row per loan, unordered.

    `loans` is a table, view or query in brackets with a loan_key: the loans to look at
    (a loan that was left out, or disbursed later, needs none); None: all with a schedule
    or payments.
    """
    _set_windows(connection, as_of=as_of, terms=terms)
    source = loans or "(SELECT loan_key FROM installment UNION SELECT loan_key FROM payment)"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE past_loan AS
        SELECT loan_key, row_number() OVER ()::INTEGER AS loan_id
        FROM {source} AS asked WHERE loan_key IS NOT NULL
    """)
    connection.execute(_text("past.sql"))
    connection.execute(_text("past_turned.sql"))
    connection.execute(
        _text("past_answer.sql").format(
            late_times=", ".join(_late_times(depth) for depth in LATE_DEPTHS),
            late_times_known=", ".join(
                f"coalesce(late_times_{depth}d_12m, 0)::INTEGER AS late_times_{depth}d_12m"
                for depth in LATE_DEPTHS
            ),
            first_default_days=FIRST_DEFAULT_DAYS,
            one_more_due=LAST_DUES + 1,
        )
    )
    _drop(connection, _PAST_STEPS)


def borrower_views(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    terms: AgeingTerms,
    wanted: str | None = None,
) -> None:
    """Make `borrower_feature` from `loan_age` and `loan_past` as they are, say from shards.

    `wanted` as in `feature_views`.
    """
    asked = "owner" if wanted is None else f"owner SEMI JOIN {wanted} USING (borrower_key)"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE asked_loan AS
        SELECT loan_key, borrower_key, has_left, disbursed_on
        FROM {asked} LEFT JOIN disbursement USING (loan_key)
    """)
    _borrowers(connection, as_of=as_of, terms=terms)


def empty_feature_view(name: str, *, key_type: str) -> str:
    """The SQL of one of FEATURE_VIEWS without rows."""
    columns = FEATURE_VIEWS[name].replace("KEY", key_type).split(", ")
    nulls = (f"NULL::{column.split()[1]} AS {column.split()[0]}" for column in columns)
    return f"SELECT {', '.join(nulls)} WHERE FALSE"


def _borrowers(connection: duckdb.DuckDBPyConnection, *, as_of: date, terms: AgeingTerms) -> None:
    _set_windows(connection, as_of=as_of, terms=terms)
    _set_places(connection, terms.buckets)
    connection.execute(
        _text("features.sql").format(
            worst_of_loans=", ".join(f"max({name}) AS {name}" for name in _WORST),
            sums_of_loans=", ".join(f"sum({name}) AS {name}" for name in _SUMS),
            attempt_channels=", ".join(_quoted(channel) for channel in ATTEMPT_CHANNELS),
            reasons=", ".join(_quoted(code) for code in REASONS),
            other_reason=OTHER_REASON,
            answer=_answer(),
        )
    )
    _drop(connection, ("asked_loan", *_BORROWER_STEPS))


def _set_windows(connection: duckdb.DuckDBPyConnection, *, as_of: date, terms: AgeingTerms) -> None:
    days = {
        "as_of": as_of,
        "late_before": as_of + timedelta(days=terms.due_day_counts),
        "from_contacts": days_back(as_of, CONTACT_DAYS).from_on,
        "from_reach": days_back(as_of, REACH_DAYS).from_on,
        **{f"from_{months}m": months_back(as_of, months).from_on for months in (6, 12, 24)},
    }
    lines = [f"SET VARIABLE {name} = DATE '{day}'" for name, day in days.items()]
    lines.append(f"SET VARIABLE due_day_counts = {terms.due_day_counts}::INTEGER")
    connection.execute(";".join(lines))


def _set_places(connection: duckdb.DuckDBPyConnection, buckets: Buckets) -> None:
    """Buckets by how bad they are."""
    names = [CURRENT, *(bucket.name for bucket in buckets.ranges)]
    rows = ", ".join(f"({_quoted(name)}, {place})" for place, name in enumerate(names))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE bucket_rank AS"
        f" SELECT * FROM (VALUES {rows}) AS places(bucket, place)"
    )


def _late_times(depth: int) -> str:
    return (
        "count(*) FILTER (numbered AND unpaid_until > getvariable('from_12m')"
        f" AND late_days >= {depth}) AS late_times_{depth}d_12m"
    )


def _answer() -> str:
    """The select list of the answer: every feature, null only where it may be unknown."""
    since = "(getvariable('as_of') - {})::INTEGER"
    shaped = {
        "bucket": f"coalesce(bucket_rank.bucket, {_quoted(CURRENT)})",
        "overdue_share_ppm": "CASE WHEN outstanding_fen > 0"
        " THEN overdue_fen::HUGEINT * 1000000 // outstanding_fen ELSE 0 END::INTEGER",
        "first_payment_default": "coalesce(first_payment_default, FALSE)",
        "days_since_payment": since.format("last_paid_on"),
        "paid_share_last_3_dues_ppm": "CASE WHEN last_owed_fen > 0"
        " THEN (last_paid_fen * 1000000 // last_owed_fen)::INTEGER END",
        "loan_age_days": since.format("begun_on"),
        "promise_state": "coalesce(promise_state, 'none')",
        "promise_due_in_days": "promise_due_in_days::INTEGER",
        "days_since_conversation": since.format("spoke_on"),
        "reachability": f"""CASE
            WHEN coalesce(tried_on <= getvariable('from_reach'), TRUE) THEN 'unknown'
            WHEN failed_in_row >= {LOST_FAILURES} THEN 'lost'
            WHEN failed_in_row >= {HALF_LOST_FAILURES} THEN 'half_lost'
            WHEN spoke_on > getvariable('from_reach') THEN 'reachable'
            ELSE 'unknown' END""",
        "asset_value_fen": "asset_value_fen::BIGINT",
        "reason": f"coalesce(borrower_reason.reason, {_quoted(NO_REASON)})",
        "days_since_reason": since.format("noted_on"),
    }
    as_they_are = ("days_past_due", "delinquent_days", "held", "overdue_fen", "outstanding_fen")
    shaped |= {name: name for name in (*as_they_are, "monthly_income_fen")}
    return ", ".join(
        f"{shaped.get(name, f'coalesce({name}, 0)::INTEGER')} AS {name}" for name in FEATURE_NAMES
    )


def _drop(connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> None:
    connection.execute("".join(f"DROP TABLE {table};" for table in tables))


def _text(name: str) -> str:
    return files("dunwell.bulk.kernels").joinpath(name).read_text("utf-8")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
