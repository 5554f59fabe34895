"""A feature file opened: CSV or Parquet, one row per borrower, numbers, null is unknown.

Called by `learning` and `scoring`. Every cell is read as text or number in DuckDB; NaN
counts as unknown, an infinite number is refused. Rows are counted as a person does: in a
CSV the header is row 1. Text is UTF-8 or whatever the import of books can read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

import duckdb
import numpy as np
from numpy.typing import NDArray

from dunwell.bulk.compile.conditions import column as sql_name
from dunwell.bulk.grading.refusals import (
    ColumnTwice,
    FileEnding,
    NoRows,
    NoSuchColumn,
    NotAFlag,
    NotANumber,
    UnreadableFile,
)
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.tables import Kind as CellKind
from dunwell.bulk.intake.textfile import open_text
from dunwell.bulk.shards import sql_text, work_database
from dunwell.core.refusal import Refusal

KEY = "borrower_no"
ENDINGS = (".csv", ".parquet")
ROW = "dunwell_row"
"""The column that numbers the rows from 0."""
_MOST_SHOWN = 20
_TABLE = "feature_file"

Kind = Literal["number", "flag", "text", "mixed", "empty"]
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMERIC = frozenset({*_WHOLE, *(f"U{kind}" for kind in _WHOLE)})


class Column(NamedTuple):
    """One column: what its cells hold; `mixed`: numbers and other text."""

    name: str
    kind: Kind
    distinct: int
    known: int


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """The file as a table of the connection: `rows` of them, with a column ROW."""

    connection: duckdb.DuckDBPyConnection
    file: str
    table: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int
    first_row: int

    def wanted(self, names: Sequence[str]) -> None:
        """Refuses (NoSuchColumn) names that the file does not have."""
        missing = [name for name in names if name not in self.names]
        if missing:
            raise NoSuchColumn(file=self.file, columns=missing, found=list(self.names))

    def only(self, where: str) -> FeatureFile:
        """The file with just the rows for which the SQL holds; their numbers stay.

        Refuses (NoRows) a file of which nothing is left.
        """
        self.connection.execute(f"DELETE FROM {self.table} WHERE NOT coalesce({where}, false)")
        counted = self.connection.execute(f"SELECT count(*) FROM {self.table}").fetchall()
        if not counted[0][0]:
            raise NoRows(file=self.file)
        return replace(self, rows=int(counted[0][0]))

    def column(self, name: str) -> Column:
        """What the cells of a column hold, all of them read."""
        declared = self.kinds[self.names.index(name)]
        cell, number = sql_name(name), self.number(name)
        flag = "false" if declared != "VARCHAR" else f"{_text(cell)} IN ('true', 'false')"
        known = self._known(name)
        counted = self.connection.execute(
            f"SELECT count(*) FILTER ({known}), count(*) FILTER ({known} AND {number} IS NOT NULL),"
            f" count(*) FILTER ({known} AND {flag}), count(DISTINCT {cell}) FILTER ({known})"
            f" FROM {self.table}"
        ).fetchall()[0]
        all_known, numbers, flags, distinct = (int(one) for one in counted)
        kind: Kind = "mixed" if 0 < numbers < all_known and 2 * numbers > all_known else "text"
        if declared == "BOOLEAN" or (0 < flags == all_known):
            kind = "flag"
        elif numbers == all_known:
            kind = "number"
        return Column(name, kind if all_known else "empty", distinct, all_known)

    def number(self, name: str) -> str:
        """SQL of a cell as DOUBLE; null where it is empty, NaN, or no number at all."""
        cell = sql_name(name)
        if self.kinds[self.names.index(name)] == "VARCHAR":
            text = _text(cell)
            cell = f"CASE {text} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {text} END"
        number = f"TRY_CAST({cell} AS DOUBLE)"
        return f"CASE WHEN NOT isnan({number}) THEN {number} END"

    def numbers(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Columns of numbers, NaN where unknown, in the order of the file.

        Refuses what `check_numbers` refuses.
        """
        self.check_numbers(names)
        selected = ", ".join(f"{self.number(name)} AS c{n}" for n, name in enumerate(names))
        answer = self.connection.execute(f"SELECT {selected} FROM {self.table} ORDER BY {ROW}")
        found = answer.fetchnumpy()
        return np.column_stack(
            [np.ma.filled(np.ma.asarray(found[f"c{n}"]), np.nan) for n in range(len(names))]
        ).astype(np.float64)

    def check_numbers(self, names: Sequence[str]) -> None:
        """Refuses (NotANumber) a cell that is no number or infinite, with its row."""
        wrong = {}
        for name in names:
            number = self.number(name)
            wrong[name] = f"{self._known(name)} AND ({number} IS NULL OR isinf({number}))"
        if not wrong:
            return
        # One pass over all columns; only a file with a wrong cell is looked at again.
        counts = ", ".join(f"count(*) FILTER ({where})" for where in wrong.values())
        found = self.connection.execute(f"SELECT {counts} FROM {self.table}").fetchall()[0]
        for (name, where), count in zip(wrong.items(), found, strict=True):
            if count:
                self.refuse_first(where, name, NotANumber)

    def flag(self, name: str) -> str:
        """SQL of a cell as BOOLEAN. Refuses (NotAFlag) a cell that is neither true nor false."""
        text = _text(sql_name(name))
        odd = f"{self._known(name)} AND {text} NOT IN ('true', 'false', '1', '0', '1.0', '0.0')"
        self.refuse_first(odd, name, NotAFlag)
        return f"CASE WHEN {self._known(name)} THEN {text} IN ('true', '1', '1.0') END"

    def _known(self, name: str) -> str:
        cell = sql_name(name)
        kind = self.kinds[self.names.index(name)]
        if kind == "VARCHAR":
            return f"coalesce({_text(cell)} NOT IN ('', 'nan'), false)"
        if kind in ("DOUBLE", "FLOAT"):
            return f"({cell} IS NOT NULL AND NOT isnan({cell}))"
        return f"({cell} IS NOT NULL)"

    def refuse_first(self, where: str, name: str, refusal: type[Refusal]) -> None:
        """Refuse the first row for which the SQL `where` holds, if there is one.

        In a shifted row a name or a phone may stand there: such a value is shown masked.
        """
        cell = f"{sql_name(name)}::VARCHAR"
        found = self.connection.execute(
            f"SELECT {ROW}, {mask_sql(cell, CellKind.TEXT)} FROM {self.table} WHERE {where}"
            f" ORDER BY {ROW} LIMIT 1"
        ).fetchall()
        if found:
            row, value = found[0]
            shown = (value or "")[:_MOST_SHOWN]
            raise refusal(file=self.file, row=row + self.first_row, column=name, value=shown)


@contextmanager
def open_features(path: Path) -> Iterator[FeatureFile]:
    """A feature file, read into a table of a database that lives as long as the context.

    Refuses other endings (FileEnding), what cannot be read (UnreadableFile, and what
    `open_text` refuses), two columns of one name (ColumnTwice) and a file without rows (NoRows).
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FileEnding(file=path.name, allowed=", ".join(ENDINGS))
    if not path.is_file():
        _unreadable(path)
    with tempfile.TemporaryDirectory(prefix="dunwell-grade-") as name:
        scratch = Path(name)
        with work_database(scratch) as connection:
            yield _read(connection, path, scratch)


def _read(connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> FeatureFile:
    ending = path.suffix.lower()
    numbered, kept = "file_row_number", "* EXCLUDE (file_row_number)"
    source = f"read_parquet({sql_text(path)}, file_row_number = true)"
    if ending == ".csv":
        numbered, kept = "row_number() OVER () - 1", "*"
        text = open_text(path, name=path.name, workdir=scratch)
        options = (
            f"all_varchar = true, delim = {sql_text(text.delimiter)}, quote = '\"', escape = '\"',"
            " skip = 0, nullstr = ''"
        )
        source = f"read_csv({sql_text(text.path)}, header = true, {options})"
        _refuse_twice(
            connection, f"read_csv({sql_text(text.path)}, header = false, {options})", path
        )
    try:
        connection.execute(
            f"CREATE TABLE {_TABLE} AS SELECT {numbered} AS {ROW}, {kept} FROM {source}"
        )
    except duckdb.Error:
        _unreadable(path)
    described = connection.execute(f"DESCRIBE {_TABLE}").fetchall()[1:]
    counted = connection.execute(f"SELECT count(*) FROM {_TABLE}").fetchall()
    rows = int(counted[0][0])
    if not rows or not described:
        raise NoRows(file=path.name)
    return FeatureFile(
        connection=connection,
        file=path.name,
        table=_TABLE,
        names=tuple(name for name, *_ in described),
        kinds=tuple(_kind(kind) for _, kind, *_ in described),
        rows=rows,
        first_row=2 if ending == ".csv" else 1,
    )


def _refuse_twice(connection: duckdb.DuckDBPyConnection, lines: str, path: Path) -> None:
    """DuckDB would number columns of one name (whatever their case), and a model learn both."""
    try:
        heads = connection.execute(f"FROM {lines} LIMIT 1").fetchall()
    except duckdb.Error:
        _unreadable(path)
    seen: set[str] = set()
    for name in heads[0] if heads else ():
        if name and name.strip().lower() in seen:
            raise ColumnTwice(file=path.name, column=name)
        seen.add((name or "").strip().lower())


def _kind(declared: str) -> str:
    if declared in ("BOOLEAN", "DOUBLE", "FLOAT"):
        return declared
    # A column of another kind (a day, a list) is text to us: it cannot be learned from.
    return "NUMBER" if declared in _NUMERIC or declared.startswith("DECIMAL") else "VARCHAR"


def _unreadable(path: Path) -> NoReturn:
    raise UnreadableFile(file=path.name, allowed="CSV (UTF-8) | Parquet") from None


def _text(cell: str) -> str:
    return f"lower(trim({cell}::VARCHAR))"
