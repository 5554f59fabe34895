"""`make words`: write every string of the screens into the English catalogue of its room.

New strings arrive with an empty text for a person to fill, strings that no
screen shows are dropped; what is translated stays. The house test then fails
until nothing is empty.
"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from tests.house.screens import (
    SHARED_ROOM,
    Shown,
    catalogues,
    has_english,
    locale_file,
    room_of,
    screen_sources,
    shown_strings,
)
from tests.house.tree import ROOT

DROPPED = (
    *(b'"POT-Creation', b'"PO-Revision', b'"Generated-By', b'"Project-Id'),
    *(b'"Report-Msgid', b'"Last-Translator', b'"Language-Team'),
)
"""Lines of a catalogue's header that would change every time, or say nothing here."""


def collected(shown: list[Shown], old: Catalog | None) -> Catalog:
    """The catalogue of one room: its strings in the order of its files, known texts kept."""
    book = Catalog(locale="en", fuzzy=False, project="Dunwell", version="1")
    book.header_comment = "# English texts of this room's screens; the msgids are the Chinese.\n"
    for one in shown:
        known = old.get(one.key[1], one.context) if old is not None else None
        text = known.string if known is not None else None
        book.add(one.msgid, text, locations=[(one.path, None)], context=one.context)
    return book


def main() -> None:
    """Rewrite the catalogues and say how many texts are still empty."""
    rooms: dict[str, list[Shown]] = defaultdict(list)
    books = catalogues()
    for source in screen_sources():
        for one in shown_strings(source):
            room = room_of(one.path)
            # What the shared catalogue already says is not said again in a room.
            if not has_english(one, books.get(room)) and has_english(one, books.get(SHARED_ROOM)):
                room = SHARED_ROOM
            rooms[room].append(one)
    for room, shown in sorted(rooms.items()):
        book = collected(shown, books.get(room))
        place: Path = ROOT / locale_file(room)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(written(book))
        empty = sum(1 for message in book if message.id and not message.string)
        print(f"{room}: {len(book)} strings, {empty} without English")  # noqa: T201


def written(book: Catalog) -> bytes:
    """The catalogue as a file: no dates or line numbers, which would change every time."""
    file = BytesIO()
    write_po(file, book, width=100, omit_header=False, include_lineno=False, ignore_obsolete=True)
    kept = [
        line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(DROPPED)
    ]
    return b"".join(kept)


if __name__ == "__main__":
    main()
