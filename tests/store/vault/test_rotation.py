"""Key rotation: killed in the middle it goes on, readers never stop, old keys end retired."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from dunwell.flows.house.refusals import WorkGoesOn
from dunwell.flows.house.rotate_keys import rotate_keys
from dunwell.store.book.models import Contact
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import Actor, NotPermitted, system_actor
from dunwell.store.runs.models import Run
from dunwell.store.vault import (
    blind_index,
    index_candidates,
    keyring,
    open_many,
    seal_many,
)
from dunwell.store.vault.rotation import key_use, sealed_tables

DAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC)
OPERATOR = system_actor("command-line")
ROTATE = [sys.executable, "-m", "dunwell.faces.cli.main", "keys", "rotate", "--json"]
ROWS, BATCH = 2_500, 1_000
STOPPED = f"""
import django; django.setup()
import os, signal, sys
from datetime import UTC, date, datetime
from dunwell.flows.house.rotate_keys import rotate_keys
from dunwell.store.people.permissions import system_actor
from dunwell.store.vault import rotation

rotation.BATCH = {BATCH}
rotate_keys(
    actor=system_actor("command-line"), day=date(2026, 11, 23),
    now=datetime(2026, 11, 23, tzinfo=UTC), index="index" in sys.argv,
    progress=lambda *_: os.kill(os.getpid(), signal.SIGSTOP),
)
"""
"""A rotation that stands still after its first batch, wherever its writer is then."""


def make_parties(count):
    rows = list(range(1, count + 1))
    names = [f"王小{chr(0x4E00 + row % 5000)}" for row in rows]
    ids = [f"{row:017d}X" for row in rows]
    place = {"table": Party._meta.db_table, "rows": rows}
    sealed = seal_many(names, column="name_sealed", **place)
    id_sealed = seal_many(ids, column="id_no_sealed", **place)
    Party.objects.bulk_create(
        Party(
            pk=row,
            name_sealed=sealed[at],
            id_no_sealed=id_sealed[at],
            id_no_index=blind_index(ids[at], kind="id_no"),
            name_index=blind_index(names[at], kind="name"),
        )
        for at, row in enumerate(rows)
    )
    return names, ids


def read_back(column):
    rows = list(Party.objects.order_by("pk").values_list("pk", column))
    return open_many(
        [value for _, value in rows],
        table=Party._meta.db_table,
        column=column,
        rows=[pk for pk, _ in rows],
    )


def rotate(**how):
    return rotate_keys(actor=OPERATOR, day=DAY, now=NOW, progress=lambda *_: None, **how)


@pytest.mark.django_db
def test_every_sealed_column_of_every_room_is_found():
    found = {table.table: table for table in sealed_tables()}
    assert found["people_party"].sealed == ("name_sealed", "id_no_sealed")
    assert set(found["people_party"].indexes) == {"id_no", "name", "initials"}
    assert set(found[Contact._meta.db_table].sealed) == {
        "name_sealed",
        "phone_sealed",
        "address_sealed",
    }


@pytest.mark.django_db
def test_every_index_column_has_the_value_it_is_made_from():
    for table in sealed_tables():
        with connection.cursor() as cursor:
            columns = {
                each.name
                for each in connection.introspection.get_table_description(cursor, table.table)
            }
        indexes = {name for name in columns if name.endswith("_index")}
        assert indexes == {f"{kind}_index" for kind in table.indexes}


@pytest.mark.django_db
def test_a_rotation_seals_everything_under_the_new_key_and_retires_the_old(keys):
    names, ids = make_parties(30)
    old = keyring().active("seal").id
    done = rotate()
    assert (done.values, done.retired, done.resumed) == (60, (old,), False)
    assert {use.key for use in key_use()} == {done.key}
    assert (read_back("name_sealed"), read_back("id_no_sealed")) == (names, ids)
    assert keyring().by_id(old).state == "retired"
    assert list(Entry.objects.values_list("verb", flat=True)) == ["keys.rotate", "keys.rotated"]


@pytest.mark.django_db
def test_an_index_rotation_finds_the_same_people_by_the_new_indexes(keys):
    names, ids = make_parties(30)
    before = bytes(Party.objects.get(pk=7).name_index)
    done = rotate(index=True)
    assert done.values == 60
    party = Party.objects.get(name_index=blind_index(names[6], kind="name"))
    assert party.pk == 7
    assert bytes(party.name_index) != before
    assert bytes(party.id_no_index) == blind_index(ids[6], kind="id_no")
    assert party.initials_index is None
    assert len(index_candidates(names[6], kind="name")) == 1


@pytest.mark.django_db
def test_index_keys_stay_while_an_import_is_going_on(keys):
    run = Run.objects.create(kind="import", day=DAY, status="running", started_at=NOW)
    with pytest.raises(WorkGoesOn) as refusal:
        rotate(index=True)
    assert refusal.value.figures == {"run": run.pk, "kind": "import"}
    assert len(keyring().live("index")) == 1


@pytest.mark.django_db
def test_only_an_administrator_or_the_operator_rotates(keys):
    with pytest.raises(NotPermitted):
        rotate_keys(actor=Actor(7, "someone"), day=DAY, now=NOW, progress=lambda *_: None)
    assert len(keyring().live("seal")) == 1


@pytest.mark.django_db
def test_a_value_moved_from_another_row_stops_the_rotation_and_loses_nothing(keys):
    make_parties(3)
    stolen = bytes(Party.objects.get(pk=1).name_sealed)
    Party.objects.filter(pk=2).update(name_sealed=stolen)
    with pytest.raises(Exception, match="VAULT-CANNOT-OPEN"):
        rotate()
    assert bytes(Party.objects.get(pk=2).name_sealed) == stolen
    assert [key.state for key in keyring().live("seal")] == ["active", "opening"]


def stopped(environment, *how):
    """A rotation in a process of its own, once it stands still."""
    connection.close()
    child = subprocess.Popen([sys.executable, "-c", STOPPED, *how], env=environment)
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    return child


def killed(child):
    child.kill()
    child.wait()


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(committed_database, keys):
    names, ids = make_parties(ROWS)
    old = keyring().active("seal").id
    environment = {**os.environ, "DUNWELL_KEYS_FILE": str(keys)}
    child = stopped(environment)
    # Readers go on in the middle of it, whichever key a value stands under.
    assert read_back("name_sealed") == names
    killed(child)

    new = keyring().active("seal").id
    under = {(use.column, use.key): use.values for use in key_use()}
    assert under["name_sealed", new] == BATCH
    assert under["name_sealed", old] == ROWS - BATCH
    assert keyring().by_id(old).state == "opening"

    again = subprocess.run(ROTATE, capture_output=True, text=True, env=environment, check=True)
    done = json.loads(again.stdout)
    assert (done["key"], done["retired"], done["resumed"]) == (new, [old], True)
    assert done["values"] == 2 * ROWS - sum(
        count for (_, key), count in under.items() if key == new
    )
    assert {use.key for use in key_use()} == {new}
    assert (read_back("name_sealed"), read_back("id_no_sealed")) == (names, ids)


def test_an_index_rotation_that_was_killed_goes_on_where_it_stopped(committed_database, keys):
    names, _ = make_parties(ROWS)
    killed(stopped({**os.environ, "DUNWELL_KEYS_FILE": str(keys)}, "index"))
    for at in (0, ROWS - 1):
        candidates = index_candidates(names[at], kind="name")
        assert Party.objects.filter(pk=at + 1, name_index__in=candidates).exists()
    assert rotate(index=True).resumed
    for at in (0, ROWS - 1):
        found = Party.objects.filter(pk=at + 1, name_index=blind_index(names[at], kind="name"))
        assert found.exists()
