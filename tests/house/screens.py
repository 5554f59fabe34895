"""Strings of the screens: Chinese msgids inside translation calls, each with an English text.

Templates are read with Django's own `templatize`, Python with the same extractor
that collect_words.py uses, so that what is checked is what gets translated. A
string belongs to the room (the folder below faces/web) whose file shows it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.house.tree import ROOT, Finding, Source, sources

WEB = "src/dunwell/faces/web/"
SHARED_ROOM = "frame"
"""The room that holds what stands beside the rooms, such as the base templates."""

KEYWORDS: Mapping[str, object] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
CJK = re.compile(r"[\u3400-\u9fff]")
_TEMPLATE_CODE = re.compile(
    r"{%-?\s*comment.*?endcomment\s*%}|{#.*?#}"
    r"|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.DOTALL,
)
_CALLS = frozenset(KEYWORDS)

CHINESE_BY_NATURE: Mapping[str, str] = {
    f"{WEB}frame/context.py": "a language names itself",
    f"{WEB}frame/figures.py": "amounts and days as Chinese writes them, beside the English way",
    f"{WEB}frame/specimens.py": "invented people of the style page",
}
"""Path → why its Chinese is not for translation."""


class Shown(NamedTuple):
    """One string of a screen: where it stands, its context, and its msgid (or singular, plural)."""

    path: str
    line: int
    context: str | None
    msgid: str | tuple[str, ...]

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue finds it by."""
        return self.context, self.msgid if isinstance(self.msgid, str) else self.msgid[0]


def room_of(path: str) -> str:
    """The room of faces/web that a file belongs to."""
    first, _, rest = path.removeprefix(WEB).partition("/")
    return first if rest and first not in {"templates", "static"} else SHARED_ROOM


def shown_strings(source: Source) -> Iterator[Shown]:
    """Every string that a template or a Python file gives to translation."""
    text = source.text if source.path.endswith(".py") else _at_margin(templatize(source.text))
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    for line, message, _comments, context in found:
        if message:
            yield Shown(source.path, line, context, message)


def catalogues() -> dict[str, Catalog]:
    """The English catalogue of each room, by room."""
    found = {}
    for source in sources(".po", under=[WEB]):
        if "/locale/en/" in source.path:
            found[room_of(source.path)] = read_po(BytesIO(source.text.encode()), locale="en")
    return found


def has_english(one: Shown, book: Catalog | None) -> bool:
    """Whether a catalogue holds a finished English text for a string."""
    message = book.get(one.key[1], one.context) if book is not None else None
    return message is not None and not message.fuzzy and all(_texts(message.string))


def untranslated(shown: Iterable[Shown], books: Mapping[str, Catalog]) -> Iterator[Finding]:
    """Strings without an English text in the catalogue of their room or the shared one."""
    for one in shown:
        if not any(has_english(one, books.get(room)) for room in (room_of(one.path), SHARED_ROOM)):
            yield Finding(one.path, one.line, f"no English for “{one.key[1]}”")


def left_over(shown: Iterable[Shown], books: Mapping[str, Catalog]) -> Iterator[Finding]:
    """Translations of strings that no screen of the room (shared: of any room) shows any more."""
    used = {(room, *one.key) for one in shown for room in (room_of(one.path), SHARED_ROOM)}
    for room, book in books.items():
        for message in book:
            if message.id and (room, *_key(message)) not in used:
                yield Finding(locale_file(room), 1, f"nobody shows “{_key(message)[1]}”: delete it")


def disagreements(books: Mapping[str, Catalog]) -> Iterator[Finding]:
    """Strings that two rooms put into English differently: Django shows one of the two."""
    said: dict[tuple[str | None, str], tuple[str, ...]] = {}
    for room, book in books.items():
        for message in book:
            texts = _texts(message.string)
            if message.id and said.setdefault(_key(message), texts) != texts:
                text = f"“{_key(message)[1]}” has another English in another room; use pgettext"
                yield Finding(locale_file(room), 1, text)


def bare_chinese(source: Source) -> Iterator[Finding]:
    """Chinese that a template or a view shows without giving it to translation."""
    if source.path in CHINESE_BY_NATURE:
        return
    if source.path.endswith(".py"):
        yield from _bare_chinese_in_python(source)
        return
    kept = _TEMPLATE_CODE.sub(lambda match: "\n" * match.group().count("\n"), source.text)
    for number, line in enumerate(kept.splitlines(), start=1):
        if CJK.search(line):
            yield Finding(source.path, number, f"untranslatable: {line.strip()[:60]}")


def screen_sources() -> list[Source]:
    """The templates and Python files of the screens."""
    return list(sources(".html", ".txt", ".py", under=[WEB]))


def _at_margin(templatized: str) -> str:
    """What templatize left, without indents, which the tokenizer would take for code."""
    return "\n".join(line.strip() for line in templatized.split("\n"))


def _bare_chinese_in_python(source: Source) -> Iterator[Finding]:
    tree = ast.parse(source.text)
    passed = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _CALLS:
            passed.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in passed and CJK.search(text):
            yield Finding(source.path, node.lineno, f"untranslatable: {text.strip()[:60]}")


def _docstrings(tree: ast.AST) -> Iterator[int]:
    """Ids of strings that stand alone: docstrings, and notes below an assignment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


def _key(message: Message) -> tuple[str | None, str]:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, singular


def _texts(string: str | Iterable[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def locale_file(room: str) -> str:
    """Where the English catalogue of a room stands, from the project's root."""
    return (ROOT / WEB / room / "locale/en/LC_MESSAGES/django.po").relative_to(ROOT).as_posix()
