"""Imports inside functions: allowed only with a reason from a closed list, beside the import.

import django  # reason: start-up — stateless commands must not pay for it
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Finding, Source

REASONS = {
    "start-up": "a command or process that does not need it must start without it",
    "heavy": "costs seconds at import and is rarely used",
    "extra": "belongs to an optional extra that may not be installed",
    "app-registry": "Django's registry is not ready when this module is imported",
}
"""Reason → when it holds."""

_REASON = re.compile(r"#.*\breason: ([a-z-]+)")


def unreasoned_imports(source: Source) -> Iterator[Finding]:
    """Imports inside a function whose line gives no reason, or one that is not listed."""
    lines = source.text.splitlines()
    for function in ast.walk(ast.parse(source.text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            reason = _REASON.search("\n".join(lines[node.lineno - 1 : node.end_lineno]))
            if reason is None or reason.group(1) not in REASONS:
                known = ", ".join(REASONS)
                yield Finding(
                    source.path, node.lineno, f"import at the top, or `# reason: {known}`"
                )
