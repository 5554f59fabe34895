"""Row numbers taken beforehand: a sealed value is bound to its row, so the row comes first.

Called by the book import for parties, borrowers, loans, terms and contacts.
Numbers that are taken and not used leave a gap, which means nothing.
"""

from __future__ import annotations

from django.db import connection, models, transaction


def reserve_numbers(model: type[models.Model], count: int) -> int:
    """Take `count` primary keys in a row, never given to anybody else; answer the first."""
    table = model._meta.db_table
    if count <= 0:
        return 0
    if connection.vendor == "sqlite":
        return _from_sqlite(table, count)
    return _from_sequence(table, count)


def _from_sqlite(table: str, count: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if cursor.rowcount == 0:  # nothing was ever inserted
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        return int(cursor.fetchone()[0]) - count + 1


def _from_sequence(table: str, count: int) -> int:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n"
                " FROM generate_series(1, %s)) taken",
                [table, count],
            )
            first, last = cursor.fetchone()
            if last - first + 1 == count:
                return int(first)
            # Somebody else took a number in between: leave the gap and take a whole block.
