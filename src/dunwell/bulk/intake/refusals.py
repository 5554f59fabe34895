"""Why the intake refuses: whole files (FileRefused), single cells (CellRefused), and flags.

A FileRefused stops the batch before anything is staged. A CellRefused becomes a
row of `reject` and never stops good rows. Flags are remarks on rows that are
staged. Figures never hold names, ID numbers, phones or addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from dunwell.core.refusal import Refusal


class FileRefused(Refusal):
    """A file, or the batch of files, cannot be taken."""


class NoFiles(FileRefused):
    """The paths hold no file the intake reads. Figures: path."""

    code = "INTAKE-NO-FILES"


class EmptyFile(FileRefused):
    """A file without a single character or cell. Figures: file."""

    code = "INTAKE-EMPTY-FILE"


class NoRows(FileRefused):
    """A header and nothing below it, where a tape or a schedule was promised. Figures: file."""

    code = "INTAKE-NO-ROWS"


class NotText(FileRefused):
    """Bytes that are no text and no known format. Figures: file."""

    code = "INTAKE-NOT-TEXT"


class BrokenFile(FileRefused):
    """A workbook, Parquet file or archive that cannot be opened. Figures: file, format."""

    code = "INTAKE-BROKEN-FILE"


class Encrypted(FileRefused):
    """A file behind a password. Figures: file."""

    code = "INTAKE-ENCRYPTED"


class WebPage(FileRefused):
    """A web page saved under the name of a workbook. Figures: file."""

    code = "INTAKE-WEB-PAGE"


class UnsafeArchive(FileRefused):
    """An archive whose entries point outside it, or that holds an archive. Figures: file, entry."""

    code = "INTAKE-UNSAFE-ARCHIVE"


class TooBig(FileRefused):
    """An archive or workbook that unpacks to more than it may. Figures: file, limit_mib."""

    code = "INTAKE-TOO-BIG"


class NoHeader(FileRefused):
    """The first rows look like data, not like column names. Figures: file."""

    code = "INTAKE-NO-HEADER"


class Unrecognised(FileRefused):
    """Column names of which too few are known. Figures: file, columns."""

    code = "INTAKE-UNRECOGNISED"


class UnknownColumns(FileRefused):
    """Columns the native table does not have. Figures: file, table, columns, allowed."""

    code = "INTAKE-UNKNOWN-COLUMNS"


class MissingColumns(FileRefused):
    """Columns the table cannot do without. Figures: file, table, columns."""

    code = "INTAKE-MISSING-COLUMNS"


class DuplicateColumns(FileRefused):
    """Two columns that mean the same field. Figures: file, columns, field."""

    code = "INTAKE-DUPLICATE-COLUMNS"


class MixedLayouts(FileRefused):
    """Files of different layouts in one batch. Figures: files."""

    code = "INTAKE-MIXED-LAYOUTS"


class BadMap(FileRefused):
    """A column map that names what does not exist. Figures: where, found, allowed."""

    code = "INTAKE-BAD-MAP"


class SeveralProblems(FileRefused):
    """More than one file has a problem. Figures: count. `problems` holds each."""

    code = "INTAKE-SEVERAL-PROBLEMS"

    def __init__(self, *, problems: Sequence[FileRefused], count: int) -> None:
        super().__init__(count=count)
        self.problems = tuple(problems)


class CellRefused(Refusal):
    """A cell that cannot be read; its row is rejected."""


class Missing(CellRefused):
    """A needed cell is empty."""

    code = "INTAKE-MISSING"


class NotACount(CellRefused):
    """Not a whole number. Figures: most."""

    code = "INTAKE-NOT-A-COUNT"


class NotARate(CellRefused):
    """Not a rate a year."""

    code = "INTAKE-NOT-A-RATE"


class NotAChoice(CellRefused):
    """Not one of a closed list. Figures: allowed."""

    code = "INTAKE-NOT-A-CHOICE"


class NotInFormat(CellRefused):
    """A date not written as the column map says. Figures: format."""

    code = "INTAKE-NOT-IN-FORMAT"


class Negative(CellRefused):
    """An amount below zero where none can be."""

    code = "INTAKE-NEGATIVE"


class NegativePayment(CellRefused):
    """A negative payment that names no payment it reverses."""

    code = "INTAKE-NEGATIVE-PAYMENT"


class TooLong(CellRefused):
    """A text longer than the field. Figures: limit."""

    code = "INTAKE-TOO-LONG"


class DigitsLost(CellRefused):
    """A long number that a spreadsheet rounded (4.40106E+17)."""

    code = "INTAKE-DIGITS-LOST"


class DamagedText(CellRefused):
    """Characters that were lost before the file came here."""

    code = "INTAKE-DAMAGED-TEXT"


class FormulaError(CellRefused):
    """A spreadsheet's own error (#REF!)."""

    code = "INTAKE-FORMULA-ERROR"


class SeveralPhones(CellRefused):
    """More than one number in a cell for one."""

    code = "INTAKE-SEVERAL-PHONES"


class TooManyCells(CellRefused):
    """A row longer than its header."""

    code = "INTAKE-TOO-MANY-CELLS"


class ConflictingRows(CellRefused):
    """Rows of one file that tell one key differently. Figures: rows."""

    code = "INTAKE-CONFLICTING-ROWS"


class EndBeforeStart(CellRefused):
    """A hold that ends before it starts."""

    code = "INTAKE-END-BEFORE-START"


class ReversesItself(CellRefused):
    """A payment that names itself as what it undoes."""

    code = "INTAKE-REVERSES-ITSELF"


class ReversesOtherLoan(CellRefused):
    """A reversal of a payment of another loan."""

    code = "INTAKE-REVERSES-OTHER-LOAN"


class ReversesReversal(CellRefused):
    """A reversal of what is itself a reversal."""

    code = "INTAKE-REVERSES-REVERSAL"


class ReversedTooEarly(CellRefused):
    """A reversal dated before the payment it undoes. Figures: paid_on."""

    code = "INTAKE-REVERSED-TOO-EARLY"


class ReversedTooMuch(CellRefused):
    """Reversals that sum to more than the payment. Figures: paid_fen."""

    code = "INTAKE-REVERSED-TOO-MUCH"


class Orphan(CellRefused):
    """A row whose borrower or loan is neither in the batch nor in the state. Figures: parent."""

    code = "INTAKE-ORPHAN"


class NoAge(CellRefused):
    """A tape row with neither days past due nor a due date."""

    code = "INTAKE-NO-AGE"


class NoAmount(CellRefused):
    """A tape row without any overdue amount."""

    code = "INTAKE-NO-AMOUNT"


class MoreLeftThanDue(CellRefused):
    """An lp row whose remainder is more than what was due."""

    code = "INTAKE-MORE-LEFT-THAN-DUE"


class Flag(StrEnum):
    """Remarks on staged rows; each has a sentence."""

    ID_INVALID = "INTAKE-ID-INVALID"
    PHONE_INVALID = "INTAKE-PHONE-INVALID"
    SAME_ID = "INTAKE-SAME-ID"
    SUM_WRONG = "INTAKE-SUM-WRONG"
    PARTS_UNKNOWN = "INTAKE-PARTS-UNKNOWN"
    DPD_MISMATCH = "INTAKE-DPD-MISMATCH"
    FUTURE_DAY = "INTAKE-FUTURE-DAY"
    TOTALS_ROW = "INTAKE-TOTALS-ROW"
    SUPERSEDED = "INTAKE-SUPERSEDED"
    BORROWER_DIFFERS = "INTAKE-BORROWER-DIFFERS"
    LP_PAID_DAY_UNKNOWN = "INTAKE-LP-PAID-DAY-UNKNOWN"
    LP_STATUS_DIFFERS = "INTAKE-LP-STATUS-DIFFERS"


class Note(StrEnum):
    """Why a column or a sheet was left out; each has a sentence."""

    COLUMN_UNNEEDED = "INTAKE-COLUMN-UNNEEDED"
    COLUMN_UNKNOWN = "INTAKE-COLUMN-UNKNOWN"
    COLUMN_IGNORED = "INTAKE-COLUMN-IGNORED"
    SHEET_HIDDEN = "INTAKE-SHEET-HIDDEN"
    SHEET_UNRECOGNISED = "INTAKE-SHEET-UNRECOGNISED"
    SHEET_EMPTY = "INTAKE-SHEET-EMPTY"
    FILE_UNREAD = "INTAKE-FILE-UNREAD"
    NO_ROWS = "INTAKE-TABLE-NO-ROWS"
