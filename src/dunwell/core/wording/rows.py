"""One row of a lexicon file: its fields by key, and what is refused about them.

Called by reading and likeness. A refusal names the file, the path inside it, the
value and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar, get_args

from dunwell.core.refusal import Refusal
from dunwell.core.wording.case import Audience
from dunwell.core.wording.lexicon import Pattern
from dunwell.core.wording.patterns import Groups, UnreadablePattern, read_pattern

Choice = TypeVar("Choice", bound=str)


class WrongLexicon(Refusal):
    """A lexicon file that is not as it must be. Figures: file, path, value, allowed."""

    code = "WORDING-LEXICON"


def mapping(content: object, *, file: str, path: str) -> Mapping[str, object]:
    """`content` if it is a mapping with something in it, whose keys are texts."""
    if not isinstance(content, Mapping) or not content:
        raise WrongLexicon(file=file, path=path, value=type(content).__name__, allowed="mapping")
    for key in content:
        if not isinstance(key, str):  # YAML reads `no:` as false and `1:` as a number
            raise WrongLexicon(file=file, path=path, value=str(key), allowed='"key" in quotes')
    return content


def texts(content: object, *, file: str, path: str) -> tuple[str, ...]:
    """`content` if it is a list of texts that say something, none of them twice."""
    if not isinstance(content, list):
        raise WrongLexicon(file=file, path=path, value=type(content).__name__, allowed="list")
    for place, one in enumerate(content):
        if not isinstance(one, str) or not one.strip() or one in content[:place]:
            where = f"{path}[{place}]"
            raise WrongLexicon(file=file, path=where, value=str(one), allowed="text, once")
    return tuple(content)


class Row:
    """The fields of one row; `needed` must be there, `optional` may, others are refused."""

    def __init__(
        self,
        content: object,
        *,
        file: str,
        path: str,
        needed: Sequence[str],
        optional: Sequence[str],
    ) -> None:
        """Refuses (WrongLexicon) what is no mapping, unknown keys and missing ones."""
        self.file, self.path = file, path
        self._fields: Mapping[str, Any] = mapping(content, file=file, path=path)
        allowed = [*needed, *optional]
        for key in self._fields:
            if key not in allowed:
                raise WrongLexicon(file=file, path=f"{path}.{key}", value=key, allowed=allowed)
        for key in needed:
            if key not in self._fields:
                raise WrongLexicon(file=file, path=f"{path}.{key}", value="", allowed="a value")

    def refuse(self, key: str, value: object, allowed: object) -> NoReturn:
        """Refuse the value of a key."""
        raise WrongLexicon(file=self.file, path=f"{self.path}.{key}", value=value, allowed=allowed)

    def text(self, key: str, default: str = "") -> str:
        """The text of a key, or `default` where the key is not there."""
        value = self._fields.get(key, default)
        if not isinstance(value, str) or (key in self._fields and not value.strip()):
            self.refuse(key, value, "text")
        return value.strip()

    def raw(self, key: str) -> object:
        """What stands under a key, unread; None where the key is not there."""
        return self._fields.get(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts of a key; empty where the key is not there."""
        return texts(self._fields.get(key, []), file=self.file, path=f"{self.path}.{key}")

    def flag(self, key: str) -> bool:
        """The truth value of a key; false where the key is not there."""
        value = self._fields.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, value, "true | false")
        return value

    def mapping(self, key: str) -> Mapping[str, str]:
        """The mapping of a key, from text to text."""
        found = mapping(self._fields.get(key), file=self.file, path=f"{self.path}.{key}")
        return {one: str(value) for one, value in found.items()}

    def row(self, key: str, *, optional: Sequence[str]) -> Row | None:
        """The row inside a key, or None."""
        if key not in self._fields:
            return None
        path = f"{self.path}.{key}"
        return Row(self._fields[key], file=self.file, path=path, needed=(), optional=optional)

    def one_of(self, key: str, allowed: Sequence[Choice]) -> Choice:
        """The value of a key if it is one of `allowed`."""
        for one in allowed:
            if self._fields.get(key) == one:
                return one
        self.refuse(key, self._fields.get(key), list(allowed))

    def audiences(self) -> frozenset[Audience]:
        """The audiences of the row; all where it names none."""
        allowed: tuple[Audience, ...] = get_args(Audience)
        named = self.texts("audiences")
        for one in named:
            if one not in allowed:
                self.refuse("audiences", one, list(allowed))
        return frozenset(one for one in allowed if not named or one in named)

    def group(self, key: str, groups: Groups) -> int | None:
        """The number of the group that a key names, or None."""
        name = self.text(key)
        try:
            return groups.number(name) if name else None
        except UnreadablePattern:
            self.refuse(key, name, "a group of groups.yaml")

    def patterns(self, key: str, groups: Groups) -> tuple[Pattern, ...]:
        """The patterns of a key; refuses those that cannot be read."""
        found: list[Pattern] = []
        for text in self.texts(key):
            try:
                found += read_pattern(text, groups)
            except UnreadablePattern as problem:
                self.refuse(key, f"{text} ({problem})", "{group} ~6 word|word")
        return tuple(found)
