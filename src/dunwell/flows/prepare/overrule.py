"""Overrule the grade or the plan of a case: a person's word counts instead of the derived one.

Called by the case page and its command. It needs a reason and an end, counts from today on,
and is withdrawn by a further row. The case is decided anew in the same transaction; the
decision goes on saying what was derived beside what counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from dunwell.core.refusal import Refusal
from dunwell.core.risk import GRADES
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.flows.prepare.day_policy import policies_of
from dunwell.flows.prepare.reage import business_day
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require

LEAST_REASON = 4
MOST_DAYS = 90
"""Whoever knows better than the rules for longer than this changes the rules."""


class OverruleValue(Refusal):
    """A grade or plan there is not. Figures: what, value, allowed."""

    code = "OVERRULE-VALUE"


class OverruleDays(Refusal):
    """It has to end after today and within the most days. Figures: until_on, day, most."""

    code = "OVERRULE-DAYS"


class NoOverrule(Refusal):
    """No overruling of that number stands for the case. Figures: case, overrule."""

    code = "OVERRULE-NONE"


@dataclass(frozen=True, slots=True)
class Overruled:
    """What was said, and the decision that counts since; None before the first day run."""

    row: Overrule
    decision: Decision | None


def overrule(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    case: int,
    what: str,
    value: str,
    until_on: date,
    why: str,
) -> Overruled:
    """Let `value` count as the case's grade or plan over [day, until_on).

    Refuses NotPermitted, NoSuchCase, ReasonMissing, OverruleDays, and OverruleValue for a
    grade there is not or a plan the lender's strategies do not hold.
    """
    found = _case(actor, day, case)
    _reason(why)
    if not day < until_on <= day + timedelta(days=MOST_DAYS):
        raise OverruleDays(until_on=until_on.isoformat(), day=day.isoformat(), most=MOST_DAYS)
    _check_value(found, what, value, day)
    assert actor.staff is not None  # no machine may overrule
    with transaction.atomic():
        lock_book(lender=found.lender)
        row = Overrule.objects.create(
            case=found, what=what, value=value, from_on=_from(day), until_on=until_on, at=now,
            by_id=actor.staff, why=why.strip(),
        )  # fmt: skip
        return Overruled(row, _told("decision.overruled", actor, now, day, row, why))


def withdraw_overrule(
    *, actor: Actor, day: date, now: datetime, case: int, overruled: int, why: str
) -> Overruled:
    """Let the derived grade or plan count again, from now on.

    Refuses NotPermitted, NoSuchCase, ReasonMissing, and NoOverrule for one that does not
    stand any more.
    """
    found = _case(actor, day, case)
    _reason(why)
    assert actor.staff is not None  # no machine may overrule
    with transaction.atomic():
        lock_book(lender=found.lender)
        standing = Overrule.objects.filter(
            pk=overruled, case=found, withdraws=None, withdrawal=None, until_on__gt=day
        ).first()
        if standing is None:
            raise NoOverrule(case=case, overrule=overruled)
        row = Overrule.objects.create(
            case=found, what=standing.what, value=standing.value, from_on=standing.from_on,
            until_on=standing.until_on, at=now, by_id=actor.staff, why=why.strip(),
            withdraws=standing,
        )  # fmt: skip
        return Overruled(row, _told("decision.overrule_withdrawn", actor, now, day, row, why))


def _case(actor: Actor, day: date, case: int) -> Case:
    found = Case.objects.filter(pk=case).select_related("lender").first()
    if found is None:
        require(actor, "decision.overrule", day=day)
        raise NoSuchCase(case=case)
    require(actor, "decision.overrule", day=day, lender=found.lender_id, team=found.team_id)
    return found


def _from(day: date) -> date:
    """Today, or the day that the decisions are of where today is not decided yet."""
    decided_for = business_day()
    return day if decided_for is None else min(day, decided_for)


def _check_value(case: Case, what: str, value: str, day: date) -> None:
    if what == Overrule.What.GRADE:
        allowed = list(GRADES)
    elif what == Overrule.What.PLAN:
        policy = policies_of(lenders=[case.lender_id], day=day)[case.lender_id].policy
        allowed = sorted({plan for each in policy.strategies.values() for plan in each.plans})
    else:
        raise OverruleValue(what=what, value=value, allowed=", ".join(Overrule.What.values))
    if value not in allowed:
        raise OverruleValue(what=what, value=value, allowed=", ".join(allowed))


def _told(
    verb: str, actor: Actor, now: datetime, day: date, row: Overrule, why: str
) -> Decision | None:
    """Decide the case anew and write the act down."""
    decided_for = business_day()
    redecided = (
        redecide(cases=[row.case_id], day=decided_for, at=now, why="overrule")
        if decided_for
        else None
    )
    append(
        stream=stream_of(row.case.lender_id), verb=verb, subject=f"case:{row.case_id}",
        actor=actor, at=now, lender=row.case.lender_id, day=day, why=why.strip(),
        figures={"what": row.what, "value": row.value, "until_on": row.until_on.isoformat()},
    )  # fmt: skip
    return redecided.decisions.get(row.case_id) if redecided else None


def _reason(why: str) -> None:
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
