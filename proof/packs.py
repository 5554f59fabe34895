"""The shipped packs with caps scaled down, and with one number changed for a mutant.

Hours, ages and sizes stay as shipped; the law of the walk has them as literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dunwell.core.params import Parameter
from dunwell.core.permit import Pack
from dunwell.store.policy.packs import shipped_pack

CAP_OF: Final[Mapping[str, str]] = {
    "contact.conversations_per_debtor_per_day": "conversations",
    "contact.notification_calls_per_debtor_per_day": "notices",
    "contact.unanswered_dials_per_number_per_day": "dials",
    "contact.unanswered_dials_warn_at": "dials_warn",
    "contact.failed_attempts_in_row": "attempts",
    "contact.calls_per_debt_per_week": "calls_week",
    "contact.days_after_conversation": "rest_days",
    "sms.messages_per_debtor_per_day": "sms_day",
    "sms.messages_per_debtor_per_week": "sms_week",
    "sms.carrier_messages_per_number_per_day": "sms_carrier",
    "visit.visits_per_address_per_day": "visits_day",
    "visit.visits_per_address_per_week": "visits_week",
}
"""Which cap of the walk stands for which parameter."""

SHIPPED: Final[Mapping[str, int]] = {
    "contact.conversations_per_debtor_per_day": 3,
    "contact.notification_calls_per_debtor_per_day": 3,
    "contact.unanswered_dials_per_number_per_day": 6,
    "contact.unanswered_dials_warn_at": 5,
    "contact.failed_attempts_in_row": 3,
    "contact.calls_per_debt_per_week": 7,
    "contact.days_after_conversation": 7,
    "sms.messages_per_debtor_per_day": 1,
    "sms.messages_per_debtor_per_week": 3,
    "sms.carrier_messages_per_number_per_day": 10,
    "visit.visits_per_address_per_day": 1,
    "visit.visits_per_address_per_week": 2,
}
"""What the rule texts say the scaled caps are before scaling; compared with the packs."""


def scaled(name: str, caps: Mapping[str, int], changed: Mapping[str, int] | None = None) -> Pack:
    """A shipped pack with the caps of a scene, then with the numbers of a mutant."""
    given = {parameter: caps[cap] for parameter, cap in CAP_OF.items()}
    pack = shipped_pack(name)
    return _with(pack, {**given, **(changed or {})})


def _with(pack: Pack, values: Mapping[str, int]) -> Pack:
    parameters = {
        name: parameter if name not in values else _valued(parameter, values[name])
        for name, parameter in pack.parameters.items()
    }
    return replace(pack, parameters=parameters)


def _valued(parameter: Parameter, value: int) -> Parameter:
    dated = tuple(replace(each, value=value) for each in parameter.values)
    return replace(parameter, values=dated)
