"""A person's grade or plan counts until its end, beside what was derived, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunwell.flows.contact.standings import Said, stand, withdraw
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.overrule import (
    NoOverrule,
    OverruleDays,
    OverruleValue,
    overrule,
    withdraw_overrule,
)
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Appointment, Staff
from dunwell.store.people.permissions import Actor, NotPermitted, actor_of, system_actor
from tests.flows.day_run.books import Book, day

TODAY = day("03-02")


@pytest.fixture
def decided(book: Book) -> Book:
    """A book with one case that was decided today."""
    book.loan(("02-15", 50_000))
    book.run("03-02")
    return book


def person(book: Book, role: str = "supervisor") -> Actor:
    staff = Staff.objects.create(username=f"{role}{Staff.objects.count()}", display_name=role)
    Appointment.objects.create(staff=staff, role=role, lender=book.lender, from_on=day("01-01"))
    return actor_of(staff)


def say(book: Book, actor: Actor, what: str, value: str, **how: object) -> Overrule:
    told = {"until_on": TODAY + timedelta(days=5), "why": "spoke with her", **how}
    return overrule(
        actor=actor, day=TODAY, now=book.clock(), case=Case.objects.get().pk, what=what,
        value=value, **told,
    ).row  # type: ignore[arg-type]  # fmt: skip


def current() -> Decision:
    return Decision.objects.get(replaced=None)


def test_an_overruled_grade_counts_at_once_and_ends_by_itself(decided: Book) -> None:
    derived = current()
    say(decided, person(decided), "grade", "E")
    row = current()
    assert (row.grade, row.derived_grade, row.score) == ("E", derived.grade, derived.score)
    for on in ("03-03", "03-06"):
        decided.run(on)
        assert current().grade == "E"
    decided.run("03-07")
    assert current().grade == current().derived_grade


def test_an_overruled_plan_is_withdrawn_by_a_further_row(decided: Book) -> None:
    boss = person(decided)
    before = current()
    row = say(decided, boss, "plan", "locate")
    assert (current().plan, current().derived_plan) == ("locate", before.plan)
    withdraw_overrule(
        actor=boss, day=TODAY, now=decided.clock(), case=row.case_id, overruled=row.pk,
        why="she called back",
    )  # fmt: skip
    assert (current().plan, current().step) == (before.plan, before.step)
    assert Overrule.objects.count() == 2
    with pytest.raises(NoOverrule):
        withdraw_overrule(
            actor=boss, day=TODAY, now=decided.clock(), case=row.case_id, overruled=row.pk,
            why="once more",
        )  # fmt: skip
    verbs = Entry.objects.filter(verb__startswith="decision.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "decision.overruled",
        "decision.overrule_withdrawn",
    ]


def test_what_cannot_be_is_refused_and_nothing_is_written(decided: Book) -> None:
    boss = person(decided)
    for what, value in (("grade", "F"), ("plan", "shout"), ("category", "lost")):
        with pytest.raises(OverruleValue):
            say(decided, boss, what, value)
    for until_on in (TODAY, TODAY + timedelta(days=91)):
        with pytest.raises(OverruleDays):
            say(decided, boss, "grade", "A", until_on=until_on)
    with pytest.raises(ReasonMissing):
        say(decided, boss, "grade", "A", why=" ")
    assert not Overrule.objects.exists()


@pytest.mark.parametrize("role", ["collector", "analyst", "auditor"])
def test_who_may_not_overrule_is_refused(decided: Book, role: str) -> None:
    for nobody in (person(decided, role), system_actor("command-line")):
        with pytest.raises(NotPermitted):
            say(decided, nobody, "grade", "A")


def test_a_freeze_lets_the_case_rest_at_once_and_lifted_it_goes_on(decided: Book) -> None:
    case = Case.objects.get()
    before = current()
    decided.now = decided.now.replace(month=3, day=2, hour=3)
    setter, lifter = person(decided), person(decided)
    said = Said(what="freeze", kind="complaint", why="complained today")
    row = stand(actor=setter, now=decided.clock(), case=case.pk, said=said)
    assert (current().category, current().action, current().plan) == ("complaint", "none", "rest")
    withdraw(actor=lifter, now=decided.clock(), case=case.pk, standing=row.pk, why="answered")
    assert (current().category, current().plan) == (before.category, before.plan)
