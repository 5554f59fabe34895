"""Lengths: files that can be read whole, functions that fit a screen. A ratchet.

A file of 600 lines fails, one of 400 needs its reason here. A function of more
than 70 lines fails; what stands in LONG_FUNCTIONS may shrink but never grow, and
leaves the list when it is short enough.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from tests.house.tree import Finding, Source

LONGEST_FILE = 600
LONG_FILE = 400
LONGEST_FUNCTION = 70

LONG_FILES: Mapping[str, str] = {}
"""Path → why it is long."""

LONG_FUNCTIONS: Mapping[str, int] = {}
"""path::name → lines it has and may not exceed."""


def long_files(source: Source, *, reasons: Mapping[str, str] = LONG_FILES) -> Iterator[Finding]:
    """Files above the limit, above 400 without a reason, or listed without need."""
    lines = source.text.count("\n")
    if lines >= LONGEST_FILE:
        yield Finding(source.path, lines, f"{lines} lines; split it by room, 599 is the most")
    elif lines >= LONG_FILE and source.path not in reasons:
        yield Finding(source.path, lines, f"{lines} lines; split it, or give the reason here")
    elif lines < LONG_FILE and source.path in reasons:
        yield Finding(source.path, lines, "is short now: take it off LONG_FILES")


def long_functions(
    source: Source, *, allowed: Mapping[str, int] = LONG_FUNCTIONS
) -> Iterator[Finding]:
    """Functions longer than the limit, or than what the ratchet holds them to."""
    for node in ast.walk(ast.parse(source.text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        held_to = allowed.get(f"{source.path}::{node.name}")
        if lines > (held_to or LONGEST_FUNCTION):
            most = held_to or LONGEST_FUNCTION
            yield Finding(
                source.path, node.lineno, f"{node.name} has {lines} lines, {most} at most"
            )
        elif held_to is not None and lines < held_to:
            yield Finding(source.path, node.lineno, f"{node.name} shrank: hold it to {lines}")
