"""The same seed gives the same bytes, in any process; another seed gives another world."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from dunwell.world import make_world
from tests.world.books import Book, files_of
from tests.world.conftest import AS_OF, LOANS, SEED

ANOTHER_PROCESS = """
import sys
from datetime import date
from pathlib import Path
from dunwell.world import make_world
make_world(
    loans={loans}, seed={seed}, as_of=date.fromisoformat("{day}"), out=Path(sys.argv[1]),
    layout="{layout}", flaws={flaws},
)
"""


TWO_HUNDRED_LOANS = "58808daa8056650ca7b11938af2a8a53509f12f016cd3d44729df3916dbe28fa"
"""SHA-256 of the files of seed 1 on 2026-01-01; changes only when a world is meant to."""


def make_elsewhere(out: Path, *, layout: str, flaws: bool, hash_seed: str) -> None:
    text = ANOTHER_PROCESS.format(
        loans=LOANS, seed=SEED, day=AS_OF.isoformat(), layout=layout, flaws=flaws
    )
    subprocess.run(
        [sys.executable, "-c", text, str(out)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_another_process_with_other_hashes_writes_the_same_book(book: Book, tmp_path: Path) -> None:
    make_elsewhere(tmp_path, layout="native", flaws=False, hash_seed="4711")
    assert files_of(tmp_path) == files_of(book.folder)


def test_another_process_writes_the_same_excel_sheet(tmp_path: Path) -> None:
    for name, hash_seed in (("one", "1"), ("two", "2")):
        make_elsewhere(tmp_path / name, layout="tape", flaws=True, hash_seed=hash_seed)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_another_seed_writes_other_people_and_loans(book: Book, tmp_path: Path) -> None:
    make_world(loans=LOANS, seed=SEED + 1, as_of=AS_OF, out=tmp_path)
    other = Book(tmp_path)
    ids = {row["id_no"] for row in book.rows("borrowers")}
    assert not ids & {row["id_no"] for row in other.rows("borrowers")}
    assert book.rows("installments") != other.rows("installments")


def test_a_seed_keeps_its_bytes_from_version_to_version(tmp_path: Path) -> None:
    """Written down, so that no change of what a seed means goes unnoticed."""
    make_world(loans=200, seed=1, as_of=date(2026, 1, 1), out=tmp_path)
    content = b"".join(files_of(tmp_path).values())
    assert hashlib.sha256(content).hexdigest() == TWO_HUNDRED_LOANS


def test_a_longer_world_begins_with_the_same_first_chunk(tmp_path: Path) -> None:
    for name, loans in (("short", 10_000), ("long", 12_000)):
        make_world(loans=loans, seed=SEED, as_of=AS_OF, out=tmp_path / name)
    short, long = files_of(tmp_path / "short"), files_of(tmp_path / "long")
    assert long["payments.csv"].startswith(short["payments.csv"])
    assert long["truth/truth.csv"].startswith(short["truth/truth.csv"])
    numbers = [row["borrower_no"] for row in Book(tmp_path / "long").rows("borrowers")]
    assert len(numbers) == len(set(numbers))
