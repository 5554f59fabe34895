"""`dunwell payment`: money received put on the book, or taken back by a further row."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan, parse_yuan
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.day_labels import KIND_OF_MOVE, WHY_MOVED, word
from dunwell.flows.prepare.payments import (
    PaymentKept,
    enter_payment,
    loan_named,
    payment_named,
    reverse_payment,
)
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="还款 / payments")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
On = Annotated[str | None, typer.Option("--on", help="哪一天，默认业务日 / the day of the money")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]


@app.callback()
def _payment() -> None:
    """还款：登记与冲正，借据和案件当即重算 / entered and reversed; re-aged at once."""


@app.command()
def add(
    loan_no: Annotated[str, typer.Argument(help="借据号 / number of the loan")],
    amount: Annotated[str, typer.Argument(help="金额（元），如 1,234.50 / yuan")],
    number: Annotated[str, typer.Option(help="流水号 / number of the payment")],
    on: On = None,
    channel: Annotated[str, typer.Option(help="渠道 / channel")] = "",
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """登记一笔还款 / enter a payment."""
    today = day_told(as_of)
    kept = enter_payment(
        actor=system_actor("command-line"),
        day=today,
        now=timezone.now(),
        loan=loan_named(lender=lender, loan_no=loan_no),
        payment_no=number,
        amount_fen=parse_yuan(amount),
        paid_on=parse_day(on) if on else today,
        channel=channel,
    )
    _tell_kept("PAYMENTS-ENTERED", kept, as_json)


@app.command()
def reverse(
    number: Annotated[str, typer.Argument(help="要冲正的流水号 / payment to take back")],
    why: Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")],
    on: On = None,
    amount: Annotated[str | None, typer.Option(help="只冲一部分（元）/ a part of it, yuan")] = None,
    reversal: Annotated[
        str | None, typer.Option(help="冲正流水号，默认原号加 -R / its own number")
    ] = None,
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """冲正一笔还款：另记一行，不删除 / take a payment back by a further row."""
    today = day_told(as_of)
    kept = reverse_payment(
        actor=system_actor("command-line"),
        day=today,
        now=timezone.now(),
        payment=payment_named(lender=lender, payment_no=number),
        reversed_on=parse_day(on) if on else today,
        why=why,
        amount_fen=parse_yuan(amount) if amount else None,
        reversal_no=reversal,
    )
    _tell_kept("PAYMENTS-REVERSED", kept, as_json)


def _tell_kept(code: str, kept: PaymentKept, as_json: bool) -> None:
    if as_json:
        answer(_as_json(kept))
        return
    row, age = kept.payment, kept.age
    if kept.unchanged:
        tell("PAYMENTS-UNCHANGED", number=row.payment_no)
    else:
        yuan = format_yuan(row.amount_fen)
        # Both sentences take the same figures.
        tell(code, number=row.payment_no, amount=yuan, on=row.paid_on, loan=row.loan.loan_no)
    if age is not None:
        tell(
            "PAYMENTS-AGE",
            day=age.as_of,
            days=age.delinquent_days,
            overdue=format_yuan(age.overdue_fen),
            overpaid=format_yuan(age.overpaid_fen),
        )
    if not kept.counted:
        tell("PAYMENTS-COUNTS-LATER", on=row.paid_on)
    for case, move in sorted((kept.reaged.moves if kept.reaged else {}).items()):
        kind = word(KIND_OF_MOVE, move.kind, language=language())
        tell(
            "PAYMENTS-MOVED",
            case=case,
            kind=kind,
            why=word(WHY_MOVED, move.why, language=language()),
        )


def _as_json(kept: PaymentKept) -> dict[str, Any]:
    row, age = kept.payment, kept.age
    moves = kept.reaged.moves if kept.reaged else {}
    return {
        "payment_no": row.payment_no,
        "loan_no": row.loan.loan_no,
        "paid_on": row.paid_on,
        "amount_fen": row.amount_fen,
        "reverses": row.reverses or None,
        "unchanged": kept.unchanged,
        "counted": kept.counted,
        "as_of": kept.reaged.day if kept.reaged else None,
        "days_past_due": age.days_past_due if age else None,
        "delinquent_days": age.delinquent_days if age else None,
        "overdue_fen": age.overdue_fen if age else None,
        "overpaid_fen": age.overpaid_fen if age else None,
        "bucket": age.bucket if age else None,
        "moves": [
            {"case": case, "kind": move.kind, "why": move.why}
            for case, move in sorted(moves.items())
        ],
    }
