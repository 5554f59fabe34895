"""What an agreement says: the content of its document, in one canonical form, and its hash.

Called when a plan is agreed (the hash is kept with it) and when the document is made again; the
channels lay it out as docx and PDF. Nothing is in it that the agreement does not need: no ID
number, no phone or address of the borrower. Amounts are fen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Protocol

from dunwell.core.plan import Line
from dunwell.flows.follow_up.plan_refusals import NoSuchPlanToShow
from dunwell.flows.follow_up.plan_standing import lines_of
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.store.book.models import Loan
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Letterhead
from dunwell.store.people.permissions import Actor, require
from dunwell.store.promises.models import Plan
from dunwell.store.vault import open_sealed


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that stands in the document."""

    number: str
    lender: str
    borrower: str
    call_back: str
    loans: tuple[str, ...]
    agreed_on: date
    principal_fen: int
    interest_fen: int
    penalty_fen: int
    fee_fen: int
    cost_fen: int
    relief_penalty_fen: int
    relief_interest_fen: int
    lines: tuple[Line, ...]
    breaks_after_days: int

    @property
    def debt_fen(self) -> int:
        """What is owed."""
        parts = (self.principal_fen, self.interest_fen, self.penalty_fen, self.fee_fen)
        return sum(parts) + self.cost_fen

    @property
    def relief_fen(self) -> int:
        """What is let go once the plan is paid."""
        return self.relief_penalty_fen + self.relief_interest_fen

    @property
    def pays_fen(self) -> int:
        """What is paid in all."""
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Document:
    """An agreement and its hash; `same` False: a name or number in it has changed since."""

    agreement: Agreement
    sha256: str
    same: bool


class AgreementWriter(Protocol):
    """Lays an agreement out as a file; `sha256` stands on it. Filled by channels."""

    def __call__(self, agreement: Agreement, *, sha256: str) -> bytes:
        """The file."""


def content_of(*, plan: Plan, lines: Sequence[Line]) -> Agreement:
    """The agreement of a plan, also of one that is about to be kept."""
    case = plan.case
    loans = Loan.objects.filter(lender=case.lender_id, borrower__party=case.party_id)
    head = Letterhead.objects.filter(lender=case.lender_id).order_by("-pk").first()
    earlier = Plan.objects.filter(case=case, agreed_at__lt=plan.agreed_at).count()
    return Agreement(
        number=f"{case.pk}-{earlier + 1}",
        lender=case.lender.name,
        borrower=open_sealed(
            case.party.name_sealed, table="people_party", column="name_sealed", row=case.party_id
        ),
        call_back=head.call_back if head else "",
        loans=tuple(loans.order_by("loan_no").values_list("loan_no", flat=True)),
        agreed_on=plan.agreed_on,
        principal_fen=plan.principal_fen,
        interest_fen=plan.interest_fen,
        penalty_fen=plan.penalty_fen,
        fee_fen=plan.fee_fen,
        cost_fen=plan.cost_fen,
        relief_penalty_fen=plan.relief_penalty_fen,
        relief_interest_fen=plan.relief_interest_fen,
        lines=tuple(lines),
        breaks_after_days=plan.breaks_after_days,
    )


def hash_of_content(agreement: Agreement) -> str:
    """The SHA-256 of the agreement's content in canonical JSON."""
    told = json.dumps(
        asdict(agreement), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(told.encode()).hexdigest()


def agreement_document(*, actor: Actor, now: datetime, plan: int) -> Document:
    """The agreement of a plan to hand to the borrower; journalled, for it names them.

    Refuses NotPermitted and NoSuchPlanToShow.
    """
    day = day_of(now)
    row = Plan.objects.filter(pk=plan).select_related("case__lender", "case__party").first()
    if row is None:
        require(actor, "plan.offer", day=day)
        raise NoSuchPlanToShow(plan=plan)
    case = row.case
    require(
        actor, "plan.offer", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    agreement = content_of(plan=row, lines=lines_of(row))
    sha256 = hash_of_content(agreement)
    append(
        stream=stream_of(case.lender_id), verb="plan.document", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, day=day,
        figures={"plan": plan, "document": sha256},
    )  # fmt: skip
    return Document(agreement, sha256, sha256 == row.document_sha256)
