"""What a proposed strategy (or card, or categories) would do to today's book, nothing written.

Called by `dunwell strategy preview` and the strategy page, before anybody proposes. The
book is computed as a dry run computes it, and decided twice: by what is in force, and with
the proposed text in its place. Both build on where the borrowers stood before the day.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.db.models import Q

from dunwell.bulk.compile.comparison import Comparison, Courses, compare_decided
from dunwell.bulk.deciding import (
    Group,
    categorise_borrowers,
    decide_borrowers,
    grade_borrowers,
)
from dunwell.core.strategy import Step
from dunwell.flows.improve.publish_document import check_document
from dunwell.flows.prepare.day_compute import computed_day, terms_of
from dunwell.flows.prepare.day_deciding import Deciding, groups_of
from dunwell.flows.prepare.day_policy import DayPolicy, policies_of
from dunwell.flows.prepare.day_source import snapshot
from dunwell.flows.prepare.day_steps import Clock, Steps, Watch
from dunwell.flows.prepare.reage import business_day
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import MAIN
from dunwell.store.policy.models import Document


@dataclass(frozen=True, slots=True)
class Moved:
    """So many borrowers go from one code to another."""

    first: str
    second: str
    borrowers: int


@dataclass(frozen=True, slots=True)
class Example:
    """Some cases that go from one plan to another, those who owe most first."""

    first_plan: str
    second_plan: str
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActionMoney:
    """What is overdue at borrowers for whom an action falls due on the day, before and after."""

    action: str
    first_fen: int
    second_fen: int


@dataclass(frozen=True, slots=True)
class Previewed:
    """What would change on `day`: plans with money and work; grades and categories that move."""

    day: date
    comparison: Comparison
    grades: tuple[Moved, ...]
    categories: tuple[Moved, ...]
    examples: tuple[Example, ...] = ()
    money: tuple[ActionMoney, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a proposed document."""
        moved = {name: [asdict(one) for one in getattr(self, name)] for name in _MOVED}
        told = asdict(self.comparison)
        for name in ("moves", "work"):
            told[name] = [each._asdict() for each in getattr(self.comparison, name)]
        more = {
            name: [asdict(one) for one in getattr(self, name)] for name in ("examples", "money")
        }
        return {"day": self.day.isoformat(), **told, **moved, **more}


_MOVED = {"grades": "grade", "categories": "category"}
MOST_EXAMPLES = 3


def preview_strategy(
    *,
    actor: Actor,
    day: date,
    clock: Clock,
    home: Path,
    text: str,
    lender: int | None = None,
    kind: str = "strategy",
    hear: Watch = lambda news: None,
) -> Previewed:
    """Decide today's book by `text` in place of the document in force, and compare.

    `hear` is told of each step. The book is that of the last completed day run, or of `day`
    before the first. For no
    lender it concerns those without a document of their own. Refuses NotPermitted, and what
    the room of the kind refuses.
    """
    require(actor, "strategy.see", day=day, lender=lender)
    check_document(kind=kind, text=text)
    as_of = business_day() or day
    concerned = lenders_concerned(kind, lender, as_of)
    terms = terms_of(day=as_of)
    now = policies_of(lenders=terms.ageing, day=as_of)
    then = now | policies_of(lenders=concerned, day=as_of, instead={kind: text})
    at = clock()
    with _workdir(home) as workdir, snapshot(workdir) as taken:
        steps = Steps(as_of, None, clock, hear)
        with computed_day(
            snapshot=taken,
            day=as_of,
            terms=terms,
            known=None,
            stored=True,
            deciding=Deciding(now, at),
            runner=None,
            workdir=workdir,
            step=steps.step,
            on_rows=lambda table, rows: None,
        ) as computed:
            courses = (_courses(now), _courses(then))
            return _compared(computed, groups_of(Deciding(then, at)), as_of, courses)


def lenders_concerned(kind: str, lender: int | None, day: date) -> list[int]:
    """The lenders for whom a text of the kind counts: one, or all without their own."""
    if lender is not None:
        return [lender]
    own = Document.objects.filter(
        Q(kind=kind, name=MAIN, from_on__lte=day, ruling__approved=True), lender__isnull=False
    )
    lenders = Lender.objects.exclude(pk__in=own.values("lender_id"))
    return sorted(lenders.values_list("pk", flat=True))


def _courses(policies: Mapping[int, DayPolicy]) -> Courses:
    """The steps of every plan; of one name in several strategies, those of the default."""
    courses: dict[str, Sequence[Step]] = {}
    for each in policies.values():
        for name, strategy in each.policy.strategies.items():
            if name == MAIN:
                courses |= strategy.course
            else:
                courses = {**strategy.course, **courses}
    return courses


def _compared(
    computed: duckdb.DuckDBPyConnection,
    groups: list[Group],
    day: date,
    courses: tuple[Courses, Courses],
) -> Previewed:
    computed.execute(
        "CREATE TEMP TABLE first_decided AS"
        " SELECT now.*, overdue_fen FROM decided AS now"
        " JOIN borrower_fact USING (party_id, lender_id)"
    )
    # The facts stay; only which policy decides for whom may be another.
    numbered = ", ".join(
        f"({lender}, {place})" for place, group in enumerate(groups) for lender in group.lenders
    )
    computed.execute(
        "CREATE OR REPLACE TEMP TABLE borrower_fact AS"
        " SELECT * EXCLUDE (policy_place), policy.policy_place FROM borrower_fact"
        f" JOIN (VALUES {numbered}) AS policy(lender_id, policy_place) USING (lender_id)"
    )
    grade_borrowers(computed, groups)
    categorise_borrowers(computed, groups)
    decide_borrowers(computed, groups, day=day)
    key = "party_id, lender_id"
    return Previewed(
        day=day,
        comparison=compare_decided(
            computed, first="first_decided", second="decided", key=key, day=day, courses=courses
        ),
        grades=_moves(computed, "grade"),
        categories=_moves(computed, "category"),
        examples=_examples(computed),
        money=_money(computed, day),
    )


def _examples(computed: duckdb.DuckDBPyConnection) -> tuple[Example, ...]:
    """Of every move a few cases; a borrower whose case opens only today has no number yet."""
    rows = computed.execute(
        "SELECT one.plan, two.plan, party_id, lender_id"
        " FROM first_decided AS one JOIN decided AS two USING (party_id, lender_id)"
        " WHERE one.plan <> two.plan QUALIFY row_number() OVER ("
        "PARTITION BY one.plan, two.plan ORDER BY one.overdue_fen DESC, party_id, lender_id"
        f") <= {MOST_EXAMPLES} ORDER BY 1, 2, one.overdue_fen DESC, party_id"
    ).fetchall()
    wanted = Case.objects.filter(party_id__in={row[2] for row in rows})
    numbers = {(p, of): pk for pk, p, of in wanted.values_list("pk", "party_id", "lender_id")}
    found: dict[tuple[str, str], list[int]] = {}
    for first, second, party, lender in rows:
        if (party, lender) in numbers:
            found.setdefault((first, second), []).append(numbers[party, lender])
    return tuple(Example(*plans, tuple(cases)) for plans, cases in found.items())


def _money(computed: duckdb.DuckDBPyConnection, day: date) -> tuple[ActionMoney, ...]:
    """By action, what is overdue where it falls due on the day."""
    rows = computed.execute(
        "WITH due AS ("
        " SELECT action, overdue_fen AS first_fen, 0 AS second_fen FROM first_decided"
        " WHERE due_on = $day UNION ALL"
        " SELECT two.action, 0, one.overdue_fen FROM decided AS two"
        " JOIN first_decided AS one USING (party_id, lender_id) WHERE two.due_on = $day)"
        " SELECT action, sum(first_fen)::BIGINT, sum(second_fen)::BIGINT FROM due"
        " GROUP BY action ORDER BY action",
        {"day": day},
    ).fetchall()
    return tuple(ActionMoney(*row) for row in rows)


def _moves(computed: duckdb.DuckDBPyConnection, name: str) -> tuple[Moved, ...]:
    found = computed.execute(
        f"SELECT one.{name}, two.{name}, count(*) FROM first_decided AS one"
        f" JOIN decided AS two USING (party_id, lender_id) WHERE one.{name} <> two.{name}"
        " GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return tuple(Moved(*row) for row in found)


@contextmanager
def _workdir(home: Path) -> Iterator[Path]:
    root = home / "work"
    root.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="preview-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
