"""Finding the files: paths, folders and archives become a list of readable files.

Called by `sheets`. An archive is unpacked under our own numbered names, never
under its entries' names, and only so far as the limits allow; sizes are counted
while unpacking, not believed. Kind is told by content, not by the file's ending.
"""

from __future__ import annotations

import errno
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dunwell.bulk.intake.refusals import (
    BrokenFile,
    EmptyFile,
    Encrypted,
    NoFiles,
    Note,
    TooBig,
    UnsafeArchive,
    WebPage,
)

MOST_ENTRIES = 2_000
MOST_MIB = 20_480
"""An archive may unpack to this much."""
MOST_BOOK_MIB = 2_048
"""A workbook may unpack to this much: it is held in memory while it is read."""
MOST_RATIO = 200
"""Above FREE_MIB no entry may be more than this many times its packed size."""
FREE_MIB = 64

_TORN_ZIP = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    ValueError,
    struct.error,
    zlib.error,
)
_MIB = 1024 * 1024
_JUNK = re.compile(r"(^|/)(\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_READ = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".zip"})


@dataclass(frozen=True)
class Found:
    """A file to read: `name` is shown to people; `alone` if it was named itself."""

    path: Path
    name: str
    format: str
    alone: bool


def find_files(
    paths: Sequence[Path], *, workdir: Path
) -> tuple[list[Found], list[tuple[str, str]]]:
    """The files of `paths` in order, folders and archives by natural order of their names.

    Also answers what was left out, as (name, code). Refuses (FileRefused) paths that are not
    there, empty or encrypted files, web pages named as workbooks, unsafe archives.
    """
    found: list[Found] = []
    unread: list[tuple[str, str]] = []
    for path in paths:
        if path.is_dir():
            inside = [p for p in path.rglob("*") if p.is_file() and not p.is_symlink()]
            named = {p.relative_to(path).as_posix(): p for p in inside}
            wanted = _wanted(list(named), unread)
            for name in wanted:
                found += _look(named[name], name, workdir, unread, alone=len(wanted) == 1)
        elif path.is_file():
            found += _look(path, path.name, workdir, unread, alone=True)
        else:
            raise NoFiles(path=path.name)
    if not found:
        raise NoFiles(path=", ".join(path.name for path in paths))
    return found, unread


def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key by which `b2` comes before `b10`."""
    parts = re.split(r"([0-9]+)", name)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)


def _wanted(names: list[str], unread: list[tuple[str, str]], within: str = "") -> list[str]:
    kept = [name for name in names if not _JUNK.search(name)]
    wanted = [name for name in kept if PurePosixPath(name).suffix.lower() in _READ]
    left = sorted(set(kept) - set(wanted))
    unread += [(within + name, Note.FILE_UNREAD.value) for name in left]
    return sorted(wanted, key=natural)


def _look(
    path: Path, name: str, workdir: Path, unread: list[tuple[str, str]], *, alone: bool
) -> Iterator[Found]:
    kind = _kind(path, name)
    if kind == "zip":
        yield from _unpack(path, name, workdir, unread)
    else:
        yield Found(path, name, kind, alone)


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise EmptyFile(file=name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return _zip_kind(path, name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        # A workbook of the new form under a password is an old container.
        if name.lower().endswith((".xlsx", ".xlsm")):
            raise Encrypted(file=name)
        return "xls"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|table|meta|head|\?xml)", head, re.I):
        raise WebPage(file=name)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".parquet", ".zip")):
        raise BrokenFile(file=name, format=PurePosixPath(name).suffix.lstrip(".").lower())
    return "text"


def _zip_kind(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            if not any(entry.startswith("xl/") for entry in archive.namelist()):
                return "zip"
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except _TORN_ZIP:
        ending = PurePosixPath(name).suffix.lstrip(".").lower()
        raise BrokenFile(file=name, format=ending or "zip") from None
    if unpacked > MOST_BOOK_MIB * _MIB:
        raise TooBig(file=name, limit_mib=MOST_BOOK_MIB)
    return "xlsx"


def _unpack(path: Path, name: str, workdir: Path, unread: list[tuple[str, str]]) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {_entry_name(e): e for e in archive.infolist() if not e.is_dir()}
            _check_entries(name, entries)
            wanted = _wanted(list(entries), unread, f"{name}/")
            left_bytes = MOST_MIB * _MIB
            folder = workdir / "unpacked"
            folder.mkdir(parents=True, exist_ok=True)
            for inner in wanted:
                target = folder / f"{len(list(folder.iterdir())):05d}"
                left_bytes -= _extract(archive, entries[inner], target, name, left_bytes)
                kind = _kind(target, f"{name}/{inner}")
                if kind == "zip":
                    raise UnsafeArchive(file=name, entry=inner)
                yield Found(target, f"{name}/{inner}", kind, alone=len(wanted) == 1)
    except _TORN_ZIP:
        raise BrokenFile(file=name, format="zip") from None
    except OSError as error:
        # A torn archive sends the reader to a place before its start; a full disk is no refusal.
        if error.errno != errno.EINVAL:
            raise
        raise BrokenFile(file=name, format="zip") from None


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as the packer wrote it: without the UTF-8 flag it is GBK more often than cp437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    written = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_entries(name: str, entries: dict[str, zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise UnsafeArchive(file=name, entry=f"{len(entries)}")
    for inner, entry in entries.items():
        parts = PurePosixPath(inner.replace("\\", "/")).parts
        if ".." in parts or inner.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", inner):
            raise UnsafeArchive(file=name, entry=inner)
        if entry.flag_bits & 0x1:
            raise Encrypted(file=f"{name}/{inner}")


def _extract(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, name: str, left_bytes: int
) -> int:
    allowed = min(left_bytes, max(entry.compress_size * MOST_RATIO, FREE_MIB * _MIB))
    written = 0
    with archive.open(entry) as packed, target.open("wb") as out:
        while block := packed.read(_MIB):
            written += len(block)
            if written > allowed:
                raise TooBig(file=name, limit_mib=allowed // _MIB)
            out.write(block)
    return written
