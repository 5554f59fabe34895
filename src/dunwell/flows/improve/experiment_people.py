"""Who was assigned to which arm of an experiment, and what became of them: read, never written.

Everybody whose decision names the experiment counts from the first such decision, contacted or
not (intention to treat). Success is dated, so that any earlier look can be taken again: cured is
a case that closed (not written off, not off the lender's tape), paid is money in after the day of
assignment. Harm is a complaint or dispute, and an opt-out or refusal, after it. Amounts are fen.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from dunwell.core.experiment import ArmCounts, Experiment, Measure
from dunwell.core.permit import BEIJING
from dunwell.store.book.models import Contact, Payment
from dunwell.store.cases.models import CaseEvent
from dunwell.store.decisions.models import Decision
from dunwell.store.permits.models import Standing

NOT_CURED = ("written_off", "left_tape")
"""A case that closed for these reasons was not cured."""
COMPLAINTS = ("complaint", "dispute")


@dataclass(slots=True)
class Assigned:
    """One borrower in an arm, since when, and what was dated after that."""

    arm: str
    on: date
    at: datetime
    overdue_fen: int
    cured_on: date | None = None
    complained_on: date | None = None
    refused_on: date | None = None
    money: list[tuple[date, date, int]] = field(default_factory=list)
    """(paid on, counts from, fen): a reversal counts from its own day, against its payment's."""

    def paid_fen(self, *, until: date, seen: date) -> int:
        """Money in after the assignment until a day, as it counted on another."""
        return sum(
            fen for on, from_on, fen in self.money if self.on < on <= until and from_on <= seen
        )


def assigned_to(experiment: Experiment, *, lenders: Iterable[int], as_of: date) -> list[Assigned]:
    """Everybody assigned by `as_of` at these lenders, with what became of them by then."""
    rows = Decision.objects.filter(
        experiment=experiment.id, case__lender_id__in=list(lenders), day__lte=as_of
    )
    first = rows.order_by().values("case_id").annotate(first=Min("pk")).values("first")
    people: dict[int, Assigned] = {}
    owners: dict[tuple[int, int], Assigned] = {}
    for case, party, lender, arm, day, at, inputs in Decision.objects.filter(
        pk__in=first
    ).values_list(
        "case_id", "case__party_id", "case__lender_id", "arm", "day", "entered__at", "inputs_json"
    ):
        one = Assigned(arm, day, at, json.loads(inputs).get("overdue_fen") or 0)
        people[case] = one
        owners[party, lender] = one
    if people:
        _note_cured(people, rows, as_of)
        _note_money(owners, rows, as_of)
        _note_harm(owners, rows, as_of)
    return list(people.values())


def counts_on(
    people: Iterable[Assigned], *, measure: Measure, day: date, ends_on: date
) -> dict[str, ArmCounts]:
    """What each arm did as seen on `day`; harm counts while the experiment lasted (`ends_on`)."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    within = timedelta(days=measure.within_days)
    for one in people:
        if one.on > day:
            continue
        arm = found[one.arm]
        arm["assigned"] += 1
        arm["complaints"] += _by(one.complained_on, min(day, ends_on))
        arm["refusals"] += _by(one.refused_on, min(day, ends_on))
        if one.on + within > day:
            continue
        paid = one.paid_fen(until=one.on + within, seen=day)
        arm["ripe"] += 1
        arm["overdue_fen"] += one.overdue_fen
        arm["recovered_fen"] += max(paid, 0)
        success = _by(one.cured_on, one.on + within) if measure.outcome == "cured" else paid > 0
        arm["successes"] += success
    return {
        name: ArmCounts(arm=name, **{each: figures[each] for each in _FIGURES})
        for name, figures in found.items()
    }


_FIGURES = (
    "assigned", "ripe", "successes", "recovered_fen", "overdue_fen", "complaints", "refusals",
)  # fmt: skip


def _by(happened: date | None, day: date) -> bool:
    return happened is not None and happened <= day


def _note_cured(people: Mapping[int, Assigned], rows: QuerySet[Decision], as_of: date) -> None:
    closed = CaseEvent.objects.filter(
        kind=CaseEvent.Kind.CLOSED, case_id__in=rows.values("case_id"), day__lte=as_of
    ).exclude(why__in=NOT_CURED)
    for case, day in closed.order_by("pk").values_list("case_id", "day"):
        one = people.get(case)
        if one is not None and one.cured_on is None and day > one.on:
            one.cured_on = day


def _note_money(
    owners: Mapping[tuple[int, int], Assigned], rows: QuerySet[Decision], as_of: date
) -> None:
    payments = Payment.objects.filter(
        replaced=None,
        loan__borrower__party_id__in=rows.values("case__party_id"),
        paid_on__gt=min(one.on for one in owners.values()),
        paid_on__lte=as_of,
    ).order_by("pk")
    came: dict[tuple[int, str], date] = {}
    undone = []
    for party, lender, loan, number, paid_on, fen, reverses in payments.values_list(
        "loan__borrower__party_id", "loan__lender_id", "loan_id", "payment_no", "paid_on",
        "amount_fen", "reverses",
    ):  # fmt: skip
        one = owners.get((party, lender))
        if one is None:
            continue
        if reverses:
            undone.append((one, loan, reverses, paid_on, fen))
        else:
            came[loan, number] = paid_on
            one.money.append((paid_on, paid_on, fen))
    for one, loan, reverses, on, fen in undone:
        # What undoes a payment from before the assignment was no money of this experiment.
        if (loan, reverses) in came:
            one.money.append((came[loan, reverses], on, -abs(fen)))


def _note_harm(
    owners: Mapping[tuple[int, int], Assigned], rows: QuerySet[Decision], as_of: date
) -> None:
    by_party: dict[int, list[Assigned]] = defaultdict(list)
    for (party, _lender), one in owners.items():
        by_party[party].append(one)
    parties = rows.values("case__party_id")
    stood = Standing.objects.filter(from_at__gt=min(one.at for one in owners.values()))
    complaints = stood.filter(
        what=Standing.What.FREEZE, kind__in=COMPLAINTS, party_id__in=parties
    ).values_list("party_id", "from_at")
    opted_out = stood.filter(
        what__in=(Standing.What.OPT_OUT, Standing.What.REFUSAL), party_id__in=parties
    ).values_list("party_id", "from_at")
    for name, told in (
        ("complained_on", complaints),
        ("refused_on", [*opted_out, *_numbers_refused(stood, parties)]),
    ):
        for party, at in sorted(told, key=lambda each: each[1]):
            on = at.astimezone(BEIJING).date()
            for one in by_party.get(party, ()):
                if at > one.at and on <= as_of and getattr(one, name) is None:
                    setattr(one, name, on)


def _numbers_refused(
    stood: QuerySet[Standing], parties: QuerySet[Decision, Any]
) -> list[tuple[int, datetime]]:
    """Refusals stand about a number: whose own number it is."""
    refused = stood.filter(what=Standing.What.REFUSAL, reach__phone_index__isnull=False)
    at_of = {
        bytes(index): at
        for index, at in refused.values_list("reach__phone_index", "from_at")
        if index is not None
    }
    if not at_of:
        return []
    own = Contact.objects.filter(
        role="self", phone_index__in=list(at_of), borrower__party_id__in=parties
    )
    return [
        (party, at_of[bytes(index)])
        for party, index in own.values_list("borrower__party_id", "phone_index")
        if index is not None
    ]
