"""Kernel and one-borrower function agree on thousands of dense borrowers, and on restrictions.

Beside the property test, which shrinks what it finds: here days and amounts are so few
that payments end exactly on a sum of dues, waivers fall on days of payment, and
everything meets the ends of the windows. The numbers follow from a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest

from dunwell.bulk.kernels.ageing import age_views
from dunwell.bulk.kernels.features import (
    FEATURE_VIEWS,
    borrower_views,
    empty_feature_view,
    feature_views,
    past_views,
)
from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts, parse_buckets
from dunwell.core.allocation import (
    ADJUSTMENT_KINDS,
    LEGAL_ORDER,
    Adjustment,
    Installment,
    Payment,
)
from dunwell.core.features import (
    REASONS,
    Asides,
    AssetFact,
    ContactOutcome,
    LoanPast,
    PromiseFact,
    ReasonFact,
)
from tests.bulk.feature_borrowers import (
    Borrower,
    core_features,
    kernel_features,
    load_borrowers,
    read_features,
)

BORROWERS = 2_000
AS_OF = date(2026, 3, 31)
TERMS = [
    AgeingTerms(),
    AgeingTerms("inclusive", 2, parse_buckets("1-2,4-7"), "delinquent_days"),
]


def dense_loan(draw: random.Random) -> LoanPast:
    """A loan whose events lie on sixteen days near today or near the end of a window."""
    around = draw.choice((0, 0, 30, 181, 365, 730))

    def day() -> date:
        return AS_OF - timedelta(days=around + draw.randrange(-3, 13))

    payments = [
        Payment(f"P{n}", day(), draw.choice((5, 10, 20, 40, 300))) for n in range(draw.randrange(5))
    ]
    reversals = [
        Payment(f"R{n}", paid.paid_on + timedelta(days=draw.randrange(4)), paid.amount_fen, f"P{n}")
        for n, paid in enumerate(payments)
        if draw.random() < 0.15
    ]
    adjustments = [
        Adjustment(
            draw.choice(sorted(ADJUSTMENT_KINDS)),
            draw.choice(LEGAL_ORDER),
            draw.choice((0, 5, 10, 20)),
            day(),
            draw.choice((None, 1, 2, 3)),
        )
        for _ in range(draw.choice((0, 0, 0, 1, 3)))
    ]
    lines = [
        Installment(seq, day(), *(draw.choice((0, 0, 10, 10, 20, 25)) for _ in range(4)))
        for seq in range(1, draw.randrange(7))
    ]
    holds = [Hold(day(), draw.choice((None, day()))) for _ in range(draw.choice((0, 0, 1)))]
    return LoanPast(
        LoanFacts(lines, [*payments, *reversals], adjustments, holds),
        disbursed_on=draw.choice((None, None, day())),
        left_on=draw.choice((None, None, None, day())),
    )


def dense_asides(draw: random.Random) -> Asides:
    def day() -> date:
        return AS_OF - timedelta(days=draw.choice((-1, 0, 1, 29, 30, 31, 89, 90, 365, 366)))

    contacts = []
    for _ in range(draw.randrange(14)):
        answered = draw.random() < 0.3
        spoke = answered and draw.random() < 0.5
        channel = draw.choice(("call", "visit", "ai_voice", "sms"))
        contacts.append(ContactOutcome(day(), channel, answered, spoke))
    states = ("open", "kept", "part_kept", "broken", "withdrawn")
    return Asides(
        promises=[
            PromiseFact(day(), day(), 10, draw.choice(states), draw.choice((None, day())))
            for _ in range(draw.randrange(4))
        ],
        contacts=contacts,
        assets=[
            AssetFact("vehicle", draw.choice((None, 7)), draw.choice((None, day())))
            for _ in range(draw.randrange(3))
        ],
        reasons=[
            ReasonFact(draw.choice((*REASONS, "??")), day()) for _ in range(draw.randrange(3))
        ],
        monthly_income_fen=draw.choice((None, 5_000)),
    )


def dense_borrowers(seed: int) -> dict[str, Borrower]:
    draw = random.Random(seed)
    return {
        f"B{n:05}": Borrower(
            [dense_loan(draw) for _ in range(draw.choice((1, 1, 2, 3)))], dense_asides(draw)
        )
        for n in range(BORROWERS)
    }


def without_what_comes_later(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Delete every row dated after the day; a promise settled later is open again."""
    for table, day in {
        "payment": "paid_on",
        "adjustment": "effective_on",
        "hold": "start_on",
        "promise": "promised_on",
        "contact_outcome": "on_day",
        "asset": "evidenced_on",
        "reason": "noted_on",
    }.items():
        connection.execute(f"DELETE FROM {table} WHERE {day} > DATE '{as_of}'")
    connection.execute(
        f"UPDATE promise SET state = 'open', settled_on = NULL WHERE settled_on > DATE '{as_of}'"
    )


@pytest.fixture(scope="module")
def borrowers() -> Mapping[str, Borrower]:
    return dense_borrowers(20_260_331)


@pytest.mark.parametrize("terms", TERMS, ids=["exclusive", "inclusive"])
def test_kernel_and_one_borrower_function_agree_where_edges_meet(
    borrowers: Mapping[str, Borrower], terms: AgeingTerms
) -> None:
    found = kernel_features(borrowers, as_of=AS_OF, terms=terms)
    expected = core_features(borrowers, as_of=AS_OF, terms=terms)
    assert found.keys() == expected.keys()
    different = [key for key in found if found[key] != expected[key]]
    assert different == []
    seen = list(expected.values())
    assert sum(one.part_payments_12m > 0 for one in seen) > 20
    assert sum(one.first_payment_default for one in seen) > 50
    assert sum(one.max_past_due_days_6m < one.max_past_due_days_24m for one in seen) > 20
    assert {one.reachability for one in seen} == {"unknown", "reachable", "half_lost", "lost"}


def test_rows_dated_after_the_day_change_nothing(borrowers: Mapping[str, Borrower]) -> None:
    connection = duckdb.connect()
    whole = kernel_features(borrowers, as_of=AS_OF, terms=TERMS[0], connection=connection)
    before = connection.execute("SELECT count(*) FROM payment").fetchall()
    without_what_comes_later(connection, AS_OF)
    assert connection.execute("SELECT count(*) FROM payment").fetchall() < before
    age_views(connection, as_of=AS_OF, terms=TERMS[0])
    feature_views(connection, as_of=AS_OF, terms=TERMS[0])
    assert read_features(connection) == whole


def test_only_wanted_borrowers_are_answered_and_alike(borrowers: Mapping[str, Borrower]) -> None:
    connection = duckdb.connect()
    whole = kernel_features(borrowers, as_of=AS_OF, terms=TERMS[0], connection=connection)
    connection.execute(
        "CREATE TABLE wanted AS SELECT DISTINCT borrower_key FROM owner"
        " WHERE hash(borrower_key) % 5 = 0"
    )
    feature_views(connection, as_of=AS_OF, terms=TERMS[0], wanted="wanted")
    some = read_features(connection)
    assert 0 < len(some) < len(whole)
    assert some == {key: whole[key] for key in some}


def test_loans_may_be_looked_at_in_pieces(borrowers: Mapping[str, Borrower]) -> None:
    connection = duckdb.connect()
    whole = kernel_features(borrowers, as_of=AS_OF, terms=TERMS[0], connection=connection)
    pieces = []
    for piece in range(3):
        loans = f"(SELECT loan_key FROM owner WHERE hash(loan_key) % 3 = {piece})"
        past_views(connection, as_of=AS_OF, terms=TERMS[0], loans=loans)
        connection.execute(f"CREATE TABLE piece{piece} AS FROM loan_past")
        pieces.append(f"FROM piece{piece}")
    connection.execute("CREATE OR REPLACE TABLE loan_past AS " + " UNION ALL ".join(pieces))
    borrower_views(connection, as_of=AS_OF, terms=TERMS[0])
    assert read_features(connection) == whole


def test_every_view_may_be_empty() -> None:
    connection = duckdb.connect()
    load_borrowers(connection, {}, as_of=AS_OF)
    age_views(connection, as_of=AS_OF, terms=TERMS[0])
    feature_views(connection, as_of=AS_OF, terms=TERMS[0])
    assert read_features(connection) == {}


def test_a_borrower_of_whom_only_the_loans_name_is_known_has_features() -> None:
    connection = duckdb.connect()
    nothing = {"B1": Borrower([LoanPast(LoanFacts([]))])}
    load_borrowers(connection, nothing, as_of=AS_OF)
    for name in FEATURE_VIEWS:
        connection.execute(f"DROP TABLE {name}")
        connection.execute(f"CREATE VIEW {name} AS {empty_feature_view(name, key_type='VARCHAR')}")
    age_views(connection, as_of=AS_OF, terms=TERMS[0])
    feature_views(connection, as_of=AS_OF, terms=TERMS[0])
    assert read_features(connection) == core_features(nothing, as_of=AS_OF, terms=TERMS[0])


def test_the_kernel_leaves_only_its_answers(borrowers: Mapping[str, Borrower]) -> None:
    some = {key: replace(one) for key, one in list(borrowers.items())[:20]}
    connection = duckdb.connect()
    kernel_features(some, as_of=AS_OF, terms=TERMS[0], connection=connection)
    left = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
    views = {"loan", "installment", "payment", "adjustment", "hold", "owner", *FEATURE_VIEWS}
    assert left == {*views, "loan_age", "loan_past", "borrower_feature"}
