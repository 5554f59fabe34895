"""One answer at a time: whoever lets a text or a number count is alone until it does.

Called by the flows that approve policy documents and changed packs, inside their
transaction and before they read what counts. Two proposals made upon the same text lie in
two rows: holding one's own row alone would let both be approved at the same instant.
"""

from __future__ import annotations

from django.db import connection

_POLICY = 20_433  # a number of our own among PostgreSQL's advisory locks


def hold_policy() -> None:
    """Hold what counts until the transaction ends; others wait, then read what was approved.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE.
    """
    assert connection.in_atomic_block
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_POLICY])
