"""Archives are unpacked only as far as is safe, and never under their own names."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from dunwell.bulk.intake import sources
from dunwell.bulk.intake.refusals import Encrypted, TooBig, UnsafeArchive
from tests.bulk.intake.staged import rows_of, stage

HOLDS = "loan_no,start\nL1,2026-01-01\n"


def _zip(path: Path, entries: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_tables_of_an_archive_are_read_and_rubbish_is_passed_over(tmp_path: Path) -> None:
    path = _zip(
        tmp_path / "book.zip",
        {
            "三月/holds.csv": HOLDS,
            "__MACOSX/三月/._holds.csv": "x",
            ".DS_Store": "x",
            "三月/~$holds.xlsx": "x",
            "三月/letter.docx": "x",
        },
    )
    batch = stage(path)
    assert [source.file for source in batch.sources] == ["book.zip/三月/holds.csv"]
    assert [(left.file, left.code) for left in batch.left_out] == [
        ("book.zip/三月/letter.docx", "INTAKE-FILE-UNREAD")
    ]


def test_names_packed_in_gbk_are_read_as_chinese(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"xxxx.csv": HOLDS})
    packed = path.read_bytes().replace(b"xxxx.csv", "停催".encode("gbk") + b".csv")
    path.write_bytes(packed)
    batch = stage(path)
    assert [(s.file, s.table) for s in batch.sources] == [("a.zip/停催.csv", "hold")]


@pytest.mark.parametrize(
    "name", ["../holds.csv", "/etc/holds.csv", "a/../../holds.csv", "C:\\h.csv"]
)
def test_an_entry_that_points_outside_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchive):
        stage(_zip(tmp_path / "a.zip", {name: HOLDS}))
    assert not (tmp_path.parent / "holds.csv").exists()


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", {"holds.csv": HOLDS}).read_bytes()
    with pytest.raises(UnsafeArchive) as refused:
        stage(_zip(tmp_path / "outer.zip", {"inner.zip": inner}))
    assert refused.value.figures == {"file": "outer.zip", "entry": "inner.zip"}


def test_what_swells_beyond_measure_is_refused_while_it_swells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FREE_MIB", 1)
    bomb = _zip(tmp_path / "a.zip", {"holds.csv": b"0" * (40 * 1024 * 1024)})
    with pytest.raises(TooBig):
        stage(bomb)


def test_sizes_are_counted_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_MIB", 1)
    path = _zip(tmp_path / "a.zip", {"holds.csv": HOLDS * 200_000})
    with pytest.raises(TooBig) as refused:
        stage(path)
    assert refused.value.figures == {"file": "a.zip", "limit_mib": 1}


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_BOOK_MIB", 0)
    path = _zip(tmp_path / "a.xlsx", {"xl/workbook.xml": "<x/>" * 10})
    with pytest.raises(TooBig):
        stage(path)


def test_an_archive_under_a_password_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"holds.csv": HOLDS})
    packed = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = packed.index(mark) + offset
        packed[place : place + 2] = struct.pack("<H", 1)
    path.write_bytes(bytes(packed))
    with pytest.raises(Encrypted):
        stage(path)


def test_several_archives_do_not_overwrite_each_other(tmp_path: Path) -> None:
    paths = [
        _zip(tmp_path / f"{name}.zip", {"holds.csv": HOLDS.replace("L1", name)}) for name in "ab"
    ]
    batch = stage(*paths)
    assert rows_of(batch, "SELECT loan_no FROM hold ORDER BY 1") == [("a",), ("b",)]
