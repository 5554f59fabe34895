"""Whether ID numbers and phones can be real: flags, never rejects.

Called by `quality`. A resident's number (ric) is judged by its check digit and
birth day; its county is not, since counties are founded and renamed while people
keep their numbers. A credit code (uscc) is judged by python-stdnum, phones by
phonenumbers without its geography; passports and permits are not judged.
"""

from __future__ import annotations

import duckdb
import phonenumbers
from stdnum.cn import uscc

from dunwell.bulk.intake.leftovers import CHUNK
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Flag

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = "regexp_full_match(number, '1[3-9][0-9]{9}')"
_PREFIX = 5
"""China's mobile ranges are told apart by so many digits; a test holds that."""


def ric_is_valid_sql(cell: str) -> str:
    """SQL: is `cell` a resident's number with a right check digit and a birth day that exists."""
    total = " + ".join(
        f"{weight} * TRY_CAST(substr({cell}, {place}, 1) AS INTEGER)"
        for place, weight in enumerate(_WEIGHTS, start=1)
    )
    birth = f"substr({cell}, 7, 4) || '-' || substr({cell}, 11, 2) || '-' || substr({cell}, 13, 2)"
    return (
        f"CASE WHEN regexp_full_match({cell}, '[0-9]{{17}}[0-9X]') THEN "
        f"substr('10X98765432', 1 + CAST(({total}) % 11 AS INTEGER), 1) = right({cell}, 1) "
        f"AND TRY_CAST({birth} AS DATE) IS NOT NULL ELSE false END"
    )


def phone_is_valid(number: str) -> bool:
    """Whether `number` is a possible and assigned number, read as dialled within China."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False


def flag_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Flag borrowers whose ID number cannot be right, and numbers that stand for two borrowers."""
    connection.execute(
        "INSERT INTO flag SELECT source_id, source_row, 'borrower', borrower_no, 'id_no', "
        f"{literal(Flag.ID_INVALID)}, '{{}}' FROM borrower "
        f"WHERE id_type = 'ric' AND id_no IS NOT NULL AND NOT {ric_is_valid_sql('id_no')} "
        "ORDER BY source_id, source_row"
    )
    codes = connection.execute(
        "SELECT DISTINCT id_no FROM borrower WHERE id_type = 'uscc' AND id_no IS NOT NULL"
    ).fetchall()
    wrong = [str(row[0]) for row in codes if not uscc.is_valid(str(row[0]))]
    connection.execute(
        "INSERT INTO flag SELECT source_id, source_row, 'borrower', borrower_no, 'id_no', "
        f"{literal(Flag.ID_INVALID)}, '{{}}' FROM borrower WHERE id_type = 'uscc' "
        "AND id_no IN (SELECT unnest(?::VARCHAR[])) ORDER BY source_id, source_row",
        [wrong],
    )
    connection.execute(
        "INSERT INTO flag SELECT source_id, source_row, 'borrower', borrower_no, 'id_no', "
        f"{literal(Flag.SAME_ID)}, '{{}}' FROM borrower WHERE id_no IN (SELECT id_no FROM borrower "
        "WHERE id_no IS NOT NULL GROUP BY id_no HAVING count(*) > 1) "
        "ORDER BY source_id, source_row"
    )


def flag_phones(connection: duckdb.DuckDBPyConnection) -> None:
    """Flag numbers that cannot be called, judging each distinct number (or range) once."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE number AS SELECT DISTINCT number FROM ("
        "SELECT mobile AS number FROM borrower UNION ALL SELECT phone FROM contact) "
        "WHERE number IS NOT NULL"
    )
    _judge(
        connection,
        asked=f"SELECT DISTINCT left(number, {_PREFIX}) FROM number WHERE {_MOBILE}",
        told=f"SELECT number FROM number WHERE {_MOBILE} AND left(number, {_PREFIX})",
        rest="0" * (11 - _PREFIX),
    )
    _judge(
        connection,
        asked=f"SELECT number FROM number WHERE NOT {_MOBILE}",
        told=f"SELECT number FROM number WHERE NOT {_MOBILE} AND number",
        rest="",
    )
    for table, column in (("borrower", "mobile"), ("contact", "phone")):
        connection.execute(
            f"INSERT INTO flag SELECT source_id, source_row, '{table}', borrower_no, '{column}', "
            f"{literal(Flag.PHONE_INVALID)}, '{{}}' FROM {table} "
            f"WHERE {column} IN (SELECT number FROM wrong_number) ORDER BY source_id, source_row"
        )
    connection.execute("DROP TABLE number")
    connection.execute("DROP TABLE wrong_number")


def _judge(connection: duckdb.DuckDBPyConnection, *, asked: str, told: str, rest: str) -> None:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS wrong_number (number VARCHAR)")
    connection.execute("CREATE OR REPLACE TEMP TABLE asked_number AS " + asked)
    last = connection.execute("SELECT count(*) FROM asked_number").fetchone()
    assert last is not None
    for start in range(0, int(last[0]), CHUNK):
        rows = connection.execute(
            f"SELECT * FROM asked_number LIMIT {CHUNK} OFFSET {start}"
        ).fetchall()
        wrong = [str(row[0]) for row in rows if not phone_is_valid(str(row[0]) + rest)]
        connection.execute(
            f"INSERT INTO wrong_number {told} IN (SELECT unnest(?::VARCHAR[]))", [wrong]
        )
    connection.execute("DROP TABLE asked_number")
