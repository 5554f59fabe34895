"""Borrowers as both sides of the feature tests read them: core's records and the kernel's views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date

import duckdb

from dunwell.bulk.kernels.ageing import age_views
from dunwell.bulk.kernels.features import FEATURE_VIEWS, feature_views
from dunwell.core.ageing import AgeingTerms
from dunwell.core.features import FEATURE_NAMES, Asides, BorrowerFeatures, LoanPast, features_of
from tests.bulk.ageing_loans import load_views


@dataclass(frozen=True, slots=True)
class Borrower:
    """One borrower of a test."""

    loans: Sequence[LoanPast]
    asides: Asides = field(default_factory=Asides)


def load_borrowers(
    connection: duckdb.DuckDBPyConnection, borrowers: Mapping[str, Borrower], *, as_of: date
) -> None:
    """Make every view the feature kernel reads; `has_left` is told by the day."""
    loans = {
        f"{key}-{n}": loan for key, one in borrowers.items() for n, loan in enumerate(one.loans)
    }
    load_views(connection, {key: loan.facts for key, loan in loans.items()})
    rows: dict[str, list[tuple[object, ...]]] = {
        "owner": [
            (key, key.rsplit("-", 1)[0], loan.left_on is not None and loan.left_on <= as_of)
            for key, loan in loans.items()
        ],
        "disbursement": [
            (key, loan.disbursed_on) for key, loan in loans.items() if loan.disbursed_on
        ],
    }
    for name in ("promise", "contact_outcome", "asset", "reason", "income"):
        rows[name] = []
    for key, one in borrowers.items():
        asides = one.asides
        rows["promise"] += [(key, *astuple(row)) for row in asides.promises]
        rows["contact_outcome"] += [(key, *astuple(row)) for row in asides.contacts]
        rows["asset"] += [(key, *astuple(row)) for row in asides.assets]
        rows["reason"] += [(key, *astuple(row)) for row in asides.reasons]
        if asides.monthly_income_fen is not None:
            rows["income"].append((key, asides.monthly_income_fen))
    columns = {"owner": "loan_key KEY, borrower_key KEY, has_left BOOLEAN", **FEATURE_VIEWS}
    for name, described in columns.items():
        described = described.replace("KEY", "VARCHAR")
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({described})")
        if rows[name]:
            kinds = [column.split()[1] for column in described.split(", ")]
            lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
            values = [list(column) for column in zip(*rows[name], strict=True)]
            connection.execute(f"INSERT INTO {name} SELECT {lists}", values)


def kernel_features(
    borrowers: Mapping[str, Borrower],
    *,
    as_of: date,
    terms: AgeingTerms,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> dict[str, BorrowerFeatures]:
    """The features of all borrowers by the kernels, by key."""
    connection = connection or duckdb.connect()
    load_borrowers(connection, borrowers, as_of=as_of)
    age_views(connection, as_of=as_of, terms=terms)
    feature_views(connection, as_of=as_of, terms=terms)
    return read_features(connection)


def read_features(connection: duckdb.DuckDBPyConnection) -> dict[str, BorrowerFeatures]:
    """The rows of `borrower_feature` as core's records."""
    found = connection.execute("FROM borrower_feature")
    names = tuple(column[0] for column in found.description or ())
    assert names == ("borrower_key", *FEATURE_NAMES)
    return {row[0]: BorrowerFeatures(*row[1:]) for row in found.fetchall()}


def core_features(
    borrowers: Mapping[str, Borrower], *, as_of: date, terms: AgeingTerms
) -> dict[str, BorrowerFeatures]:
    """The same by the one-borrower function; a borrower without loans is nobody's."""
    return {
        key: features_of(loans=one.loans, asides=one.asides, as_of=as_of, ageing_terms=terms)
        for key, one in borrowers.items()
        if one.loans
    }
