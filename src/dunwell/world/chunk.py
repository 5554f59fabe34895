"""Chunk: some ten thousand loans of the world, complete, from lending to holds.

The size is fixed, so that neither memory nor the bytes depend on how large a world is asked
for. Called by make; the native files and the tape are two ways to write a chunk down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dunwell.world.conduct import Conduct, play
from dunwell.world.days import DayTexts, day_number
from dunwell.world.draws import Draws, Stream
from dunwell.world.ledger import Ledger, keep_books
from dunwell.world.lending import LENDING_DAYS, Loans, make_loans
from dunwell.world.payers import Truth, make_truth
from dunwell.world.people import People, make_people
from dunwell.world.products import MOST_TERMS
from dunwell.world.standing import Standing, stand
from dunwell.world.surroundings import Contact, assets, contacts, holds, reasons

CHUNK_LOANS = 10_000
MARGIN_DAYS = 220
"""Beyond the loans' own days: an asset seen before the first loan, the end of a shock."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Everything about some loans and their borrowers; positions count within the chunk."""

    as_of: int
    days: DayTexts
    loans: Loans
    people: People
    truth: Truth
    conduct: Conduct
    ledger: Ledger
    standing: Standing
    contacts: list[list[Contact]]
    assets: list[tuple[str, ...]]
    reasons: dict[int, tuple[str, int, str]]
    holds: list[tuple[int, int, int | None, str]]


def make_chunk(
    *, number: int, count: int, first_loan: int, first_borrower: int, seed: int, as_of: date
) -> Chunk:
    """Make the `number`-th chunk of `count` loans, numbering on from those before it."""

    def stream(name: Stream) -> Draws:
        return Draws(seed=seed, chunk=number, stream=name)

    today = day_number(as_of)
    days = DayTexts(
        first=today - LENDING_DAYS - MARGIN_DAYS, last=today + MOST_TERMS * 31 + MARGIN_DAYS
    )
    loans = make_loans(
        count=count, first_number=first_loan, as_of=today, draws=stream(Stream.LENDING)
    )
    people = make_people(
        count=loans.borrowers,
        first_number=first_borrower,
        seed=seed,
        as_of=as_of,
        draws=stream(Stream.PEOPLE),
    )
    truth = make_truth(loans=loans, self_employed=people.self_employed, draws=stream(Stream.PAYERS))
    conduct = play(loans=loans, truth=truth, draws=stream(Stream.CONDUCT))
    ledger = keep_books(
        loans=loans, conduct=conduct, truth=truth, as_of=today, draws=stream(Stream.LEDGER)
    )
    standing = stand(loans=loans, conduct=conduct, ledger=ledger, as_of=today)
    around = stream(Stream.SURROUNDINGS)
    return Chunk(
        as_of=today,
        days=days,
        loans=loans,
        people=people,
        truth=truth,
        conduct=conduct,
        ledger=ledger,
        standing=standing,
        contacts=contacts(people=people, loans=loans, seed=seed, draws=around),
        assets=assets(people=people, as_of=today, days=days, draws=around),
        reasons=reasons(
            people=people,
            loans=loans,
            kind=truth.kind,
            standing=standing,
            as_of=today,
            draws=around,
        ),
        holds=holds(
            people=people, loans=loans, standing=standing, seed=seed, as_of=today, draws=around
        ),
    )
