"""What the message flows refuse. Figures hold row ids and codes, never numbers or texts."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NoLetterhead(Refusal):
    """Nobody said yet under which registered name the lender writes. Figures: lender."""

    code = "OUTBOX-NO-LETTERHEAD"


class LetterheadWrong(Refusal):
    """A name, number or address that no message could carry. Figures: field, found, allowed."""

    code = "OUTBOX-LETTERHEAD"


class MessageNotQueued(Refusal):
    """No such case, or no such contact of it with a number. Figures: case, contact, why."""

    code = "OUTBOX-NOT-QUEUED"


class NumberUnverified(Refusal):
    """The number was found, and no call reached the borrower on it yet. Figures: case, contact."""

    code = "OUTBOX-UNVERIFIED"


class NoSuchMessage(Refusal):
    """No message of that number. Figures: message."""

    code = "OUTBOX-NO-SUCH-MESSAGE"


class NotUnknown(Refusal):
    """Only a message of unknown fate is settled by a person. Figures: message, state."""

    code = "OUTBOX-NOT-UNKNOWN"


class NobodySays(Refusal):
    """A person settles by somebody's word. Figures: found, allowed."""

    code = "OUTBOX-WHO-SAYS"


class NoSuchReply(Refusal):
    """No reply of that number waits. Figures: reply."""

    code = "OUTBOX-NO-SUCH-REPLY"
