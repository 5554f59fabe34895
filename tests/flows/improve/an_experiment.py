"""An office with an experiment, and borrowers put into its arms straight in the state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dunwell.core.permit import BEIJING
from dunwell.flows.improve.drafts import begin_draft
from dunwell.flows.improve.experiment_plan import propose_experiment
from dunwell.flows.improve.experiments import ArmCompared, Results, experiment_named
from dunwell.flows.improve.experiments import experiment_results as results_of
from dunwell.flows.improve.publish_document import rule_on_document
from dunwell.store.book.models import Borrower, Loan, Payment
from dunwell.store.cases.models import Case, CaseEvent
from dunwell.store.decisions.models import Deciding, Decision
from dunwell.store.people.models import Party
from dunwell.store.permits.models import Standing
from dunwell.store.policy.models import Document
from tests.flows.contact.people import Office, make_case

TODAY = date(2026, 3, 2)
TEXT = """\
id: early-call
title: 提前电话
title_en: call earlier
from: 2026-03-02
until: 2026-03-30
seed: early-call-1
who: {bucket: M1}
hold_out_ppm: 50000
arms:
  - {arm: champion, share_ppm: 475000, strategy: default}
  - {arm: early, share_ppm: 475000, strategy: default}
measure: {outcome: cured, within_days: 14, expected_ppm: 400000, looks: 4}
"""


def propose(office: Office, home: Path, text: str = TEXT, *, confirmed: bool = True) -> Document:
    """An analyst drafts the experiment and proposes it."""
    analyst = office.person("analyst")
    draft = begin_draft(
        actor=analyst, day=TODAY, home=home, kind="experiment", lender=None, text=text
    )
    return propose_experiment(
        actor=analyst, now=office.now, home=home, token=draft.token, from_on=TODAY,
        why="see whether it helps", confirmed=confirmed,
    )  # fmt: skip


def publish(office: Office, home: Path, text: str = TEXT) -> Document:
    """Proposed, and approved by another person."""
    row = propose(office, home, text)
    rule_on_document(
        actor=office.person("compliance"), now=office.now, document=row.pk, approve=True,
        why="read it",
    )  # fmt: skip
    return row


@dataclass
class Trial:
    """People in arms of `early-call`, and what becomes of them."""

    office: Office
    deciding: Deciding = field(init=False)

    def __post_init__(self) -> None:
        self.deciding = Deciding.objects.create(
            day=TODAY, at=self.office.now, why="day_run", whole_book=True, policies={}
        )

    def person(self, arm: str, *, on: date = TODAY, experiment: str = "early-call") -> Case:
        """Somebody who owes 100 yuan and was drawn into an arm."""
        case = make_case(Party.objects.create(name_sealed=b"x"), self.office.lender, None)
        facts = {"overdue_fen": 10_000, "bucket": "M1"}
        Decision.objects.create(
            case=case, entered=self.deciding, day=on, policy="p", score=1, grade="C",
            derived_grade="C", reasons_json="[]", probability_ppm=1, ability="yes",
            ability_rule="a", willingness="yes", willingness_rule="w", category="new",
            category_rule="c", five_class="normal", five_class_rule="f", experiment=experiment,
            arm=arm, arm_probability_ppm=475_000, stage="early", rule="r", plan="phone_first",
            derived_plan="phone_first", step=1, action="phone", since_on=on, due_on=on,
            why="new_plan", inputs_json=json.dumps(facts),
        )  # fmt: skip
        return case

    def cured(self, case: Case, *, after: int, why: str = "paid") -> None:
        """The case closes so many days after TODAY."""
        CaseEvent.objects.create(
            case=case, day=TODAY + timedelta(days=after), kind="closed", overdue_fen=0, why=why
        )

    def arm(self, arm: str, *, people: int, cured: int) -> list[Case]:
        """So many in an arm, some of them cured after three days."""
        made = [self.person(arm) for _ in range(people)]
        for case in made[:cured]:
            self.cured(case, after=3)
        return made

    def pay(self, case: Case, *, after: int, fen: int, reverses: str = "") -> Payment:
        """Money in (or taken back) so many days after TODAY."""
        loan = Loan.objects.filter(borrower__party_id=case.party_id).first() or self._loan(case)
        return Payment.objects.create(
            loan=loan, entered=self.office.recording, payment_no=f"P{Payment.objects.count()}",
            paid_on=TODAY + timedelta(days=after), amount_fen=fen, reverses=reverses,
        )  # fmt: skip

    def complain(self, case: Case, *, after: int = 1, what: str = "freeze") -> None:
        """A complaint, or an opt-out, so many days after TODAY."""
        at = datetime.combine(TODAY + timedelta(days=after), datetime.min.time(), BEIJING)
        kind = "complaint" if what == "freeze" else "opt_out"
        Standing.objects.create(
            what=what, kind=kind, party_id=case.party_id, from_at=at, by_label="test", why="said so"
        )

    def results(self, *, after: int) -> Results:
        """What it shows so many days after TODAY."""
        analyst = self.office.person("analyst")
        day = TODAY + timedelta(days=after)
        shown = experiment_named(actor=analyst, day=day, name="early-call")
        return results_of(actor=analyst, day=day, shown=shown, as_of=day)

    def early(self, *, after: int) -> ArmCompared:
        """The challenger against the champion."""
        found = self.results(after=after).compared
        return next(each for each in found if each.comparison.arm == "early")

    def _loan(self, case: Case) -> Loan:
        borrower = Borrower.objects.create(
            lender=self.office.lender, borrower_no=f"X{case.pk}", party_id=case.party_id
        )
        return Loan.objects.create(
            lender=self.office.lender, loan_no=f"L{case.pk}", borrower=borrower
        )


def counts(results: Results, arm: str) -> Any:
    """What an arm did."""
    return next(each for each in results.arms if each.arm == arm)
