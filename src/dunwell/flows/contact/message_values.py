"""What the ledger says for the fields of a message (core.message.FIELDS): nothing is typed.

Called by the outbox. Amounts are those of the last day run; a promise is the one due next.
The addressee is the family name and a polite form; who is not a person is only greeted.
"""

from __future__ import annotations

from datetime import date

from dunwell.core.money import format_yuan
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Letterhead
from dunwell.store.people.models import Party, Staff
from dunwell.store.promises.models import PromiseState
from dunwell.store.vault import open_sealed

GREETING = "您好"
DOUBLE_NAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒"}
    | {"司空", "轩辕", "端木", "百里", "南宫", "西门"}
)


def values_of(
    *, case: Case, contact: Contact, head: Letterhead, officer: Staff | None, day: date
) -> dict[str, str]:
    """The value of every field there is one for; a field without value is left out."""
    values = {
        "addressee": _addressee(case.party, contact),
        "lender": case.lender.name,
        "overdue": format_yuan(case.overdue_fen, mark=""),
        "past_due_days": str(case.days_past_due),
        "officer": officer.display_name if officer else f"{head.signature}客服",
        "call_back": head.call_back,
    }
    if case.oldest_unpaid_due_date is not None:
        values["due_on"] = _day(case.oldest_unpaid_due_date)
    if head.pay_link:
        values["pay_link"] = head.pay_link
    next_due = (
        PromiseState.objects.filter(promise__case=case, state__in=("open", "due"), due_on__gte=day)
        .select_related("promise")
        .order_by("due_on", "pk")
        .first()
    )
    if next_due is not None:
        left = next_due.promise.amount_fen - next_due.paid_fen
        values["promised"] = format_yuan(left, mark="")
        values["promised_on"] = _day(next_due.due_on)
    return values


def _addressee(party: Party, contact: Contact) -> str:
    """Only the borrower is addressed by name: nobody else may learn whom it is about."""
    if contact.role != "self":
        return GREETING
    name = open_sealed(
        party.name_sealed, table="people_party", column="name_sealed", row=party.pk
    ).strip()
    if not 2 <= len(name) <= 4 or not all("\u4e00" <= char <= "\u9fff" for char in name):
        return GREETING
    family = name[:2] if len(name) > 2 and name[:2] in DOUBLE_NAMES else name[:1]
    return f"{family}先生/女士"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
