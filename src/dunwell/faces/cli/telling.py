"""How commands of the house speak: a result as JSON or as sentences, and long work as it goes.

Results go to stdout, progress to stderr. On a terminal progress is a bar, elsewhere
a plain line per tenth of the work.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from dunwell.faces.cli.main import language
from dunwell.faces.words import say


def tell(code: str, /, **figures: object) -> None:
    """One sentence to stdout."""
    print(say(code, figures, language=language()))


def answer(body: object) -> None:
    """One JSON document to stdout; days and moments in ISO form."""
    print(json.dumps(body, ensure_ascii=False, default=_told))


def _told(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


class Watch:
    """Shows how far each named part of a piece of work is; use as a context."""

    def __init__(self, code: str) -> None:
        """`code` is the sentence of a plain line: its figures are part, done and total."""
        self._code = code
        self._tenths: dict[str, int] = {}
        self._bars: dict[str, TaskID] = {}
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))

    def __enter__(self) -> Watch:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, part: str, done: int, total: int) -> None:
        """Say that `done` of `total` of `part` are behind us."""
        if self._bar:
            if part not in self._bars:
                self._bars[part] = self._bar.add_task(part, total=total)
            self._bar.update(self._bars[part], completed=done, total=total)
            return
        tenth = done * 10 // max(total, 1)
        if tenth > self._tenths.get(part, 0):
            self._tenths[part] = tenth
            figures: Mapping[str, object] = {"part": part, "done": done, "total": total}
            print(say(self._code, figures, language=language()), file=sys.stderr)
