"""Making a world: what is refused before anything is written, progress, and the command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.world import app
from dunwell.world import make_world
from dunwell.world.chunk import CHUNK_LOANS
from dunwell.world.make import LAST_DAY, MOST_LOANS
from tests.world.books import files_of
from tests.world.conftest import AS_OF


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"loans": 0}, "WORLD-LOANS"),
        ({"loans": MOST_LOANS + 1}, "WORLD-LOANS"),
        ({"seed": -1}, "WORLD-SEED"),
        ({"as_of": date(1999, 1, 1)}, "WORLD-DAY"),
        ({"layout": "lp"}, "WORLD-LAYOUT"),
        ({"sheet": "xls"}, "WORLD-LAYOUT"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, wrong: dict[str, object], code: str
) -> None:
    asked = {"loans": 5, "seed": 1, "as_of": AS_OF, "out": tmp_path / "world"} | wrong
    with pytest.raises(Refusal) as refused:
        make_world(**asked)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not (tmp_path / "world").exists()


def test_a_real_book_in_the_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "borrowers.csv").write_text("borrower_no,name\n1,x\n", encoding="utf-8")
    before = files_of(tmp_path)
    with pytest.raises(Refusal) as refused:
        make_world(loans=5, seed=1, as_of=AS_OF, out=tmp_path)
    assert refused.value.code == "WORLD-FOLDER"
    assert files_of(tmp_path) == before


def test_a_note_left_beside_a_world_is_never_removed(tmp_path: Path) -> None:
    make_world(loans=5, seed=1, as_of=AS_OF, out=tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    before = files_of(tmp_path)
    with pytest.raises(Refusal):
        make_world(loans=6, seed=1, as_of=AS_OF, out=tmp_path)
    assert files_of(tmp_path) == before


def test_a_new_world_replaces_the_old_one_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    make_world(loans=50, seed=1, as_of=AS_OF, out=tmp_path)
    make_world(loans=50, seed=1, as_of=AS_OF, out=tmp_path, layout="tape")
    assert set(files_of(tmp_path)) == {"tape.xlsx", "truth/truth.csv", "truth/world.json"}


def test_a_run_that_was_killed_may_be_repeated(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        make_world(loans=50, seed=1, as_of=AS_OF, out=tmp_path / "world", on_progress=kill)
    assert not (tmp_path / "world" / "borrowers.csv").exists()
    make_world(loans=50, seed=1, as_of=AS_OF, out=tmp_path / "world")
    make_world(loans=50, seed=1, as_of=AS_OF, out=tmp_path / "fresh")
    assert files_of(tmp_path / "world") == files_of(tmp_path / "fresh")


def test_a_single_loan_is_a_world(tmp_path: Path) -> None:
    for seed in range(12):
        made = make_world(loans=1, seed=seed, as_of=LAST_DAY, out=tmp_path / str(seed))
        assert made.borrowers == 1


def test_progress_tells_loans_made_chunk_by_chunk(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    loans = CHUNK_LOANS + 50
    make_world(
        loans=loans,
        seed=1,
        as_of=AS_OF,
        out=tmp_path,
        layout="tape",
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(CHUNK_LOANS, loans), (loans, loans)]


def test_the_command_prints_json_and_names_the_day_it_assumed(tmp_path: Path) -> None:
    asked = ["make", "--loans", "40", "--out", str(tmp_path / "w"), "--json"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0
    result = json.loads(answer.stdout)
    assert result["loans"] == result["rows"]["loans"] == 40
    assert result["as_of"] in answer.stderr


def test_the_command_takes_a_day_and_tells_progress_in_plain_lines(tmp_path: Path) -> None:
    asked = ["make", "--loans", "40", "--out", str(tmp_path / "w"), "--as-of", "2026-03-31"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0
    assert "40 / 40" in answer.stderr
    assert "2026-03-31" in answer.stdout
    assert "installments" in answer.stdout
