"""What the note flows refuse. Figures hold codes, row ids and places in a text, never the text."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NoSuchCase(Refusal):
    """No case of that number. Figures: case."""

    code = "NOTES-NO-SUCH-CASE"


class NoSuchNote(Refusal):
    """No note of that number on the case. Figures: note."""

    code = "NOTES-NO-SUCH"


class NoteWording(Refusal):
    """The officer's own words hold what nobody may say. Figures: field, places (class and span)."""

    code = "NOTES-WORDING"


class NotClosable(Refusal):
    """The contact may not be filed as it is told. Figures: codes, missing."""

    code = "NOTES-NOT-CLOSABLE"


class NoteNeedsContact(Refusal):
    """A note about a contact without the permit it was made under, or of another case.

    Figures: channel, permit.
    """

    code = "NOTES-NEEDS-PERMIT"


class NoteFiled(Refusal):
    """The contact has its note; what is wrong in it is corrected. Figures: permit, note."""

    code = "NOTES-FILED"


class NoteEmpty(Refusal):
    """A remark that says nothing. Figures: least."""

    code = "NOTES-EMPTY"


class UnknownReason(Refusal):
    """An overdue reason that is not in the list. Figures: reason, allowed."""

    code = "NOTES-REASON"


class CorrectedAlready(Refusal):
    """The note has a correction; correct that one. Figures: note, correction."""

    code = "NOTES-CORRECTED"


class DraftMoved(Refusal):
    """The draft was changed elsewhere (another tab). Figures: version."""

    code = "NOTES-DRAFT-MOVED"


class DraftSealed(Refusal):
    """The ten seconds are over: the draft is a note. Figures: note."""

    code = "NOTES-DRAFT-SEALED"
