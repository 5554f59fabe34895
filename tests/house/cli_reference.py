"""docs/cli.md: every command of `dunwell` with its arguments and options, written from the code.

`make reference` writes it; a test holds the page equal to the commands and every
command and option to having a help text. A documented command is a promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, NamedTuple, get_args, get_origin

from typer.main import get_command

from dunwell.faces.cli.main import app
from tests.house.tree import ROOT, Finding

PAGE = ROOT / "docs" / "cli.md"

HEADER = """\
# 命令 Commands

`dunwell 名词 动词`。退出码：0 完成，1 被规则或坏数据拒绝，2 用法不对。
状态在 `DUNWELL_HOME`；`DUNWELL_DATABASE_URL` 指向 PostgreSQL。

`dunwell NOUN VERB`. Exit codes: 0 done, 1 refused by a rule or bad data, 2 wrong usage.
State lives in `DUNWELL_HOME`; `DUNWELL_DATABASE_URL` points to PostgreSQL.

This page is written by `make reference` from the commands themselves.
"""

SHELL_COMPLETION = frozenset({"install_completion", "show_completion", "help"})
"""Parameters that every command has."""


class Entry(NamedTuple):
    """One command: its words, its help, and its parameters as click knows them."""

    words: str
    command: Any


def commands() -> list[Entry]:
    """Every command that does something, sorted by its words."""
    return sorted(_below("dunwell", get_command(app)), key=lambda entry: entry.words)


def page() -> str:
    """The whole page."""
    return "\n".join([HEADER, *(_section(entry) for entry in commands())])


def unexplained() -> Iterator[Finding]:
    """Commands and options without a help text."""
    for words, command in commands():
        if not (command.help or "").strip():
            yield Finding("docs/cli.md", 1, f"`{words}` has no help")
        for parameter in _own_parameters(command):
            if not (getattr(parameter, "help", "") or "").strip():
                yield Finding("docs/cli.md", 1, f"`{words}`: {parameter.name} has no help")


def _below(words: str, command: Any) -> Iterator[Entry]:
    names = command.list_commands(None) if hasattr(command, "list_commands") else []
    for name in names:
        yield from _below(f"{words} {name}", command.get_command(None, name))
    if not names:
        yield Entry(words, command)


def _section(entry: Entry) -> str:
    shown = _own_parameters(entry.command)
    usage = " ".join([entry.words, *(_usage(p) for p in shown if _is_argument(p)), "[OPTIONS]"])
    rows = [f"| {_spelling(p)} | {_text(p.help)}{_default(p)} |" for p in shown]
    table = ["", "| | |", "| --- | --- |", *rows] if rows else []
    lines = [f"## {entry.words}", "", f"`{usage}`", "", _text(entry.command.help), *table, ""]
    return "\n".join(lines)


def _own_parameters(command: Any) -> list[Any]:
    return [
        parameter
        for parameter in command.params
        if parameter.name not in SHELL_COMPLETION and not getattr(parameter, "hidden", False)
    ]


def _default(parameter: Any) -> str:
    default = parameter.default
    if default is None or callable(default) or isinstance(default, bool) or default in ("", ()):
        return ""
    return f" (`{default}`)"


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _usage(argument: Any) -> str:
    word = _metavar(argument) + ("..." if argument.nargs == -1 else "")
    return word if argument.required else f"[{word}]"


def _spelling(parameter: Any) -> str:
    if _is_argument(parameter):
        return f"`{_metavar(parameter)}`"
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return f"`{names}`" if parameter.is_flag else f"`{names} {_metavar(parameter)}`"


def _metavar(parameter: Any) -> str:
    descriptor = getattr(parameter, "type_descriptor", None)
    if choices := _choices(getattr(descriptor, "annotation", None)):
        return "\\|".join(choices)
    return str(parameter.metavar or parameter.name.upper().replace("_", "-"))


def _choices(annotation: Any) -> list[str]:
    """The values of a Literal or an enumeration, also inside `| None`."""
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [choice for inner in get_args(annotation) for choice in _choices(inner)]


def _text(help_text: str | None) -> str:
    return " ".join((help_text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
