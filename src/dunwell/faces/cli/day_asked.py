"""Which day a command is about: the one asked for, or today, said aloud on stderr."""

from __future__ import annotations

import sys
from datetime import date

from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli.main import language
from dunwell.faces.words import say


def day_told(as_of: str | None) -> date:
    """The day asked for; a day assumed is said, and so is one that is still to come."""
    today = timezone.localdate()
    day = parse_day(as_of) if as_of else today
    if as_of is None:
        say_aside("DAY-ASSUMED", day=day)
    elif day > today:
        say_aside("DAY-AHEAD", day=day, today=today)
    return day


def say_aside(code: str, **figures: object) -> None:
    """One sentence to stderr."""
    print(say(code, figures, language=language()), file=sys.stderr)
