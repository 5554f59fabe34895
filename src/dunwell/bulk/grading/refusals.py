"""What is wrong with a feature file, a folder of a model or a file of directions."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class FileEnding(Refusal):
    """A file that is neither CSV nor Parquet by its ending. Figures: file, allowed."""

    code = "GRADE-ENDING"


class UnreadableFile(Refusal):
    """A file that cannot be read as what its ending says. Figures: file, allowed."""

    code = "GRADE-UNREADABLE"


class ColumnTwice(Refusal):
    """Two columns of one name, upper and lower case being the same. Figures: file, column."""

    code = "GRADE-COLUMN-TWICE"


class NoRows(Refusal):
    """A feature file without rows. Figures: file."""

    code = "GRADE-NO-ROWS"


class NoSuchColumn(Refusal):
    """Columns that are wanted and not there. Figures: file, columns, found."""

    code = "GRADE-NO-COLUMN"


class NoBorrowerNo(Refusal):
    """A file to score without the column that says whose score it is. Figures: file, found."""

    code = "GRADE-NO-BORROWER"


class BorrowerTwice(Refusal):
    """A borrower_no that is empty, or the same in two rows. Figures: file, row, other."""

    code = "GRADE-BORROWER-TWICE"


class NotOwnBorrowers(Refusal):
    """Borrowers that are not the lender's. Figures: file, count, borrowers."""

    code = "GRADE-NOT-OWN"


class NotANumber(Refusal):
    """A cell of a column of numbers that is none. Figures: file, row, column, value."""

    code = "GRADE-NOT-NUMBER"


class NotAFlag(Refusal):
    """A cell that must be true or false. Figures: file, row, column, value."""

    code = "GRADE-NOT-FLAG"


class NotZeroOne(Refusal):
    """A target that is not 0 or 1. Figures: file, row, column, value."""

    code = "GRADE-TARGET"


class NothingToLearnFrom(Refusal):
    """No column is left to learn from. Figures: file, target."""

    code = "GRADE-NOTHING"


class WrongDirections(Refusal):
    """A file of directions that is not as it must be. Figures: file, path, value, allowed."""

    code = "GRADE-DIRECTIONS"


class NoModelHere(Refusal):
    """A card or folder that is not there, or not a model. Figures: path, allowed."""

    code = "GRADE-NO-MODEL"


class WrongModel(Refusal):
    """A file of a model's folder that is not as training wrote it. Figures: file, path, value,
    allowed."""

    code = "GRADE-MODEL"


class NoLightGBM(Refusal):
    """LightGBM is wanted and not installed. Figures: extra."""

    code = "GRADE-NO-LIGHTGBM"
