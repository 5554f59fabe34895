"""What goes into the journal, what is refused, and that nothing in it can be changed."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from dunwell.store.journal.append import (
    NewEntry,
    PersonalInJournal,
    TextTooLong,
    append,
    append_many,
)
from dunwell.store.journal.guards import install_guards, missing_guards
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.journal.sequencer import seal_pending
from dunwell.store.people.permissions import system_actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
DAY_RUN = system_actor("day-run")


def entry(**changes):
    told = {
        "stream": "house",
        "verb": "day.run",
        "subject": "run:1",
        "actor": DAY_RUN,
        "at": NOW,
        "day": date(2026, 11, 23),
        "figures": {"opened": 3, "buckets": ["M1", "M2"], "why": None},
    }
    return NewEntry(**{**told, **changes})


def test_an_act_is_kept_as_it_was_told():
    pk = append(stream="house", verb="day.run", subject="run:1", actor=DAY_RUN, at=NOW)
    kept = Entry.objects.get(pk=pk)
    assert (kept.at, kept.actor_label, kept.figures) == (NOW, "system:day-run", "{}")


def test_many_acts_at_once_are_the_same_rows_as_one_by_one():
    append_many(entry(subject=f"run:{n}") for n in range(3))
    one = entry(subject="run:3")
    append(
        stream=one.stream, verb=one.verb, subject=one.subject, actor=one.actor,
        at=one.at, day=one.day, figures=one.figures,
    )  # fmt: skip
    rows = list(Entry.objects.order_by("pk").values_list("at", "day", "figures", "actor_id"))
    assert len(rows) == 4
    assert len(set(rows)) == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"why": "call 13812348821 back"}, "mobile"),
        ({"figures": {"was": {"phone": ["13812348821"]}}}, "mobile"),
        ({"figures": {"13812348821": 1}}, "mobile"),
        ({"subject": "party:11010519491231002X"}, "id_no"),
    ],
)
def test_mobile_and_resident_numbers_are_refused(changes, kind):
    with pytest.raises(PersonalInJournal) as refusal:
        append_many([entry(**changes)])
    assert refusal.value.figures["kind"] == kind


def test_an_amount_that_looks_like_a_mobile_number_is_an_amount():
    assert append_many([entry(figures={"overdue_fen": 13812348821})]) == 1


def test_a_reason_that_does_not_fit_is_refused_before_the_database_sees_it():
    with pytest.raises(TextTooLong):
        append_many([entry(why="x" * 201)])


@pytest.mark.parametrize("value", [1.5, NOW, {1, 2}])
def test_a_figure_that_is_no_number_or_code_is_a_fault_of_the_caller(value):
    with pytest.raises(TypeError):
        append_many([entry(figures={"rate": value})])


ATTEMPTS = [
    "UPDATE journal_entry SET verb = 'x'",
    "UPDATE journal_entry SET id = id + 1",
    "DELETE FROM journal_entry",
    "UPDATE journal_seal SET hash = 'x'",
    "DELETE FROM journal_seal",
]
ON_POSTGRESQL = ["TRUNCATE journal_entry CASCADE", "TRUNCATE journal_seal"]
ON_SQLITE = [
    "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry",
    "REPLACE INTO journal_seal SELECT * FROM journal_seal",
    "INSERT OR REPLACE INTO journal_seal "
    "SELECT entry_id + 1, stream, place, key_id, previous_hash, hash, sealed_at FROM journal_seal",
]


def test_raw_sql_cannot_change_or_remove_what_was_written():
    append_many([entry()])
    seal_pending(now=NOW)
    own = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE
    for statement in ATTEMPTS + own:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (Entry.objects.count(), Seal.objects.count()) == (1, 1)


def test_a_lost_trigger_is_noticed_and_put_back():
    assert missing_guards() == []
    on = " ON journal_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER keeps_journal_entry_delete{on}")
    assert missing_guards() == ["journal_entry.keeps_journal_entry_delete"]
    install_guards()
    assert missing_guards() == []
