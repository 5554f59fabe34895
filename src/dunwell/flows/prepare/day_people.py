"""What the day run reads beside the loans: people, contacts, freezes, decisions, overrulings.

Called by run_day where it extracts. Same rules as day_tables: rows as known at a recording,
and, for what stands about people, as known at the moment the run began. The one-case path
reads the same in borrower_facts; tests hold the two equal.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from dunwell.bulk.extract import Extract
from dunwell.flows.prepare.day_tables import Known, extract_of
from dunwell.store.book import models as book
from dunwell.store.decisions.models import Deciding, Decision, Overrule
from dunwell.store.permits.models import Outcome, Permit, Standing, Step, Withdrawal
from dunwell.store.permits.reading import stored

DECISION_COLUMNS = {
    "policy": "VARCHAR",
    "score": "INTEGER",
    "grade": "VARCHAR",
    "derived_grade": "VARCHAR",
    "reasons_json": "VARCHAR",
    "probability_ppm": "INTEGER",
    "ability": "VARCHAR",
    "ability_rule": "VARCHAR",
    "willingness": "VARCHAR",
    "willingness_rule": "VARCHAR",
    "category": "VARCHAR",
    "category_rule": "VARCHAR",
    "five_class": "VARCHAR",
    "five_class_rule": "VARCHAR",
    "experiment": "VARCHAR",
    "arm": "VARCHAR",
    "arm_probability_ppm": "INTEGER",
    "stage": "VARCHAR",
    "rule": "VARCHAR",
    "plan": "VARCHAR",
    "derived_plan": "VARCHAR",
    "step": "INTEGER",
    "action": "VARCHAR",
    "since_on": "DATE",
    "due_on": "DATE",
    "why": "VARCHAR",
}
"""A decision as it is compared and written, beside its case and day; its inputs come on top."""


def people_extracts(*, known: Known | None, day: date, at: datetime) -> list[Extract]:
    """Facts beside the loans: paid out when, assets, reasons, income, contacts, freezes."""
    where = known.condition() if known else "replaced_id IS NULL"
    of_borrower = {"borrower_id": "BIGINT"}
    return [
        extract_of(
            "disbursed",
            book.LoanTerms,
            {"loan_key": "BIGINT", "disbursed_on": "DATE"},
            f"disbursed_on IS NOT NULL AND {where}",
        ),
        extract_of(
            "asset_row",
            book.Asset,
            {**of_borrower, "kind": "VARCHAR", "value_fen": "BIGINT", "evidenced_on": "DATE"},
            where,
        ),
        extract_of(
            "reason_row",
            book.Reason,
            {**of_borrower, "reason": "VARCHAR", "noted_on": "DATE"},
            where,
        ),
        extract_of(
            "income_row",
            book.BorrowerTerms,
            {"place": "BIGINT", **of_borrower, "monthly_income_fen": "BIGINT"},
            f"monthly_income_fen IS NOT NULL AND {where}",
            sources={"place": "id"},
        ),
        _contacts(at),
        _freezes(day, at),
    ]


def decision_extracts(*, day: date, at: datetime) -> list[Extract]:
    """Decisions that count now and those that counted before `day`, and overrulings on `day`."""
    first = Deciding.objects.filter(day__gte=day).order_by("pk").values_list("pk", flat=True)
    begun = first.first()
    past = "" if begun is None else f" OR replaced_id >= {begun}"
    own = Overrule._meta.db_table
    return [
        extract_of(
            "stored_decision",
            Decision,
            {
                "decision_id": "BIGINT",
                "case_id": "BIGINT",
                "day": "DATE",
                "is_current": "INTEGER",
                **DECISION_COLUMNS,
            },
            f"(replaced_id IS NULL{past})",
            sources={
                "decision_id": "id",
                "is_current": "CASE WHEN replaced_id IS NULL THEN 1 ELSE 0 END",
            },
        ),
        extract_of(
            "overrule_row",
            Overrule,
            {"place": "BIGINT", "case_id": "BIGINT", "what": "VARCHAR", "value": "VARCHAR"},
            f"withdraws_id IS NULL AND from_on <= '{day}' AND until_on > '{day}'"
            f" AND at <= {_moment(at)} AND id NOT IN (SELECT withdraws_id FROM {own}"
            f" WHERE withdraws_id IS NOT NULL AND at <= {_moment(at)})",
            sources={"place": "id"},
        ),
    ]


def _contacts(at: datetime) -> Extract:
    """Outcomes of contacts with borrowers themselves, on the day the permit was used."""
    permit, step, outcome = (model._meta.db_table for model in (Permit, Step, Outcome))
    return Extract(
        name="contact_row",
        sql=f"SELECT p.party_id AS party_id, p.lender_id AS lender_id,"
        f" {_day_of('s.at')} AS on_day, p.channel AS channel,"
        f" {_number('o.answered')} AS answered, {_number('o.conversation')} AS conversation"
        f" FROM {outcome} o JOIN {permit} p ON p.id = o.permit_id"
        f" JOIN {step} s ON s.permit_id = o.permit_id"
        f" WHERE p.role = 'borrower' AND o.at <= {_moment(at)}",
        shape="party_id::BIGINT AS party_id, lender_id::BIGINT AS lender_id,"
        " on_day::VARCHAR::DATE AS on_day, channel::VARCHAR AS channel,"
        " (answered = 1) AS answered, (conversation = 1) AS conversation",
    )


def _freezes(day: date, at: datetime) -> Extract:
    """Freezes that stood on `day`, as borrower_facts.freezes_on says it."""
    standing, withdrawal = Standing._meta.db_table, Withdrawal._meta.db_table

    def goes_on(end: str) -> str:
        return f"({end} IS NULL OR {end} > {_moment(at)} OR {_day_of(end)} > '{day}')"

    return Extract(
        name="freeze_row",
        sql=f"SELECT s.party_id AS party_id, s.kind AS kind FROM {standing} s"
        f" LEFT JOIN {withdrawal} w ON w.id = s.replaced_id"
        f" WHERE s.what = 'freeze' AND s.party_id IS NOT NULL AND s.from_at <= {_moment(at)}"
        f" AND {_day_of('s.from_at')} <= '{day}'"
        f" AND {goes_on('s.until_at')} AND {goes_on('w.at')}",
        shape="party_id::BIGINT AS party_id, kind::VARCHAR AS kind",
    )


def _moment(at: datetime) -> str:
    if connection.vendor == "postgresql":
        return f"'{at.isoformat()}'::timestamptz"
    return f"'{stored(at)}'"


def _day_of(column: str) -> str:
    """The day of Beijing of a stored moment, as this database says it."""
    if connection.vendor == "postgresql":
        return f"({column} AT TIME ZONE 'Asia/Shanghai')::date"
    return f"date({column}, '+8 hours')"


def _number(column: str) -> str:
    return f"CASE WHEN {column} THEN 1 ELSE 0 END"
