"""Does this word hide behind these characters? The same sound, letters, a digit in place.

Called by disguise for pieces that sound like a word. At least half of the word must
stand there as it is written, or all the rest of it in letters: chance homophones of
ordinary language stay what they are. Forms are single characters or syllables in
letters, one for each character of the word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from dunwell.core.wording.lexicon import Disguisable, Lookalikes

LONGEST_BY_INITIAL = 4


def hides(
    word: Disguisable, forms: Sequence[str], start: int, end: int, lookalikes: Lookalikes
) -> bool:
    """Whether forms [start, end), which sound like `word`, are it in disguise."""
    covered = forms[start:end]
    letters = [in_letters(form) for form in covered]
    if not word.by_sound:
        same = sum(form == char for form, char in zip(covered, word.word, strict=True))
        return sum(letters) == 1 == same
    if "".join(covered) in lookalikes.ordinary:
        return False
    if any(form.isdigit() for form in covered) and _has_number(forms, start, end):
        return False
    written = [form == char for form, char in zip(covered, word.word, strict=True)]
    if any(letters) and all(map(max, written, letters)):
        return True
    return _half_stands(word.word, covered, written, letters, lookalikes)


def in_letters(form: str) -> bool:
    """Whether this is a letter or a syllable in letters."""
    return form.isascii() and form.isalpha()


def by_initials(forms: Sequence[str], words: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Words of which one character stands as its initial letter: q诉, s法机关."""
    letters = {place for place, form in enumerate(forms) if in_letters(form)}
    for place in sorted(letters):
        if len(forms[place]) > 1 or place - 1 in letters or place + 1 in letters:
            continue
        for start in range(max(0, place - LONGEST_BY_INITIAL + 1), place + 1):
            last = min(len(forms), start + LONGEST_BY_INITIAL)
            for end in range(max(place + 1, start + 2), last + 1):
                word = words.get("".join(forms[start:end]))
                if word is not None and len(word) == end - start:
                    yield start, end, word


def _half_stands(
    word: str,
    covered: Sequence[str],
    written: Sequence[bool],
    letters: Sequence[bool],
    lookalikes: Lookalikes,
) -> bool:
    weighty = 0
    for char, form, stands, spelled in zip(word, covered, written, letters, strict=True):
        if char not in lookalikes.light:
            weighty += 1
        elif not stands and not spelled:
            return False  # nobody hides so frequent a character behind another
        if len(word) == 2 and not stands:
            heard = form if spelled else lookalikes.syllable_of.get(form)
            if heard != lookalikes.syllable_of[char]:
                return False  # two characters are too few for a careless ear
    standing = sum(
        stands for char, stands in zip(word, written, strict=True) if char not in lookalikes.light
    )
    return standing < len(word) and standing * 2 >= weighty > 0


def _has_number(forms: Sequence[str], start: int, end: int) -> bool:
    """Whether two digits stand side by side in or at the border of [start, end)."""
    digits = [form.isdigit() for form in forms[max(0, start - 1) : end + 1]]
    return any(first and second for first, second in pairwise(digits))
