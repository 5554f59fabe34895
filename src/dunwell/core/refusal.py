"""Refusals: what the caller may cause and can mend.

A refusal carries a code and figures, never a sentence. Sentences are found by
code in dunwell.faces.words, Chinese first; a test holds codes and sentences
equal. Anything that is not a Refusal is a fault of ours.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar


class Refusal(Exception):
    """Base of all expected errors. Subclasses set `code` (ROOM-NAME, upper case, hyphens).

    >>> class Late(Refusal):
    ...     code = "DAYS-LATE"
    >>> error = Late(by_days=3)
    >>> error.code, error.figures
    ('DAYS-LATE', {'by_days': 3})
    """

    code: ClassVar[str]

    def __init__(self, **figures: object) -> None:
        super().__init__(self.code, figures)
        self.figures = figures

    def __reduce__(self) -> tuple[object, ...]:
        # A refusal found in a worker process has to arrive whole in the one that asked.
        return partial(type(self), **self.figures), ()

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.figures.items())
        return f"{self.code}({inside})"
