"""Surroundings: people around a borrower, what they own, why they are late, and what holds a case.

Every contact says where it came from and on what legal basis it may be kept: guarantors and
spouses signed (contract), contact persons agreed (consent), a company's switchboard is
public. Reasons follow the hidden kind only loosely, as what people say does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dunwell.world.days import DayTexts
from dunwell.world.draws import Draws, Ints
from dunwell.world.identity import mobiles
from dunwell.world.lending import Loans
from dunwell.world.payers import Kind
from dunwell.world.people import LINES_PER_PERSON, People, person_names
from dunwell.world.standing import Standing
from dunwell.world.tables import branches, districts

OBLIGORS = ("guarantor", "spouse_obligor")
RELATIONS = ("父母", "兄弟姐妹", "朋友", "同事", "其他亲属")

ASSETS = (
    (40, "vehicle", "家用小轿车", 20_000, 160_000, "行驶证"),
    (22, "real_estate", "按揭住房一套", 300_000, 1_500_000, "不动产登记查询"),
    (14, "equipment", "店内经营设备", 5_000, 80_000, "外访照片"),
    (12, "receivable", "工程款应收", 10_000, 200_000, "结算单"),
    (8, "inventory", "门店存货", 5_000, 120_000, "外访照片"),
    (4, "equity", "个体工商户经营权益", 10_000, 300_000, "工商公示"),
)
"""(weight, kind, note, from yuan, to yuan, evidence)."""

REASONS = {
    Kind.PUNCTUAL: ("RODM",),
    Kind.EARLY: ("RODM",),
    Kind.PAYDAY: ("INCD", "FTP", "RODM"),
    Kind.FORGETFUL: ("FTP", "FTP", "RODM", "NAL"),
    Kind.SLOW_PART: ("ECOH", "INCD", "ECOH"),
    Kind.SEASONAL: ("INCD", "BIZF", "ECOH"),
    Kind.SHOCK: ("UNEM", "DIS", "FAML"),
    Kind.SPIRAL: ("MULO", "ECOH", "MULO"),
    Kind.REFUSER: ("ARGU", "ECOH", "OTHR"),
    Kind.VANISHED: ("FRAD", "OTHR"),
}
"""Codes: FTP forgot, RODM debit failed, NAL away, ECOH hardship, INCD income late, BIZF business
failed, UNEM job lost, DIS illness, FAML family, MULO debts elsewhere, ARGU dispute, FRAD fraud."""

HOLD_REASONS = ("complaint", "disaster", "agreed")


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of contacts; `borrower` is a position in the chunk."""

    borrower: int
    role: str
    name: str
    relation: str
    phone: str
    address: str
    tier: str
    source: str
    legal_basis: str
    birth_year: str


def contacts(*, people: People, loans: Loans, seed: int, draws: Draws) -> list[list[Contact]]:
    """List the contacts of each borrower: their own addresses first, then other people."""
    count = people.count
    business = np.zeros(count, dtype=bool)
    business[loans.borrower[loans.principals.sum(axis=1) >= 5_000_000]] = True
    has_guarantor = draws.chance(np.where(business, 520, 40), count).tolist()
    has_spouse = draws.chance(np.where(business, 300, 60), count).tolist()
    others = draws.pick((25, 50, 25), count).tolist()
    has_switchboard = draws.chance(150, count).tolist()
    lines = people.first_number + np.arange(count)
    phones = [
        mobiles(numbers=lines * LINES_PER_PERSON + nth, seed=seed)
        for nth in range(1, LINES_PER_PERSON)
    ]
    names = [_names_around(people, opposite=nth == 1, draws=draws) for nth in range(4)]
    relations = draws.below(len(RELATIONS), (4, count)).tolist()
    years = (people.birth_years[None, :] + draws.between(-12, 12, (4, count))).tolist()
    rows = []
    for b in range(count):
        mine = _own_rows(people, b)
        around: list[tuple[str, str, int]] = []
        if has_guarantor[b]:
            around.append(("guarantor", RELATIONS[relations[0][b]], 0))
        if has_spouse[b]:
            around.append(("spouse_obligor", "配偶", 1))
        around += [("contact", RELATIONS[relations[2 + i][b]], 2 + i) for i in range(others[b])]
        for role, relation, nth in around:
            signed = role in OBLIGORS
            mine.append(
                Contact(
                    borrower=b,
                    role=role,
                    name=names[nth][b],
                    relation=relation,
                    phone=phones[nth][b],
                    address="",
                    tier="mid" if signed else "high",
                    source="guarantee_contract" if signed else "application_form",
                    legal_basis="contract" if signed else "consent",
                    birth_year=str(years[nth][b]),
                )
            )
        if has_switchboard[b] and people.employers[b]:
            mine.append(_switchboard(people, b))
        rows.append(mine)
    return rows


def assets(*, people: People, as_of: int, days: DayTexts, draws: Draws) -> list[tuple[str, ...]]:
    """Rows of assets: one borrower in four, the self-employed more often."""
    owns = np.flatnonzero(draws.chance(np.where(people.self_employed, 330, 180), people.count))
    kind = draws.pick([row[0] for row in ASSETS], len(owns)).tolist()
    rolls = draws.below(1000, len(owns)).tolist()
    seen = (as_of - draws.between(5, 400, len(owns))).tolist()
    numbers = people.numbers
    rows: list[tuple[str, ...]] = []
    for b, k, roll, day in zip(owns.tolist(), kind, rolls, seen, strict=True):
        _, code, note, least, most, evidence = ASSETS[k]
        value = (least + (most - least) * roll // 1000) // 1000 * 1000
        rows.append((numbers[b], code, note, f"{value}.00", days[day], evidence))
    return rows


def reasons(
    *, people: People, loans: Loans, kind: Ints, standing: Standing, as_of: int, draws: Draws
) -> dict[int, tuple[str, int, str]]:
    """Why borrowers were late, as told: (code, day noted, source) by borrower position."""
    told = (standing.worst_days >= 4) & draws.chance(600, loans.count)
    wait = draws.between(2, 20, loans.count)
    rolls = draws.below(1 << 20, loans.count).tolist()
    sources = draws.pick((70, 20, 10), loans.count).tolist()
    found: dict[int, tuple[str, int, str]] = {}
    noted_on = np.minimum(standing.first_late_due_on + wait, as_of).tolist()
    for at in np.flatnonzero(told).tolist():
        owner = int(loans.borrower[at])
        codes = REASONS[Kind(int(kind[owner]))]
        source = ("call", "sms_reply", "visit")[sources[at]]
        found.setdefault(owner, (codes[rolls[at] % len(codes)], noted_on[at], source))
    return found


def holds(
    *, people: People, loans: Loans, standing: Standing, seed: int, as_of: int, draws: Draws
) -> list[tuple[int, int, int | None, str]]:
    """Holds as (loan position, start, end, reason); an end of None is open, ends lie after starts.

    Complaints and agreements hold single loans; a flood holds part of a branch, once in the past
    and once around the as-of day.
    """
    count = loans.count
    rows: list[tuple[int, int, int | None, str]] = []
    late = standing.worst_days >= 5
    for reason, per_mille, least, most in (("complaint", 30, 7, 25), ("agreed", 45, 10, 40)):
        chosen = np.flatnonzero(late & draws.chance(per_mille, count))
        starts = standing.first_late_due_on[chosen] + draws.between(4, 60, len(chosen))
        ends = starts + draws.between(least, most, len(chosen))
        for loan, start, end in zip(chosen.tolist(), starts.tolist(), ends.tolist(), strict=True):
            if start <= as_of:
                still_open = end > as_of and reason == "complaint"
                rows.append((loan, start, None if still_open else end, reason))
    branch_of = np.array([branches().index(place.branch) for place in districts()])
    branch = branch_of[people.district[loans.borrower]]
    for flooded, start in ((seed, as_of - 214), (seed + 1, as_of - 9)):
        lent = (branch == flooded % len(branches())) & (loans.disbursed_on < start)
        hit = np.flatnonzero(lent & draws.chance(120, count))
        rows += [(loan, start, start + 30, "disaster") for loan in hit.tolist()]
    one_a_day = {(row[0], row[1]): row for row in rows}
    return [one_a_day[key] for key in sorted(one_a_day)]


def _own_rows(people: People, b: int) -> list[Contact]:
    """The borrower's own ways to be reached: home and mobile, then work."""
    home = _own(b, "居住地址", people.mobiles[b], people.home_addresses[b], "low")
    if not people.employers[b]:
        return [home]
    phone = "" if people.self_employed[b] else people.work_phones[b]
    return [home, _own(b, "单位地址", phone, people.work_addresses[b], "mid")]


def _own(b: int, relation: str, phone: str, address: str, tier: str) -> Contact:
    return Contact(
        borrower=b,
        role="self",
        name="",
        relation=relation,
        phone=phone,
        address=address,
        tier=tier,
        source="application_form",
        legal_basis="contract",
        birth_year="",
    )


def _switchboard(people: People, b: int) -> Contact:
    return Contact(
        borrower=b,
        role="other",
        name=people.employers[b],
        relation="单位总机",
        phone=people.work_phones[b],
        address=people.work_addresses[b],
        tier="high",
        source="public_register",
        legal_basis="public_source",
        birth_year="",
    )


def _names_around(people: People, *, opposite: bool, draws: Draws) -> list[str]:
    count = people.count
    women = ~people.women if opposite else draws.chance(500, count)
    return person_names(women=women, birth_years=people.birth_years, draws=draws)
