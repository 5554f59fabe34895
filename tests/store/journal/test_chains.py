"""The chains: places in commit order, and every way of tampering is named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from dunwell.store.journal.append import NewEntry, append_many
from dunwell.store.journal.guards import guards
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.journal.sequencer import BATCH, seal_pending
from dunwell.store.journal.verify import heads, prove_chains
from dunwell.store.people.permissions import system_actor

NOW = datetime(2026, 11, 23, 2, 30, 0, 120_000, tzinfo=UTC)
DAY_RUN = system_actor("day-run")


def write(count, stream="house", verb="day.run"):
    append_many(
        NewEntry(
            stream=stream, verb=verb, subject=f"run:{n}", actor=DAY_RUN, at=NOW,
            day=NOW.date(), figures={"opened": n, "为什么": "升期"},
        )
        for n in range(count)
    )  # fmt: skip


def tamper(*statements):
    """As somebody with the database's own password could, having removed the triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # foreign keys sleep too
        else:
            for guard in guards():
                for what in ("update", "delete", "replace"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS keeps_{guard.table}_{what}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")


def faults(**how):
    return [
        (chain.stream, chain.broken.place, chain.broken.fault)
        for chain in prove_chains(**how).chains
        if chain.broken
    ]


@pytest.mark.django_db
def test_each_stream_has_a_chain_of_its_own_and_the_tail_is_named():
    write(3)
    write(2, stream="lender-1")
    assert seal_pending(now=NOW).streams == {"house": 3, "lender-1": 2}
    write(1)
    proof = prove_chains()
    assert proof.whole
    assert [(chain.stream, chain.sealed) for chain in proof.chains] == [
        ("house", 3),
        ("lender-1", 2),
    ]
    assert proof.unsealed == 1
    assert proof.first_unsealed == Entry.objects.order_by("-pk")[0].pk


@pytest.mark.django_db
def test_sealing_again_seals_nothing():
    write(3)
    seal_pending(now=NOW)
    assert seal_pending(now=NOW).entries == 0
    assert Seal.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE journal_entry SET figures = '{}' WHERE subject = 'run:1'"], "entry_changed"),
        (["UPDATE journal_entry SET why = 'other' WHERE subject = 'run:1'"], "entry_changed"),
        (
            ["UPDATE journal_entry SET actor_label = 'wang' WHERE subject = 'run:1'"],
            "entry_changed",
        ),
        (["UPDATE journal_seal SET previous_hash = hash WHERE place = 2"], "link"),
        (["UPDATE journal_seal SET key_id = 7 WHERE place = 2"], "key_unknown"),
        (["DELETE FROM journal_seal WHERE place = 2"], "gap"),
    ],
)
def test_the_first_broken_place_is_named(statements, found):
    write(5)
    seal_pending(now=NOW)
    tamper(*statements)
    assert faults() == [("house", 2, found)]


@pytest.mark.django_db
def test_an_entry_written_again_with_a_new_hash_does_not_pass_without_the_key():
    write(3)
    seal_pending(now=NOW)
    tamper(
        "UPDATE journal_entry SET figures = '{}' WHERE subject = 'run:2'",
        f"UPDATE journal_seal SET hash = '{'ab' * 32}' WHERE place = 3",
    )
    assert faults() == [("house", 3, "entry_changed")]


def test_an_entry_whose_seal_is_left_alone_is_missed(committed_database):
    write(3)
    seal_pending(now=NOW)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
    last = Entry.objects.order_by("-pk")[0].pk
    tamper(f"DELETE FROM journal_entry WHERE id = {last}")
    assert faults() == [("house", 3, "entry_missing")]


@pytest.mark.django_db
def test_a_chain_that_was_cut_off_shows_against_an_anchor():
    write(4)
    seal_pending(now=NOW)
    anchor = heads()
    write(1)
    seal_pending(now=NOW)
    assert faults(anchor=anchor) == []
    tamper(
        "DELETE FROM journal_seal WHERE place > 2",
        "DELETE FROM journal_entry WHERE NOT EXISTS "
        "(SELECT 1 FROM journal_seal WHERE entry_id = journal_entry.id)",
    )
    assert faults() == []
    assert faults(anchor=anchor) == [("house", 3, "cut")]


@pytest.mark.django_db
def test_a_chain_made_anew_shows_against_an_anchor():
    write(3)
    seal_pending(now=NOW)
    anchor = [{**heads()[0], "hash": "0" * 64}]
    assert faults(anchor=anchor) == [("house", 3, "anchor")]


def test_sequencers_at_the_same_time_make_one_chain(committed_database):
    write(BATCH + 1_000)

    def run(_):
        try:
            write(50)
            return seal_pending(now=NOW).entries
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sealed = sum(pool.map(run, range(4)))
    assert sealed + seal_pending(now=NOW).entries == BATCH + 1_200
    proof = prove_chains()
    assert (proof.whole, proof.unsealed, proof.chains[0].sealed) == (True, 0, BATCH + 1_200)


def test_places_follow_commits_not_numbers(committed_database):
    if committed_database.vendor == "sqlite":
        # A writer that has begun keeps every other writer out: numbers are commits.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return

    def overtake(_):
        try:
            write(1, verb="early")
            return seal_pending(now=NOW).entries
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        write(1, verb="late")
        assert next(pool.map(overtake, [0])) == 1
    assert seal_pending(now=NOW).entries == 1
    assert list(Seal.objects.order_by("place").values_list("entry__verb", flat=True)) == [
        "early",
        "late",
    ]
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == ["late", "early"]
    assert prove_chains().whole
