"""Patterns as the lexicon writes them: `{done} ~6 起诉|立案`.

Parts stand in order, separated by blanks: `{name}` is a word of that group, `a|b|{name}`
one of these. `~N` before a part lets up to N characters of the clause stand between,
`~~N` of the sentence, `~~~N` of the text (without N: 6). A part with `?` may be missing.
Called by reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dunwell.core.wording.lexicon import Group, Part, Pattern

_USUAL_GAP = 6
_SELDOM = 20.0
"""How much rarer a word is with each character it has."""
_NAME = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[^\s~{}?|]+")
_GAP = re.compile(r"(~{1,3})(\d*)")


class UnreadablePattern(Exception):
    """A pattern that is not written as above; the caller says where it stands."""


class Groups:
    """The groups of a lexicon by number; words written in a pattern become groups of their own."""

    def __init__(self, named: Sequence[Group]) -> None:
        """Start with the groups that have a name."""
        self.records = list(named)
        self._numbers = {f"{{{group.id}}}": number for number, group in enumerate(named)}

    def number(self, name: str) -> int:
        """The number of a named group. Refuses (UnreadablePattern) other names."""
        number = self._numbers.get(f"{{{name}}}")
        if number is None:
            raise UnreadablePattern(name)
        return number

    def of(self, choices: str) -> int:
        """The number of the group of `a|b|{name}`. Refuses (UnreadablePattern) other texts."""
        if choices not in self._numbers:
            if _NAME.fullmatch(choices):
                raise UnreadablePattern(choices)
            self._numbers[choices] = len(self.records)
            self.records.append(self._united(choices))
        return self._numbers[choices]

    def _united(self, choices: str) -> Group:
        named = [self.records[self.number(name)] for name in _NAME.findall(choices)]
        words = [one for one in choices.split("|") if not _NAME.fullmatch(one)]
        if not all(_WORD.fullmatch(word) for word in words):
            raise UnreadablePattern(choices)
        return Group(
            id=choices,
            words=tuple(dict.fromkeys([*(word for one in named for word in one.words), *words])),
            disguised=any(one.disguised for one in named),
            # A single character stands in too many texts to be looked for in each.
            common=any(len(word) < 2 for word in words) or any(one.common for one in named),
            expression=_either(named, words),
            ordinary={word: more for one in named for word, more in one.ordinary.items()},
        )


def _either(named: Sequence[Group], words: Sequence[str]) -> re.Pattern[str] | None:
    """The expression of united groups, where one of them has one."""
    if all(one.expression is None for one in named):
        return None
    plain = [word for one in named if one.expression is None for word in one.words]
    found = [one.expression.pattern for one in named if one.expression is not None]
    return re.compile("|".join([*found, *map(re.escape, [*plain, *words])]))


def read_pattern(text: str, groups: Groups) -> Iterator[Pattern]:
    """The pattern, once with and once without each part that may be missing.

    Refuses (UnreadablePattern) an unknown group, a pattern without parts, and one
    that begins or ends with a gap.
    """
    parts: list[tuple[Part, bool]] = []
    gap: tuple[int, int] | None = None
    for piece in text.split():
        wide = _GAP.fullmatch(piece)
        if wide is not None:
            if gap is not None or not parts:
                raise UnreadablePattern(piece)
            gap = int(wide.group(2) or _USUAL_GAP), len(wide.group(1)) - 1
            continue
        name, optional = piece.removesuffix("?"), piece.endswith("?")
        number = groups.of(name)
        parts.append((Part(number, *(gap or (0, 0))), optional))
        gap = None
    if not parts or gap is not None or all(optional for _, optional in parts):
        raise UnreadablePattern(text)
    for chosen in _choices(parts):
        yield _compiled(chosen, groups.records)


def _choices(parts: Sequence[tuple[Part, bool]]) -> Iterator[tuple[Part, ...]]:
    if not parts:
        yield ()
        return
    (first, optional), rest = parts[0], parts[1:]
    for further in _choices(rest):
        yield (first, *further)
        if optional:
            yield further


def _compiled(parts: tuple[Part, ...], groups: Sequence[Group]) -> Pattern:
    inside = {part.group for part in parts}
    anchor = min(inside, key=lambda one: (_frequency(groups[one]), one))
    return Pattern(parts, anchor, sum(1 << group for group in inside))


def _frequency(group: Group) -> float:
    """How often a word of the group may be expected: short words stand nearly everywhere."""
    if group.expression is not None:
        return 1.0
    return sum(_SELDOM ** -len(word) for word in group.words) * (4.0 if group.common else 1.0)
