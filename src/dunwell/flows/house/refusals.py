"""What the flows of the house refuse, beside NotPermitted."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NoSuchStaff(Refusal):
    """There is no such work name. Figures: staff."""

    code = "PEOPLE-NO-SUCH-STAFF"


class UsernameTaken(Refusal):
    """Somebody has this work name already. Figures: username."""

    code = "PEOPLE-USERNAME-TAKEN"


class UsernameUnfit(Refusal):
    """A work name is 2 to 60 letters, digits, dots, dashes or Chinese characters, and nobody's
    mobile number. Figures: username is not repeated, only its length."""

    code = "PEOPLE-USERNAME-UNFIT"


class PasswordWeak(Refusal):
    """The password policy refuses it. Figures: problems (Django's codes), least."""

    code = "PEOPLE-PASSWORD-WEAK"


class PasswordWrong(Refusal):
    """The present password does not match. No figures."""

    code = "PEOPLE-PASSWORD-WRONG"


class OwnAccount(Refusal):
    """Nobody appoints, ends or deactivates themselves. Figures: staff."""

    code = "PEOPLE-OWN-ACCOUNT"


class NoSuchPlace(Refusal):
    """There is no such lender, or no such team of it. Figures: lender, team."""

    code = "PEOPLE-NO-SUCH-PLACE"


class PlaceTaken(Refusal):
    """There is a lender or team of this code already. Figures: place."""

    code = "PEOPLE-PLACE-TAKEN"


class PlaceUnfit(Refusal):
    """A code is 1 to 40 small letters, digits and dashes; a name is not empty. Figures: place."""

    code = "PEOPLE-PLACE-UNFIT"


class NoSuchRole(Refusal):
    """There is no such role. Figures: role, roles."""

    code = "PEOPLE-NO-SUCH-ROLE"


class AlreadyAppointed(Refusal):
    """The person holds this very role there on that day. Figures: staff, role, from_on."""

    code = "PEOPLE-ALREADY-APPOINTED"


class AppointmentOver(Refusal):
    """The appointment has ended before, or there is none of that number. Figures: appointment."""

    code = "PEOPLE-APPOINTMENT-OVER"


class ReasonMissing(Refusal):
    """The act needs a reason of at least four characters. Figures: least."""

    code = "PEOPLE-REASON-MISSING"


class NoSuchValue(Refusal):
    """There is no such personal value in this case, or none you may see. Figures: case, what."""

    code = "PEOPLE-NO-SUCH-VALUE"


class WorkGoesOn(Refusal):
    """Index keys change only while no import and no day run is going on. Figures: run, kind."""

    code = "VAULT-WORK-GOES-ON"
