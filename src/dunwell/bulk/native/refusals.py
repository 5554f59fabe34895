"""What can be wrong with native files: one refusal per kind of fault, with where it is.

`row` counts records as a spreadsheet does: the header is row 1 (Parquet has none:
its first record is row 1); blank lines of a CSV file are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dunwell.core.refusal import Refusal

SHOWN_CHARACTERS = 40


class NoNativeFiles(Refusal):
    """No native file of a table that ageing reads. Figures: folder, allowed."""

    code = "NATIVE-NO-FILES"


class TwoFiles(Refusal):
    """Two files say the same table. Figures: table, first, second."""

    code = "NATIVE-TWO-FILES"


class BrokenFile(Refusal):
    """A file that is not what its ending says. Figures: file."""

    code = "NATIVE-BROKEN-FILE"


class NotUtf8(Refusal):
    """A CSV file in another encoding than UTF-8. Figures: file, row."""

    code = "NATIVE-NOT-UTF8"


class TornRow(Refusal):
    """A CSV row with more or fewer values than the header, or an open quote. Figures: file, row."""

    code = "NATIVE-TORN-ROW"


class UnknownColumn(Refusal):
    """A column the table does not have. Figures: file, column, allowed."""

    code = "NATIVE-UNKNOWN-COLUMN"


class MissingColumn(Refusal):
    """A required column is not in the file. Figures: file, column, allowed."""

    code = "NATIVE-MISSING-COLUMN"


class ColumnTwice(Refusal):
    """One fact in two columns: the same name twice, or yuan and fen. Figures: file, column."""

    code = "NATIVE-COLUMN-TWICE"


class EmptyValue(Refusal):
    """A required value is empty. Figures: file, row, column."""

    code = "NATIVE-EMPTY"


class BadText(Refusal):
    """An empty text where only null or a value may stand. Figures: file, row, column, value."""

    code = "NATIVE-BAD-TEXT"


class BadDay(Refusal):
    """A value that is not an ISO date of a loan's life. Figures: file, row, column, value."""

    code = "NATIVE-BAD-DAY"


class BadSeq(Refusal):
    """A value that is not a whole number from 0. Figures: file, row, column, value."""

    code = "NATIVE-BAD-SEQ"


class BadAmount(Refusal):
    """A value that is not yuan with at most two decimals. Figures: file, row, column, value."""

    code = "NATIVE-BAD-AMOUNT"


class BadFen(Refusal):
    """A value that is not a whole number of fen. Figures: file, row, column, value."""

    code = "NATIVE-BAD-FEN"


class BadChoice(Refusal):
    """A value that is not in the list. Figures: file, row, column, value, allowed."""

    code = "NATIVE-BAD-CHOICE"


class KeyTwice(Refusal):
    """A key that comes twice in one file. Figures: file, row, column, value, first_row."""

    code = "NATIVE-KEY-TWICE"


class NegativePayment(Refusal):
    """A negative payment that reverses nothing. Figures: file, row, column, value."""

    code = "NATIVE-NEGATIVE-PAYMENT"


class ReversalOfNothing(Refusal):
    """A reversal of no payment of that loan in the file. Figures: file, row, column, value."""

    code = "NATIVE-REVERSES-NOTHING"


class EarlyReversal(Refusal):
    """A reversal dated before its payment. Figures: file, row, column, value, paid_on."""

    code = "NATIVE-REVERSED-TOO-EARLY"


class ExcessReversal(Refusal):
    """Reversals above what was paid. Figures: file, row, column, value, paid."""

    code = "NATIVE-REVERSED-TOO-MUCH"


class NoInstallment(Refusal):
    """An adjustment of an installment not in the schedule. Figures: file, row, column, value."""

    code = "NATIVE-NO-INSTALLMENT"


class HoldBackwards(Refusal):
    """A hold that ends before it starts. Figures: file, row, column, value, start."""

    code = "NATIVE-HOLD-BACKWARDS"


class BadOrder(Refusal):
    """An order that does not name each component once.

    Figures: file, row, column, value, allowed.
    """

    code = "NATIVE-BAD-ORDER"


class BadBook(Refusal):
    """Native files with faults: `problems` holds the first of them. Figures: problems (a count)."""

    code = "NATIVE-BAD-BOOK"

    def __init__(self, *, problems: Sequence[Refusal]) -> None:
        super().__init__(problems=len(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[object, ...]:
        return partial(BadBook, problems=self.problems), ()


def shown(value: object) -> str:
    """A value of a file as a message may show it: short."""
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
