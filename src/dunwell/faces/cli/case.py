"""`dunwell case`: the open cases of a lender, one case whole, holds placed and ended."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.day_labels import KIND_OF_MOVE, WHY_MOVED, word
from dunwell.flows.house.refusals import NoSuchPlace
from dunwell.flows.prepare.case_file import CaseFile, case_file
from dunwell.flows.prepare.holds import HoldKept, end_hold, place_hold, standing_hold
from dunwell.flows.prepare.payments import loan_named
from dunwell.store.cases.lists import CaseFilter, Scope, page_of
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import require, system_actor

app = typer.Typer(no_args_is_help=True, help="案件 / cases")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
LoanNo = Annotated[str, typer.Argument(help="借据号 / number of the loan")]

_COLUMNS = (
    "status",
    "opened_on",
    "closed_on",
    "times_opened",
    "as_of",
    "bucket",
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_date",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_fee_fen",
    "overdue_penalty_fen",
    "overdue_fen",
    "outstanding_fen",
    "loans_total",
    "loans_overdue",
    "held",
)


@app.callback()
def _case() -> None:
    """案件：一个人在一家机构的全部逾期借据 / all overdue loans of one party with one lender."""


@app.command("list")
def list_(
    lender: LenderCode = "default",
    bucket: Annotated[str | None, typer.Option(help="逾期阶段，如 M2 / bucket")] = None,
    status: Annotated[str, typer.Option(help="open | closed")] = "open",
    limit: Annotated[int, typer.Option(help="最多几件 / at most", min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """按金额列出案件，不含个人信息 / cases by amount, nothing personal."""
    whose = _lender(lender)
    wanted = CaseFilter(status=status, buckets=frozenset({bucket}) if bucket else frozenset())
    page = page_of(Scope(whose.pk), wanted, order="amount", size=limit)
    if as_json:
        answer([_as_json(case) for case in page.cases])
        return
    if not page.cases:
        tell("CASES-NONE", lender=whose.code)
    for case in page.cases:
        _tell_case(case)
    if page.next_key is not None:
        tell("CASES-MORE", shown=len(page.cases))


@app.command()
def show(
    case: Annotated[int, typer.Argument(help="案件号 / number of the case")],
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """看一个案件：借据、账龄、变动 / one case: its loans, their age, what moved it."""
    day = day_told(as_of)
    actor = system_actor("command-line")
    found = case_file(actor=actor, scope=Scope(_lender(lender).pk), case_id=case, day=day)
    if as_json:
        answer(_file_as_json(found))
        return
    _tell_case(found.case)
    for sheet in found.loans:
        tell(
            "CASES-LOAN",
            loan=sheet.loan.loan_no,
            days=sheet.age.days_past_due,
            counted=sheet.age.delinquent_days,
            overdue=format_yuan(sheet.age.overdue_fen),
        )
    for event in found.events:
        kind = word(KIND_OF_MOVE, event.kind, language=language())
        tell(
            "CASES-EVENT",
            day=event.day,
            kind=kind,
            why=word(WHY_MOVED, event.why, language=language()),
        )


@app.command()
def hold(
    loan_no: LoanNo,
    reason: Annotated[str, typer.Option(help="原因 / the reason")],
    start: Annotated[str | None, typer.Option(help="自哪天，默认今天 / from, today")] = None,
    end: Annotated[str | None, typer.Option(help="至哪天（不含）/ until, not included")] = None,
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """停催：这些天不计入逾期天数 / days of a loan that do not count."""
    today = day_told(as_of)
    kept = place_hold(
        actor=system_actor("command-line"),
        day=today,
        now=timezone.now(),
        loan=loan_named(lender=lender, loan_no=loan_no),
        start_on=parse_day(start) if start else today,
        end_on=parse_day(end) if end else None,
        reason=reason,
    )
    _tell_hold(kept, as_json)


@app.command()
def release(
    loan_no: LoanNo,
    why: Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")],
    on: Annotated[str | None, typer.Option(help="自哪天恢复，默认今天 / from, today")] = None,
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """结束停催，恢复计算 / end the hold of a loan that stands open."""
    today = day_told(as_of)
    loan = loan_named(lender=lender, loan_no=loan_no)
    kept = end_hold(
        actor=system_actor("command-line"),
        day=today,
        now=timezone.now(),
        hold=standing_hold(loan=loan),
        end_on=parse_day(on) if on else today,
        why=why,
    )
    _tell_hold(kept, as_json)


def _lender(code: str) -> Lender:
    found = Lender.objects.filter(code=code).first()
    if found is None:
        raise NoSuchPlace(lender=code, team=None)
    require(system_actor("command-line"), "case.see", day=timezone.localdate(), lender=found.pk)
    return found


def _tell_case(case: Case) -> None:
    tell(
        "CASES-LINE",
        case=case.pk,
        bucket=case.bucket,
        days=case.days_past_due,
        overdue=format_yuan(case.overdue_fen),
        loans=case.loans_overdue,
        opened_on=case.opened_on,
    )


def _tell_hold(kept: HoldKept, as_json: bool) -> None:
    row = kept.hold
    if as_json:
        answer(
            {
                "loan_no": row.loan.loan_no,
                "start_on": row.start_on,
                "end_on": row.end_on,
                "unchanged": kept.unchanged,
            }
        )
    else:
        tell("HOLDS-KEPT", loan=row.loan.loan_no, start_on=row.start_on, end_on=row.end_on or "…")


def _as_json(case: Case) -> dict[str, Any]:
    return {"case": case.pk, **{name: getattr(case, name) for name in _COLUMNS}}


def _file_as_json(found: CaseFile) -> dict[str, Any]:
    return {
        **_as_json(found.case),
        "loans": [
            {
                "loan_no": sheet.loan.loan_no,
                "days_past_due": sheet.age.days_past_due,
                "delinquent_days": sheet.age.delinquent_days,
                "overdue_fen": sheet.age.overdue_fen,
                "outstanding_fen": sheet.age.outstanding_fen,
                "overpaid_fen": sheet.age.overpaid_fen,
                "bucket": sheet.age.bucket,
                "held": sheet.age.held,
            }
            for sheet in found.loans
        ],
        "events": [
            {
                "day": event.day,
                "kind": event.kind,
                "why": event.why,
                "from_bucket": event.from_bucket,
                "to_bucket": event.to_bucket,
                "overdue_fen": event.overdue_fen,
                "paid_fen": event.paid_fen,
            }
            for event in found.events
        ],
    }
