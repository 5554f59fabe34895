"""`dunwell book import|batches|show` as a public interface: exit codes, JSON, words, no persons."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from dunwell.bulk.intake.refusals import SeveralProblems
from dunwell.faces.cli.book import app
from dunwell.faces.worker import uploads as worker
from dunwell.flows.prepare.upload_work import begin_work, work_news
from dunwell.flows.prepare.uploads import receive_upload
from dunwell.store.book.models import Batch, Loan
from dunwell.store.people.models import Appointment, Role, Staff
from dunwell.store.people.permissions import actor_of
from tests.faces.imports.conftest import DAY, NOW, TAPE

ROOT = Path(__file__).parents[3]

FILES = {
    "borrowers.csv": "borrower_no,name,id_no,mobile\nB1,王小明,110101199003070732,13812348821\n",
    "loans.csv": "loan_no,borrower_no\nL1,B1\n",
    "installments.csv": "loan_no,seq,due_date,principal,interest\nL1,1,2026-02-18,1000.00,20\n",
    "payments.csv": "payment_no,loan_no,paid_on,amount\nP1,L1,2026-02-20,120\nP2,L9,2026-02-20,5\n",
}


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def dunwell(*words):
    """Run a command of the noun `book` in this process."""
    told = CliRunner().invoke(app, [str(word) for word in words])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


@pytest.mark.django_db
def test_the_json_answer_has_the_documented_keys(book, tmp_path):
    rejects = tmp_path / "rejects.csv"
    told = dunwell("import", book, "--as-of", "2026-03-02", "--json", "--rejects", rejects)
    answer = json.loads(told.stdout)
    assert set(answer) == {
        "layout", "lender", "lender_is_new", "as_of", "dry_run", "changed_nothing", "seen_before",
        "tables", "left", "rejects_total", "rejects", "rejects_file", "flags", "quality",
        "left_out", "batch", "recording",
    }  # fmt: skip
    assert answer["layout"] == "native"
    assert answer["tables"]["payments"] == {
        "rows": 2, "new": 1, "changed": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    (reject,) = answer["rejects"]
    assert {key: reject[key] for key in ("file", "row", "column", "value", "code")} == {
        "file": "payments.csv", "row": 3, "column": "loan_no", "value": "L9",
        "code": "INTAKE-ORPHAN",
    }  # fmt: skip
    assert "L9" in rejects.read_text("utf-8-sig")
    assert "王小明" not in told.output + rejects.read_text("utf-8-sig")


@pytest.mark.django_db
def test_without_json_the_outcome_is_told_in_words(book):
    told = dunwell("import", book, "--as-of", "2026-03-02").output
    assert "已导入，批次 " in told
    assert "拒绝 1 行，其余照常导入" in told
    again = dunwell("import", book, "--as-of", "2026-03-02").output
    assert "没有任何变化" in again
    assert "已导入" in dunwell("batches").output
    batch = Batch.objects.order_by("pk").first()
    assert "borrowers" in dunwell("show", batch.pk).output


@pytest.mark.django_db
def test_a_dry_run_says_so_and_writes_nothing(book):
    told = json.loads(
        dunwell("import", book, "--as-of", "2026-03-02", "--dry-run", "--json").stdout
    )
    assert told["dry_run"] and told["batch"] is None
    assert told["tables"]["loans"]["new"] == 1
    assert not Loan.objects.exists()


@pytest.mark.django_db
def test_a_lenders_code_must_be_fit_to_stand_in_an_address(book):
    with pytest.raises(Exception, match="BOOK-LENDER-CODE-UNFIT"):
        dunwell("import", book, "--lender", "甲 贷")


@pytest.mark.django_db(transaction=True)
@pytest.mark.one_database
def test_a_refused_batch_exits_with_one_and_says_what_would_be_right(book, home):
    (book / "loans.csv").write_text("loan_no,borrower_no,colour\nL1,B1,red\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dunwell.faces.cli.main", "book", "import", book, "--json"],
        env=os.environ | {"DUNWELL_HOME": str(home), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "INTAKE-UNKNOWN-COLUMNS"
    assert "colour" in error["sentence"] and "--ignore-unknown" in error["sentence"]
    assert not Loan.objects.exists()


@pytest.mark.django_db
def test_several_problems_refuse_the_batch_together(book):
    (book / "loans.csv").write_text("loan_no,borrower_no,colour\nL1,B1,red\n", "utf-8")
    (book / "payments.csv").write_text("payment_no,loan_no\nP1,L1\n", "utf-8")
    with pytest.raises(SeveralProblems):
        dunwell("import", book, "--json", "--as-of", "2026-03-02")


@pytest.mark.one_database
def test_a_house_without_any_state_gets_it_with_its_first_import(book, tmp_path):
    place = tmp_path / "new-house"
    env = {name: value for name, value in os.environ.items() if name != "DUNWELL_DATABASE_URL"}
    env |= {"DUNWELL_HOME": str(place), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "dunwell.faces.cli.main", "book", "import", book, "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tables"]["loans"]["new"] == 1
    assert (place / "dunwell.sqlite3").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_the_worker_is_a_process_of_its_own_that_checks_and_imports(lender, home, monkeypatch):
    monkeypatch.setenv("DUNWELL_HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    staff = Staff.objects.create_user("chen", password=None, display_name="陈")
    Appointment.objects.create(staff=staff, role=Role.SUPERVISOR, lender=lender, from_on=DAY)
    tape = SimpleUploadedFile("a.csv", TAPE.encode("gb18030"))
    how = {"layout": "auto", "as_of": DAY, "day": DAY, "now": NOW}
    batch = receive_upload(actor=actor_of(staff), lender=lender, files=[tape], **how)
    children = []

    def start():
        children.append(worker.start(batch=batch.pk, phase=phase, asked_by=staff.pk))
        return children[-1]

    for phase in ("check", "import"):
        begin_work(batch=batch, phase=phase, start=start)
        _pid, status = os.waitpid(children[-1], 0)
        assert status == 0
        news = work_news(batch.pk)
        assert news is None or (news.broken is None and not news.alive)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.IMPORTED
    assert batch.made_by == staff
    assert set(Loan.objects.values_list("loan_no", flat=True)) == {"L1", "L2"}
