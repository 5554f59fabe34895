"""`dunwell NOUN VERB`: finds the noun's module when it is asked for, and translates refusals.

Nouns load lazily, so that stateless commands (`age`, `gate ask`) start without
Django. Exit codes: 0 done, 1 refused by a rule or bad data, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from typing import Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from dunwell.core.refusal import Refusal
from dunwell.faces.words import say


class NoPlace(Refusal):
    """A file the machine does not let us read or write. Figures: file, why."""

    code = "VALUES-PLACE"


_DUCKDB_PLACE = re.compile(r'"([^"\\]+)\\?": ([A-Z][^"]*)')
"""The file and the reason in what DuckDB says of a place it cannot read or write."""


class Noun(NamedTuple):
    """Where a noun's commands are, and whether they need the state database."""

    module: str
    stateful: bool


NOUNS = {
    "age": Noun("dunwell.faces.cli.age", stateful=False),
    "book": Noun("dunwell.faces.cli.book", stateful=True),
    "case": Noun("dunwell.faces.cli.case", stateful=True),
    "day": Noun("dunwell.faces.cli.day", stateful=True),
    "decision": Noun("dunwell.faces.cli.decision", stateful=True),
    "db": Noun("dunwell.faces.cli.db", stateful=True),
    "desk": Noun("dunwell.faces.cli.desk", stateful=True),
    "demo": Noun("dunwell.faces.cli.demo", stateful=True),
    "experiment": Noun("dunwell.faces.cli.experiment", stateful=True),
    "features": Noun("dunwell.faces.cli.features", stateful=False),
    "gate": Noun("dunwell.faces.cli.gate", stateful=False),
    "grade": Noun("dunwell.faces.cli.grade", stateful=False),
    "journal": Noun("dunwell.faces.cli.journal", stateful=True),
    "keys": Noun("dunwell.faces.cli.keys", stateful=True),
    "message": Noun("dunwell.faces.cli.message", stateful=True),
    "pack": Noun("dunwell.faces.cli.pack", stateful=False),
    "payment": Noun("dunwell.faces.cli.payment", stateful=True),
    "people": Noun("dunwell.faces.cli.people", stateful=True),
    "permit": Noun("dunwell.faces.cli.permit", stateful=True),
    "plan": Noun("dunwell.faces.cli.plan", stateful=True),
    "policy": Noun("dunwell.faces.cli.policy", stateful=True),
    "promise": Noun("dunwell.faces.cli.promise", stateful=True),
    "receipt": Noun("dunwell.faces.cli.receipt", stateful=False),
    "serve": Noun("dunwell.faces.cli.serve", stateful=True),
    "standing": Noun("dunwell.faces.cli.standing", stateful=True),
    "strategy": Noun("dunwell.faces.cli.strategy", stateful=False),
    "wording": Noun("dunwell.faces.cli.wording", stateful=False),
    "work": Noun("dunwell.faces.cli.work", stateful=True),
    "world": Noun("dunwell.faces.cli.world", stateful=False),
}


class UnusableSettings(Refusal):
    """An environment variable or the way Python was started does not fit. Figures: problem."""

    code = "SETTINGS-UNUSABLE"


class Nouns(TyperGroup):
    """The top group: one command or sub-group per noun, imported on first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        noun = NOUNS.get(cmd_name)
        if noun is None:
            return None
        if noun.stateful:
            prepare_django()
        command = get_command(importlib.import_module(noun.module).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Nouns,
    no_args_is_help=True,
    # Locals of a failing call may hold personal data: never print them.
    pretty_exceptions_show_locals=False,
)


@app.callback()
def _top() -> None:
    """善催 Dunwell：合法、理性、温和地走完逾期催收全流程 / lawful and gentle collection."""


def prepare_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dunwell.settings.main")
    import django  # reason: start-up — stateless nouns must not pay for it
    from django.core.exceptions import ImproperlyConfigured  # reason: start-up — as above

    try:
        django.setup()
    except ImproperlyConfigured as unfit:
        raise UnusableSettings(problem=str(unfit)) from unfit


def language() -> str:
    """The language to speak on this terminal: DUNWELL_LANGUAGE, else Chinese."""
    return os.environ.get("DUNWELL_LANGUAGE", "zh-hans")


def main() -> None:
    """Run the command line; a refusal becomes one sentence on stderr and exit code 1."""
    try:
        app()
    except Refusal as refusal:
        _say_and_leave(refusal)
    except Exception as fault:
        behind = _behind(fault)
        if behind is None:
            raise
        _say_and_leave(behind)


def _say_and_leave(refusal: Refusal) -> NoReturn:
    sentence = say(refusal.code, refusal.figures, language=language())
    if "--json" in sys.argv:
        body = {"code": refusal.code, "figures": refusal.figures, "sentence": sentence}
        print(json.dumps({"error": body}, ensure_ascii=False, default=str))
    print(f"{refusal.code}: {sentence}", file=sys.stderr)
    raise SystemExit(1) from None


def _behind(fault: Exception) -> Refusal | None:
    """What the operator can mend behind a fault of a file or of the state database, if any."""
    if isinstance(fault, OSError) and fault.filename is not None:
        return NoPlace(file=str(fault.filename), why=fault.strerror or "")
    duckdb = sys.modules.get("duckdb")
    if duckdb is not None and isinstance(fault, duckdb.IOException):
        told = _DUCKDB_PLACE.search(str(fault))
        return NoPlace(file=told[1], why=told[2].strip()) if told else None
    if "django.db" not in sys.modules:
        return None
    from dunwell.faces.cli.soundness import refusal_behind  # reason: start-up — only after a fault

    return refusal_behind(fault)


if __name__ == "__main__":
    main()
