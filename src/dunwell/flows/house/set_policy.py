"""House parameters shown and set: a new dated value with its reason, never a changed one.

Called by `dunwell policy` and, later, the policy pages. A value counts from a day on,
for one lender or for the deployment; days that a day run has completed keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.params import NoValueOn, Parameter
from dunwell.core.refusal import Refusal
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import InForce, in_force
from dunwell.store.policy.models import HouseValue
from dunwell.store.policy.seeds import seed, seeds
from dunwell.store.runs import log
from dunwell.store.runs.models import Run

LEAST_REASON = 4


class NoReason(Refusal):
    """A change needs a reason. Figures: parameter, least."""

    code = "POLICY-NO-REASON"


class Unchanged(Refusal):
    """The value counts already from that day or before. Figures: parameter, value, from_on."""

    code = "POLICY-UNCHANGED"


class TooEarly(Refusal):
    """A day run has completed a later day. Figures: parameter, from_on, day."""

    code = "POLICY-TOO-EARLY"


class NoSuchLender(Refusal):
    """There is no lender of that code. Figures: lender."""

    code = "POLICY-NO-SUCH-LENDER"


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter by name and what counts of it."""

    name: str
    in_force: InForce

    @property
    def told(self) -> str:
        """The value as a code: the choice's name where there are choices."""
        return self.in_force.parameter.name_of(self.in_force.value)


def show_policy(
    *, actor: Actor, day: date, on: date, lender: str | None, name: str | None = None
) -> list[Shown]:
    """What counts for a lender (None: the deployment) on the day `on`, one or every parameter.

    Refuses NotPermitted, NoSuchLender, NoSuchParameter and NoValueOn.
    """
    whose = _lender_of(lender)
    require(actor, "policy.see", day=day, lender=whose.pk if whose else None)
    names = [name] if name else sorted(seeds())
    key = whose.pk if whose else None
    return [Shown(each, in_force(name=each, lender=key, day=on)) for each in names]


def set_policy(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    name: str,
    lender: str | None,
    value: str,
    from_on: date,
    why: str,
) -> Shown:
    """Let `value` (a number, or the name of a choice) count from `from_on` on.

    Refuses NotPermitted, NoSuchParameter, NoSuchLender, WrongValue, NoReason, TooEarly for a
    day before the last completed day run, and Unchanged.
    """
    whose = _lender_of(lender)
    key = whose.pk if whose else None
    require(actor, "policy.set", day=day, lender=key)
    parameter = seed(name)
    number = parameter.check(_number(parameter, value), file=name, path="value")
    if len(why.strip()) < LEAST_REASON:
        raise NoReason(parameter=name, least=LEAST_REASON)
    last = log.last_done(kind=Run.Kind.DAY)
    if last is not None and from_on < last.day:
        raise TooEarly(parameter=name, from_on=from_on.isoformat(), day=last.day.isoformat())
    with transaction.atomic():
        before = _before(name, key, from_on)
        same = before is not None and before.value == number
        if before is not None and same and (key is None or before.origin == "lender"):
            raise Unchanged(
                parameter=name, value=parameter.name_of(number), from_on=before.from_on.isoformat()
            )
        row = HouseValue.objects.create(
            lender=whose,
            parameter=name,
            value=number,
            from_on=from_on,
            set_at=now,
            set_by_id=actor.staff,
            why=why.strip(),
        )
        append(
            stream=stream_of(key),
            verb="policy.set",
            subject=f"policy:{name}",
            actor=actor,
            at=now,
            lender=key,
            day=from_on,
            why=row.why,
            figures={"value": number} | ({"before": before.value} if before else {}),
        )
    return Shown(name, in_force(name=name, lender=key, day=from_on))


def _before(name: str, lender: int | None, day: date) -> InForce | None:
    """What counted on the day so far; None past the last value, as after the calendar's end."""
    try:
        return in_force(name=name, lender=lender, day=day)
    except NoValueOn:
        return None


def _number(parameter: Parameter, value: str) -> object:
    """The number a text means: a choice by its name or number, else a whole number."""
    if value in parameter.choices:
        return parameter.choices.index(value)
    try:
        return int(value)
    except ValueError:
        return value


def _lender_of(code: str | None) -> Lender | None:
    if code is None:
        return None
    found = Lender.objects.filter(code=code).first()
    if found is None:
        raise NoSuchLender(lender=code)
    return found
