"""What the permit flows refuse before the gate is asked at all. Figures hold row ids and codes."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NoSuchContact(Refusal):
    """No such case, or the contact is not one of it, or was replaced. Figures: case, contact."""

    code = "PERMITS-NO-SUCH-CONTACT"


class NoWay(Refusal):
    """The contact has no number or address for this channel. Figures: contact, channel."""

    code = "PERMITS-NO-WAY"


class NoSuchPermit(Refusal):
    """No question of that number was ever asked. Figures: permit."""

    code = "PERMITS-NO-SUCH"


class PermitOver(Refusal):
    """The permit is used, given back, lapsed, or never was one. Figures: permit, state."""

    code = "PERMITS-OVER"


class NotYours(Refusal):
    """Only who asked for a permit uses it. Figures: permit."""

    code = "PERMITS-NOT-YOURS"


class TextChanged(Refusal):
    """The text is not the one the permit was given for. Figures: permit."""

    code = "PERMITS-TEXT-CHANGED"


class WrongOutcome(Refusal):
    """An outcome of a contact that was not made, or has one. Figures: permit, state."""

    code = "PERMITS-OUTCOME"


class WrongStanding(Refusal):
    """What is to stand is not said as it must be. Figures: field, value, allowed."""

    code = "PERMITS-STANDING"


class NoSuchStanding(Refusal):
    """Nothing of that number stands about the case's party. Figures: case, standing."""

    code = "PERMITS-NO-SUCH-STANDING"


class OwnApproval(Refusal):
    """A second person agrees or withdraws, not the same one. Figures: standing."""

    code = "PERMITS-OWN-APPROVAL"


class NoReceipt(Refusal):
    """The permit was not used, so there is no receipt. Figures: permit."""

    code = "RECEIPT-NONE"
