"""Docstrings: modules say what they answer, public functions what they promise."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tree import Finding, Source

PROMISING = tuple(f"src/dunwell/{floor}/" for floor in ("core", "bulk", "flows"))
"""Floors whose public functions and classes promise something to others."""


def silent_modules(source: Source) -> Iterator[Finding]:
    """Modules that hold code and have no docstring."""
    module = ast.parse(source.text)
    if module.body and ast.get_docstring(module) is None:
        yield Finding(source.path, 1, "say in a docstring what question this module answers")


def silent_promises(source: Source) -> Iterator[Finding]:
    """Public functions and classes at the top of a module without a docstring."""
    for node in ast.parse(source.text).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield Finding(source.path, node.lineno, f"say in a docstring what {node.name} promises")
