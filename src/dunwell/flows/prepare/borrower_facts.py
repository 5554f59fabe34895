"""All that was known of borrowers when a day was decided: loans, what stands beside, freezes.

Called by the one-case path of deciding, for payments entered during the day and for a past
decision made again. The day run reads the same of whole tables (day_people). Facts of the
book go by recordings; what stands about people goes by the moment, because freezes and
contacts are dated by theirs. Days are days of Beijing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import F, Min, Q

from dunwell.core.features import (
    Asides,
    AssetFact,
    ContactOutcome,
    LoanPast,
    PromiseFact,
    ReasonFact,
)
from dunwell.core.permit import BEIJING
from dunwell.flows.follow_up.agreed import agreed_facts
from dunwell.store.book.facts import facts_of, known
from dunwell.store.book.models import (
    Asset,
    Borrower,
    BorrowerTerms,
    Fact,
    Loan,
    LoanTerms,
    Reason,
    TapeLine,
)
from dunwell.store.cases.models import Case
from dunwell.store.permits.models import Outcome, Standing

Key = tuple[int, int]
"""A borrower: party id and lender id."""
R = TypeVar("R", bound=Fact)

_REACHED = "borrower"
"""Only contacts with the borrower say how to reach the borrower."""


@dataclass(frozen=True, slots=True)
class BorrowerPast:
    """One borrower as known then; loans in order of their ids."""

    loans: tuple[LoanPast, ...]
    asides: Asides
    freezes: frozenset[str]


def pasts_of(
    *, keys: Collection[Key], day: date, at: datetime, recordings: Mapping[int, int] | None = None
) -> dict[Key, BorrowerPast]:
    """The past of every borrower of `keys`.

    `recordings` is the newest recording known of each lender's book; None reads what counts
    now. Of people counts what was said by the moment `at` and stood on `day`.
    """
    freezes = freezes_on({party for party, _ in keys}, day=day, at=at)
    promises = _promises(keys, day, at, recordings)
    found: dict[Key, BorrowerPast] = {}
    for lender in sorted({lender for _, lender in keys}):
        parties = {party for party, of in keys if of == lender}
        recording = None if recordings is None else recordings.get(lender, 0)
        loans = _loans(parties, lender, recording)
        asides = _asides(parties, lender, recording, at)
        for party in parties:
            found[party, lender] = BorrowerPast(
                tuple(loans[party]),
                replace(asides[party], promises=promises[party, lender]),
                freezes.get(party, frozenset()),
            )
    return found


def freezes_on(parties: Collection[int], *, day: date, at: datetime) -> dict[int, frozenset[str]]:
    """The freezes that stood about each party on `day`, as known at `at`.

    One that ended (by itself or withdrawn) during the day stands until it ends; seen from a
    later day it stood if its end was after `day`.
    """
    rows = Standing.objects.filter(
        what=Standing.What.FREEZE, party_id__in=parties, from_at__lte=at
    ).annotate(withdrawn_at=F("replaced__at"))
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for party, kind, *moments in rows.values_list(
        "party_id", "kind", "from_at", "until_at", "withdrawn_at"
    ):
        if _stands(*moments, day=day, at=at):
            kinds[party].add(kind)
    return {party: frozenset(found) for party, found in kinds.items()}


def _promises(
    keys: Collection[Key], day: date, at: datetime, recordings: Mapping[int, int] | None
) -> defaultdict[Key, list[PromiseFact]]:
    named = Case.objects.filter(
        party_id__in={party for party, _ in keys}, lender_id__in={lender for _, lender in keys}
    )
    owners = {
        case: (party, lender)
        for case, party, lender in named.values_list("pk", "party_id", "lender_id")
        if (party, lender) in keys
    }
    found: defaultdict[Key, list[PromiseFact]] = defaultdict(list)
    told = agreed_facts(cases=list(owners), day=day, at=at, recordings=recordings)
    for case, promises in told.items():
        found[owners[case]] = promises
    return found


def _stands(
    from_at: datetime, until_at: datetime | None, withdrawn_at: datetime | None,
    *, day: date, at: datetime,
) -> bool:  # fmt: skip
    def over(end: datetime | None) -> bool:
        return end is not None and end <= at and beijing_day(end) <= day

    return beijing_day(from_at) <= day and not over(until_at) and not over(withdrawn_at)


def beijing_day(moment: datetime) -> date:
    """The day of Beijing a moment falls on."""
    return moment.astimezone(BEIJING).date()


def _loans(
    parties: Collection[int], lender: int, recording: int | None
) -> defaultdict[int, list[LoanPast]]:
    rows = Loan.objects.filter(lender_id=lender, borrower__party_id__in=parties)
    if recording is not None:
        # A loan that came later was not there yet, not even as a number.
        first = rows.annotate(first=Min("terms__entered_id"))
        rows = first.filter(Q(first=None) | Q(first__lte=recording))
    owners = dict(rows.order_by("pk").values_list("pk", "borrower__party_id"))
    facts = facts_of(list(owners), recording=recording)
    disbursed = {
        row.loan_id: row.disbursed_on
        for row in _known(LoanTerms, recording, loan_id__in=list(owners))
    }
    left = {
        row.loan_id: row.left_on for row in _known(TapeLine, recording, loan_id__in=list(owners))
    }
    found: defaultdict[int, list[LoanPast]] = defaultdict(list)
    for loan, party in owners.items():
        past = LoanPast(facts[loan], disbursed_on=disbursed.get(loan), left_on=left.get(loan))
        found[party].append(past)
    return found


def _asides(
    parties: Collection[int], lender: int, recording: int | None, at: datetime
) -> dict[int, Asides]:
    about = {"borrower__lender_id": lender, "borrower__party_id__in": parties}
    assets = _grouped(_known(Asset, recording, **about))
    reasons = _grouped(_known(Reason, recording, **about))
    incomes: dict[int, int] = {}
    for party, row in _with_party(_known(BorrowerTerms, recording, **about)):
        if row.monthly_income_fen is not None:
            incomes[party] = row.monthly_income_fen  # in order of entering: the last one counts
    contacts = _contacts(parties, lender, at)
    return {
        party: Asides(
            contacts=contacts[party],
            assets=[AssetFact(a.kind, a.value_fen, a.evidenced_on) for a in assets[party]],
            reasons=[ReasonFact(r.reason, r.noted_on) for r in reasons[party]],
            monthly_income_fen=incomes.get(party),
        )
        for party in parties
    }


def _known(model: type[R], recording: int | None, **about: object) -> Sequence[R]:
    rows: Any = model._default_manager.filter(**about).order_by("pk")
    return list(known(rows, recording=recording))


def _with_party(rows: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    listed = list(rows)
    named = Borrower.objects.filter(pk__in={row.borrower_id for row in listed})
    party_of = dict(named.values_list("pk", "party_id"))
    return [(party_of[row.borrower_id], row) for row in listed]


def _grouped(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for party, row in _with_party(rows):
        found[party].append(row)
    return found


def _contacts(
    parties: Collection[int], lender: int, at: datetime
) -> defaultdict[int, list[ContactOutcome]]:
    rows = Outcome.objects.filter(
        permit__party_id__in=parties,
        permit__lender_id=lender,
        permit__role=_REACHED,
        at__lte=at,
    ).order_by("permit__step__at", "pk")
    found: defaultdict[int, list[ContactOutcome]] = defaultdict(list)
    for party, used_at, channel, answered, conversation in rows.values_list(
        "permit__party_id", "permit__step__at", "permit__channel", "answered", "conversation"
    ):
        outcome = ContactOutcome(beijing_day(used_at), channel, answered, conversation)
        found[party].append(outcome)
    return found
