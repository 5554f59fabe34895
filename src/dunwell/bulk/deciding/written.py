"""Which decisions are to be written: those that differ from what is stored, with their facts.

Called by the day run. `decision_now` has party_id, lender_id and the figures that count
now. The facts are written as core.decision.written_facts writes them, to the letter.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.compile.conditions import column
from dunwell.core.decision import DECIDED, FACT_NAMES

WRITTEN: tuple[str, ...] = ("party_id", "lender_id", "policy", *DECIDED, "inputs_json")
"""The columns of `decision_change`."""


def find_decision_changes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Make `decision_change`; answers how many there are, of borrowers new and known."""
    differ = " OR ".join(f"now.{name} IS DISTINCT FROM stored.{name}" for name in DECIDED)
    # Quoted keys in the order of the facts: the struct's own names would lose their case.
    facts = ", ".join(f"'{name}': fact.{column(name)}" for name in FACT_NAMES)
    figures = ", ".join(f"now.{name}" for name in DECIDED)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE decision_change AS
        SELECT now.party_id, now.lender_id, now.policy, {figures},
            to_json({{{facts}}})::VARCHAR AS inputs_json,
            stored.party_id IS NULL AS is_new
        FROM decided AS now
        LEFT JOIN decision_now AS stored USING (party_id, lender_id)
        JOIN borrower_fact AS fact USING (party_id, lender_id)
        WHERE stored.party_id IS NULL OR {differ}
    """)
    counts = connection.execute(
        "SELECT count(*), count(*) FILTER (is_new) FROM decision_change"
    ).fetchall()[0]
    return {"decision_change": int(counts[0]), "first_decided": int(counts[1])}
