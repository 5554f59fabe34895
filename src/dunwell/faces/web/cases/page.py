"""One case page: the case file in the words, masks and shapes its template draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dunwell.core.ageing import CURRENT
from dunwell.core.money import format_yuan
from dunwell.faces.web.cases.forms import HoldForm, PaymentForm
from dunwell.faces.web.cases.labels import COMPONENTS, EVENTS, KINDS, ROLES, SOURCES, WHYS, label_of
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.gate.now import now_shown
from dunwell.faces.web.gate.standing import stands_shown
from dunwell.faces.web.work.plan_card import plan_card
from dunwell.flows.prepare.case_file import CaseFile, LoanSheet
from dunwell.store.book.models import Contact, Payment
from dunwell.store.cases.models import Case
from dunwell.store.vault.masks import mask_address, mask_id, mask_name, mask_phone
from dunwell.store.vault.sealed import open_sealed


def case_context(
    file: CaseFile,
    *,
    reader: Reader,
    payment_form: PaymentForm | None = None,
    hold_form: HoldForm | None = None,
) -> dict[str, Any]:
    """Everything the case template asks for."""
    case = file.case
    ages = [sheet.age for sheet in file.loans]
    parts = {
        name: sum(getattr(age, f"overdue_{name}_fen") for age in ages)
        for name in ("principal", "interest", "penalty", "fee", "cost")
    }
    overpaid_fen = sum(age.overpaid_fen for age in ages)
    outstanding_fen = sum(age.outstanding_fen for age in ages)
    worst = max(ages, key=lambda age: age.days_past_due, default=None)
    may_pay = reader.may("payment.enter", case=case) and bool(file.loans)
    may_hold = reader.may("hold.set", case=case) and bool(file.loans)
    loans = [sheet.loan for sheet in file.loans]
    contacts = [_contact(each, case, reader) for each in file.contacts]
    return {
        "case": case,
        "case_state": _state(case),
        "who": _who(file, reader),
        "lead": _lead(case, worst.days_past_due if worst else 0, held=bool(worst and worst.held)),
        "terms": [
            {"label": COMPONENTS[name], "fen": fen}
            for name, fen in parts.items()
            if fen or name in {"principal", "interest"}
        ],
        "total": {"label": _("今日还清逾期"), "fen": sum(age.overdue_fen for age in ages)},
        "outstanding_words": _("全部未还（含未到期）{sum}").format(
            sum=format_yuan(outstanding_fen)
        ),
        "overpaid_fen": overpaid_fen,
        "overpaid_words": _("多还 {sum}，未抵任何一期，留在账上可退或抵后续。").format(
            sum=format_yuan(overpaid_fen)
        ),
        "ageing": {
            "rows": [{"on": on.isoformat(), "value": days} for on, days, _fen in file.history],
            "words": {"value": _("天")},
        },
        "ageing_table": {
            "heads": [_("日期"), _("计催天数"), _("逾期金额")],
            "rows": [
                [on.isoformat(), days, format_yuan(fen)] for on, days, fen in file.history[-12:]
            ],
        },
        "borrowers": [
            {"borrower_no": each.borrower_no, "terms": terms} for each, terms in file.borrowers
        ],
        "contacts": contacts,
        "plan": plan_card(reader=reader, case=case),
        **_now(file, reader, contacts),
        "loans": [_loan(sheet, may_pay=may_pay, may_hold=may_hold) for sheet in file.loans],
        "timeline_events": _timeline(file),
        "may_pay": may_pay,
        "may_hold": may_hold,
        **_asking(case, reader),
        "payment_form": payment_form or PaymentForm(loans=loans, day=reader.day),
        "hold_form": hold_form or HoldForm(loans=loans, day=reader.day),
        "name_word": _("姓名"),
        "id_word": _("证件号"),
        "phone_word": _("电话"),
        "address_word": _("地址"),
        "reader": reader,
    }


def _now(file: CaseFile, reader: Reader, contacts: list[dict[str, Any]]) -> dict[str, Any]:
    now = timezone.now()
    shown = now_shown(
        actor=reader.actor, now=now, case=file.case, contacts=file.contacts, shown=contacts
    )
    stands = stands_shown(actor=reader.actor, now=now, case=file.case)
    return {"now_at": now, "now": shown, "stands": stands}


def _state(case: Case) -> str:
    if case.status == Case.Status.CLOSED:
        return "closed"
    if case.held:
        return "held"
    return "reopened" if case.times_opened > 1 else "open"


def _lead(case: Case, days: int, *, held: bool) -> str:
    if case.status == Case.Status.CLOSED:
        return _("{on} 结案。曾入催 {n} 次。").format(on=case.closed_on, n=case.times_opened)
    words = _("逾期 {days} 天，{on} 入催，逾期 {late} 笔、共 {all} 笔借据。").format(
        days=days, on=case.opened_on, late=case.loans_overdue, all=case.loans_total
    )
    return words + (_("停催中。") if held else "")


def _who(file: CaseFile, reader: Reader) -> dict[str, str]:
    party = file.case.party
    place = {"table": "people_party", "row": party.pk}
    name = open_sealed(party.name_sealed, column="name_sealed", **place)  # type: ignore[arg-type]
    id_no = (
        open_sealed(party.id_no_sealed, column="id_no_sealed", **place)  # type: ignore[arg-type]
        if party.id_no_sealed
        else ""
    )
    return {
        "name": mask_name(name) or f"#{file.case.pk}",
        "id_no": mask_id(id_no),
        "reveal_name": _reveal(file.case, reader, "name", party.pk),
        "reveal_id": _reveal(file.case, reader, "id_no", party.pk) if id_no else "",
    }


def _contact(contact: Contact, case: Case, reader: Reader) -> dict[str, Any]:
    def opened(column: str) -> str:
        value = getattr(contact, column)
        return (
            open_sealed(value, table="book_contact", column=column, row=contact.pk) if value else ""
        )

    return {
        "role": label_of(ROLES, contact.role),
        "relation": contact.relation,
        "name": mask_name(opened("name_sealed")),
        "phone": mask_phone(opened("phone_sealed")),
        "address": mask_address(opened("address_sealed")),
        "source": label_of(SOURCES, contact.source),
        "legal_basis": label_of(SOURCES, contact.legal_basis),
        "reveal_phone": _reveal(case, reader, "phone", contact.pk),
        "reveal_address": _reveal(case, reader, "address", contact.pk),
    }


def _reveal(case: Case, reader: Reader, what: str, row: int) -> str:
    if not reader.may("personal.reveal", case=case):
        return ""
    return reverse("cases:reveal", args=[case.pk, what, row])


def _asking(case: Case, reader: Reader) -> dict[str, bool]:
    """What may be agreed or asked for from here; who gives out work needs to ask nobody."""
    is_open = case.status == Case.Status.OPEN
    asks = reader.may("approval.ask", case=case) and not reader.may("case.assign", case=case)
    return {
        "may_offer": is_open and reader.may("plan.offer", case=case),
        "may_ask": is_open and asks,
    }


def _loan(sheet: LoanSheet, *, may_pay: bool, may_hold: bool) -> dict[str, Any]:
    shown, later = _dues(sheet)
    return {
        "sheet": sheet,
        "lead": _loan_lead(sheet),
        "left_on": sheet.tape.left_on if sheet.tape else None,
        "tape_words": _tape_words(sheet),
        "tape_tone": "wait" if _tape_differs(sheet) else "info",
        "dues": shown,
        "later": later,
        "payments": _payments(sheet.payments, may_pay=may_pay),
        "holds": [
            {
                "row": hold,
                "words": _("停催 {start} 至 {end}：{why}").format(
                    start=hold.start_on, end=hold.end_on or _("恢复为止"), why=hold.reason or "—"
                ),
                "may_end": may_hold and hold.end_on is None,
            }
            for hold in sheet.holds
        ],
    }


def _dues(sheet: LoanSheet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The installments: up to the next one that nothing has reached yet, and those after it."""
    settled: dict[tuple[int | None, Any], list[str]] = defaultdict(list)
    for line in sheet.settled:
        settled[line.seq, line.due_date].append(
            f"{line.paid_on} {COMPONENTS[line.component]} {format_yuan(line.amount_fen)}"
        )
    shown: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    untouched = 0
    for due in sheet.age.dues:
        paid = settled[due.owed.seq, due.owed.due_date]
        untouched += not due.late and not paid and due.unpaid_fen > 0
        (later if untouched > 1 else shown).append(
            {
                "seq": due.owed.seq,
                "due_date": due.owed.due_date,
                "owed_fen": due.owed.total_fen,
                "unpaid_fen": due.unpaid_fen,
                "late": due.late,
                "late_days": due.late_days,
                "settled": paid,
            }
        )
    return shown, later


def _loan_lead(sheet: LoanSheet) -> str:
    words = []
    if sheet.terms and sheet.terms.product:
        words.append(sheet.terms.product)
    if sheet.terms and sheet.terms.disbursed_on:
        words.append(_("{on} 放款").format(on=sheet.terms.disbursed_on))
    if sheet.terms and sheet.terms.annual_rate_ppm is not None:
        words.append(_("年化 {rate}%").format(rate=f"{sheet.terms.annual_rate_ppm / 10_000:.2f}"))
    words.append(
        _("逾期 {days} 天 · 计催 {counted} 天").format(
            days=sheet.age.days_past_due, counted=sheet.age.delinquent_days
        )
    )
    return " · ".join(words)


def _tape_differs(sheet: LoanSheet) -> bool:
    told = sheet.tape and sheet.tape.lender_past_due_days
    return told is not None and told != sheet.age.days_past_due


def _tape_words(sheet: LoanSheet) -> str:
    tape = sheet.tape
    if tape is None:
        return ""
    if tape.left_on:
        return _("{on} 起不在机构的逾期清单上。").format(on=tape.left_on)
    if _tape_differs(sheet):
        return _("机构清单（{on}）写逾期 {told} 天，我们按应还日算得 {ours} 天。").format(
            on=tape.tape_on, told=tape.lender_past_due_days, ours=sheet.age.days_past_due
        )
    return ""


def _payments(payments: Sequence[Payment], *, may_pay: bool) -> list[dict[str, Any]]:
    undone = {payment.reverses for payment in payments if payment.reverses}
    return [
        {
            "row": payment,
            "signed_fen": -payment.amount_fen if payment.reverses else payment.amount_fen,
            "reversed": payment.payment_no in undone,
            "may_reverse": may_pay and not payment.reverses and payment.payment_no not in undone,
        }
        for payment in payments
    ]


def _timeline(file: CaseFile) -> list[dict[str, Any]]:
    happened: list[dict[str, Any]] = [
        {
            "on": event.day,
            "title": KINDS[event.kind],
            "detail": _event_words(event),
            "mark": EVENTS[event.kind][0],
            "tone": EVENTS[event.kind][1],
        }
        for event in file.events
    ]
    for sheet in file.loans:
        for payment in sheet.payments:
            words = _("冲正 {sum}") if payment.reverses else _("还款 {sum}")
            happened.append(
                {
                    "on": payment.paid_on,
                    "title": words.format(sum=format_yuan(payment.amount_fen)),
                    "detail": f"{sheet.loan.loan_no} · {payment.channel or payment.payment_no}",
                    "mark": "undo-2" if payment.reverses else "banknote",
                    "tone": "" if payment.reverses else "good",
                }
            )
        for hold in sheet.holds:
            happened.append(
                {
                    "on": hold.start_on,
                    "title": _("停催"),
                    "detail": f"{sheet.loan.loan_no} · {hold.reason or '—'}",
                    "mark": "circle-pause",
                    "tone": "wait",
                }
            )
    happened.sort(key=lambda event: event["on"], reverse=True)
    return happened[:200]


def _event_words(event: Any) -> str:
    moved = ""
    if event.from_bucket != event.to_bucket:
        ends = (event.from_bucket, event.to_bucket)
        moved = " → ".join(_("正常") if end in {CURRENT, ""} else end for end in ends) + " · "
    return moved + _("{why} · 逾期 {sum}").format(
        why=label_of(WHYS, event.why), sum=format_yuan(event.overdue_fen)
    )
