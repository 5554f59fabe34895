"""A table that SQLite rebuilt: its triggers are gone, and the next migrate brings them back."""

import pytest
from django.core.management import call_command
from django.db import connection

from dunwell.store.journal.guards import missing_guards
from dunwell.store.journal.models import Entry


@pytest.mark.one_database
def test_sqlite_forgets_triggers_when_it_rebuilds_a_table_and_migrate_puts_them_back(
    committed_database,
):
    with connection.schema_editor() as editor:
        editor._remake_table(Entry)
    lost = missing_guards()
    assert {name.split(".")[0] for name in lost} == {"journal_entry"}
    call_command("migrate", verbosity=0, interactive=False)
    assert missing_guards() == []
