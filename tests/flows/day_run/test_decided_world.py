"""Every case of an invented lender is decided by the day run as core.decision decides it alone."""

from __future__ import annotations

from pathlib import Path

from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.recompute_decision import recompute_decision
from dunwell.flows.prepare.stage_book import stage_book, work_folder
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.runs.models import Run
from dunwell.world import make_world
from tests.flows.day_run.books import OPERATOR, Book, day

LOANS = 500


def test_an_invented_lender_is_decided_alike_in_bulk_and_one_by_one(
    book: Book, tmp_path: Path
) -> None:
    folder = tmp_path / "world"
    make_world(loans=LOANS, seed=11, as_of=day("03-02"), out=folder, layout="native")
    with work_folder() as workdir:
        staged = stage_book(
            actor=OPERATOR, lender_code="default", paths=[folder], workdir=workdir,
            as_of=day("03-02"), now=book.clock(),
        )  # fmt: skip
        import_book(actor=OPERATOR, staged=staged, dry_run=False, clock=book.clock)
    for on in ("03-02", "03-03", "03-06"):
        book.run(on)
    assert Run.objects.filter(kind="day", status="done").count() == 5
    cases = list(Case.objects.order_by("pk"))
    assert len(cases) > 20
    for on in ("03-02", "03-03", "03-05", "03-06"):
        for case in cases:
            if case.opened_on > day(on):
                continue
            again = recompute_decision(
                actor=OPERATOR, scope=Scope(case.lender_id), case=case.pk, day=day(on)
            )
            assert again.equal, (on, case.pk, again.different)
    told = Decision.objects.values_list("category", "grade", "plan", "action")
    for column in zip(*told, strict=True):
        assert len(set(column)) >= 3, set(column)
