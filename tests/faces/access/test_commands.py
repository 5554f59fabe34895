"""Commands of the house, as an operator types them, each in a process of its own."""

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from dunwell.store.vault import init_keyring


@pytest.fixture
def run(tmp_path):
    """Run `dunwell …` with a home of the test's own; answers the finished process."""
    environment = {
        **os.environ,
        "DUNWELL_HOME": str(tmp_path / "home"),
        "DUNWELL_LANGUAGE": "en",
        "DUNWELL_ENVIRONMENT": "test",
    }
    environment.pop("DUNWELL_DATABASE_URL", None)
    environment.pop("DUNWELL_KEYS_FILE", None)

    def go(*words, expect=0):
        done = subprocess.run(
            [sys.executable, "-m", "dunwell.faces.cli.main", *words],
            capture_output=True,
            text=True,
            env=environment,
        )
        assert done.returncode == expect, done.stderr
        assert "Traceback" not in done.stderr
        return done

    go.home, go.environment = tmp_path / "home", environment
    return go


@pytest.fixture
def migrated(run, _databases, django_db_blocker):
    """The database of `run` stands already, so that `db migrate` has only the keys to make."""
    run.home.mkdir()
    with django_db_blocker.unblock():
        database = _databases.fresh("sqlite").url.removeprefix("sqlite://")
    shutil.move(database, run.home / "dunwell.sqlite3")
    run("db", "migrate")


def answer(done):
    return json.loads(done.stdout)


def test_a_new_house_from_nothing_to_its_first_administrator(run):
    assert "DB-NOT-MIGRATED" in run("people", "list", expect=1).stderr
    assert "DB-NOT-MIGRATED" in run("serve", expect=1).stderr
    made = answer(run("db", "migrate", "--json"))
    assert made["keys_made"]
    assert stat.S_IMODE((run.home / "keys.json").stat().st_mode) == 0o600
    assert answer(run("db", "check", "--json"))["sound"]
    run("people", "lender", "default", "--name", "D")
    run("people", "team", "a", "--lender", "default", "--name", "A")
    first = answer(run("people", "add", "chen", "--name", "C", "--json"))
    assert len(first["password"]) == 17
    run("people", "appoint", "chen", "--role", "admin", "--lender", "default")
    listed = answer(run("people", "list", "--json"))
    assert [held["role"] for held in listed["staff"][0]["appointments"]] == ["admin"]
    assert first["password"] not in json.dumps(listed)


@pytest.mark.usefixtures("migrated")
def test_what_is_refused_is_said_in_one_sentence_with_exit_code_1(run):
    lost = run("people", "reset-password", "ghost", expect=1)
    assert lost.stderr.startswith("PEOPLE-NO-SUCH-STAFF: There is no account")
    body = answer(run("people", "team", "a", "--lender", "x", "--name", "A", "--json", expect=1))
    assert body["error"]["code"] == "PEOPLE-NO-SUCH-PLACE"


@pytest.mark.usefixtures("migrated")
def test_the_journal_is_sealed_verified_anchored_and_a_break_ends_with_1(run, tmp_path):
    run("people", "lender", "default", "--name", "D")
    assert answer(run("journal", "verify", "--json"))["unsealed"] == 1
    assert answer(run("journal", "seal", "--json"))["entries"] == 1
    anchor = tmp_path / "anchor.json"
    run("journal", "anchor", "--out", str(anchor))
    assert answer(run("journal", "verify", "--anchor", str(anchor), "--json"))["whole"]
    anchor.write_text(anchor.read_text().replace('"hash": "', '"hash": "0'))
    broken = run("journal", "verify", "--anchor", str(anchor), expect=1)
    assert broken.stderr.startswith('JOURNAL-CHAIN-BROKEN: The journal is not whole: "lender-1"')
    assert not answer(run("journal", "verify", "--anchor", str(anchor), "--json", expect=1))[
        "whole"
    ]
    anchor.write_text("{}")
    assert (
        "JOURNAL-ANCHOR-UNREADABLE"
        in run("journal", "verify", "--anchor", str(anchor), expect=1).stderr
    )


@pytest.mark.usefixtures("migrated")
def test_keys_are_made_once_shown_without_secrets_and_replaced(run):
    assert not answer(run("keys", "init", "--json"))["made"]
    shown = run("keys", "status", "--json").stdout
    secrets = [key["secret"] for key in json.loads((run.home / "keys.json").read_text())["keys"]]
    assert len(secrets) == 3
    assert not any(secret in shown for secret in secrets)
    rotated = answer(run("keys", "rotate", "--json"))
    states = {key["id"]: key["state"] for key in answer(run("keys", "status", "--json"))["keys"]}
    assert states[rotated["key"]] == "active"
    assert states[rotated["retired"][0]] == "retired"


@pytest.mark.usefixtures("migrated")
def test_lost_keys_are_never_made_anew_over_data_that_needs_them(run):
    make_a_party = (
        "import django; django.setup()\n"
        "from dunwell.store.people.models import Party\n"
        "Party.objects.create(name_sealed=b'x')\n"
    )
    subprocess.run(
        [sys.executable, "-c", make_a_party],
        env={
            **os.environ,
            "DUNWELL_HOME": str(run.home),
            "DUNWELL_DATABASE_URL": f"sqlite://{run.home}/dunwell.sqlite3",
        },
        check=True,
    )
    (run.home / "keys.json").unlink()
    assert "VAULT-KEYS-MISSING" in run("db", "migrate", expect=1).stderr
    assert "VAULT-KEYS-MISSING" in run("db", "check", expect=1).stderr
    assert "VAULT-KEYS-MISSING" in run("keys", "init", expect=1).stderr
    assert not (run.home / "keys.json").exists()


def test_the_key_file_of_another_house_is_noticed_before_anything_is_served(
    run, migrated, tmp_path
):
    run("people", "lender", "default", "--name", "D")
    book = tmp_path / "book"
    run("world", "make", "--loans", "20", "--seed", "1", "--out", str(book))
    shutil.rmtree(book / "truth")
    run("book", "import", str(book))
    run("db", "check")
    keys = run.home / "keys.json"
    keys.rename(tmp_path / "own.json")
    init_keyring(now=datetime(2026, 1, 1, tzinfo=UTC), path=keys)
    for words in (("db", "check"), ("serve",)):
        assert "VAULT-KEY-UNKNOWN" in run(*words, expect=1).stderr


def test_a_setting_that_cannot_be_used_is_said_in_one_line(run):
    run.environment["DUNWELL_DATABASE_URL"] = "mysql://x/y"
    told = run("db", "check", expect=1).stderr
    assert told.startswith("SETTINGS-UNUSABLE: ") and told.count("\n") == 1


def test_a_new_house_says_what_to_do_first(run, migrated):
    assert "dunwell people lender default" in run("case", "list", expect=1).stderr
    run("people", "lender", "default", "--name", "D")
    assert "CASES-NONE" not in (told := run("case", "list").stdout) and "dunwell day run" in told


def test_a_backup_is_whole_private_and_opens_as_a_database_of_its_own(run, migrated, tmp_path):
    run("people", "lender", "default", "--name", "D")
    kept = tmp_path / "kept.sqlite3"
    assert answer(run("db", "backup", "--out", str(kept), "--json"))["bytes"] > 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "DB-BACKUP-THERE" in run("db", "backup", "--out", str(kept), expect=1).stderr
    nowhere = tmp_path / "none" / "kept.sqlite3"
    assert "DB-BACKUP-NOT-WRITTEN" in run("db", "backup", "--out", str(nowhere), expect=1).stderr
    (run.home / "dunwell.sqlite3").unlink()
    for left in ("-wal", "-shm"):
        (run.home / f"dunwell.sqlite3{left}").unlink(missing_ok=True)
    kept.rename(run.home / "dunwell.sqlite3")
    run("db", "check")
    assert answer(run("people", "list", "--json"))["lenders"] == [{"code": "default", "name": "D"}]
