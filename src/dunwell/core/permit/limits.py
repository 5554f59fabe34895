"""The numbers the rules read: their units and stricter sides, and the record of one day.

A pack file of the gate's folders must be one of NUMBERS, in that unit; store.policy.packs
refuses any other. Rules read `Limits`, whose attributes mypy knows by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from dunwell.core.params import Stricter
from dunwell.core.permit.facts import UnknownFact

LETS_THROUGH: Final = ("nothing", "estate", "notices", "notices_and_service")
"""What a freeze still lets through, from strict to mild: the choices of its parameter.

`estate`: a contact person, to find the estate or the guardian. `notices`: purpose
notify, what the law requires to be told. `notices_and_service`: also purpose service,
such as the answer to the complaint.
"""

NO_YES: Final = ("no", "yes")

FOLDERS: Final = frozenset({"contact", "sms", "visit", "freezes"})
"""Folders of a pack that hold numbers of the gate; other rooms have folders of their own."""


class Expected(NamedTuple):
    """What a number counts in, which side of it is stricter, and the names of its choices."""

    unit: str
    stricter: Stricter
    choices: tuple[str, ...] = ()


NUMBERS: Final[Mapping[str, Expected]] = {
    "contact.quiet_from": Expected("minute-of-day", "lower"),
    "contact.quiet_until": Expected("minute-of-day", "higher"),
    "contact.conversations_per_debtor_per_day": Expected("conversations/debtor/day", "lower"),
    "contact.notification_calls_per_debtor_per_day": Expected("calls/debtor/day", "lower"),
    "contact.unanswered_dials_per_number_per_day": Expected("dials/number/day", "lower"),
    "contact.unanswered_dials_warn_at": Expected("dials/number/day", "lower"),
    "contact.burst_minutes": Expected("minutes", "higher"),
    "contact.failed_attempts_in_row": Expected("attempts", "higher"),
    "contact.least_age": Expected("years", "higher"),
    "contact.recording_required": Expected("choice", "higher", NO_YES),
    "contact.carrier_seconds_between_dials": Expected("seconds", "higher"),
    "contact.local_open_from": Expected("minute-of-day", "higher"),
    "contact.local_open_until": Expected("minute-of-day", "lower"),
    "contact.calls_per_debt_per_week": Expected("calls/debt/7 days", "lower"),
    "contact.days_after_conversation": Expected("days", "higher"),
    "sms.messages_per_debtor_per_day": Expected("messages/debtor/day", "lower"),
    "sms.messages_per_debtor_per_week": Expected("messages/debtor/7 days", "lower"),
    "sms.carrier_messages_per_number_per_day": Expected("messages/number/day", "lower"),
    "sms.characters_most": Expected("characters", "lower"),
    "sms.single_part_characters": Expected("characters", "lower"),
    "sms.part_characters": Expected("characters", "lower"),
    "sms.signature_least": Expected("characters", "higher"),
    "sms.signature_most": Expected("characters", "lower"),
    "sms.open_from": Expected("minute-of-day", "higher"),
    "sms.open_until": Expected("minute-of-day", "lower"),
    "visit.visits_per_address_per_day": Expected("visits/address/day", "lower"),
    "visit.visits_per_address_per_week": Expected("visits/address/7 days", "lower"),
    "visit.collectors_least": Expected("persons", "higher"),
    "freezes.complaint": Expected("choice", "lower", LETS_THROUGH),
    "freezes.dispute": Expected("choice", "lower", LETS_THROUGH),
    "freezes.hardship": Expected("choice", "lower", LETS_THROUGH),
    "freezes.vulnerable": Expected("choice", "lower", LETS_THROUGH),
    "freezes.deceased": Expected("choice", "lower", LETS_THROUGH),
    "freezes.represented": Expected("choice", "lower", LETS_THROUGH),
    "freezes.estate": Expected("choice", "lower", LETS_THROUGH),
}
"""Every parameter the rules know, by its name in a pack."""


class Limits:
    """The numbers of one day: an attribute is a parameter's name with its dots as underscores.

    A number that no pack gives on that day is unknown, as an absent fact is.
    """

    def __init__(self, values: Mapping[str, int], *, day_known: bool = True) -> None:
        self._day_known = day_known
        for name, value in values.items():
            setattr(self, name.replace(".", "_"), value)

    if not TYPE_CHECKING:  # so that a mistyped number is still seen by mypy

        def __getattr__(self, name: str) -> object:
            if name not in Limits.__annotations__:
                raise AttributeError(name)
            known = self.__dict__.get("_day_known", True)
            raise UnknownFact(f"parameter.{name.replace('_', '.', 1)}" if known else "at")

    contact_quiet_from: int
    contact_quiet_until: int
    contact_conversations_per_debtor_per_day: int
    contact_notification_calls_per_debtor_per_day: int
    contact_unanswered_dials_per_number_per_day: int
    contact_unanswered_dials_warn_at: int
    contact_burst_minutes: int
    contact_failed_attempts_in_row: int
    contact_least_age: int
    contact_recording_required: int
    contact_carrier_seconds_between_dials: int
    contact_local_open_from: int
    contact_local_open_until: int
    contact_calls_per_debt_per_week: int
    contact_days_after_conversation: int
    sms_messages_per_debtor_per_day: int
    sms_messages_per_debtor_per_week: int
    sms_carrier_messages_per_number_per_day: int
    sms_characters_most: int
    sms_single_part_characters: int
    sms_part_characters: int
    sms_signature_least: int
    sms_signature_most: int
    sms_open_from: int
    sms_open_until: int
    visit_visits_per_address_per_day: int
    visit_visits_per_address_per_week: int
    visit_collectors_least: int
    freezes_complaint: int
    freezes_dispute: int
    freezes_hardship: int
    freezes_vulnerable: int
    freezes_deceased: int
    freezes_represented: int
    freezes_estate: int
