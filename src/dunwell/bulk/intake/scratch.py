"""DuckDB as the intake uses it: one file for what is staged, one beside it for what is passing.

Memory is bounded; what does not fit spills into the work folder. No extension is
loaded and no file outside the named ones is read.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

MEMORY_MB = 1_000


def open_stage(
    path: Path, *, read_only: bool = False, memory_mb: int = MEMORY_MB, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the staged database at `path` within `memory_mb`, spilling beside it."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "temp_directory": str(path.parent / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(str(path), read_only=read_only, config=settings)
    # After two seconds DuckDB would draw its own bar on stdout, into the middle of --json.
    connection.execute("SET enable_progress_bar = false")
    return connection


def attach_scratch(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach an empty database for raw cells as `raw`; `detach_scratch` lets go of it."""
    path.unlink(missing_ok=True)
    name = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{name}' AS raw")


def detach_scratch(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of the raw cells; the caller deletes their file."""
    connection.execute("DETACH raw")
