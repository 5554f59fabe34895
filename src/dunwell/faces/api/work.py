"""Notes, promises and payments over the API: each carried out once per Idempotency-Key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Path, Router
from pydantic import StringConstraints

from dunwell.faces.api import shapes
from dunwell.faces.api import work_shapes as told
from dunwell.faces.web.access.acting import Acting, acting
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.follow_up.promises import Wanted, move_promise, promise_shown, take_promise
from dunwell.flows.house.once import once
from dunwell.flows.prepare.payments import (
    PaymentKept,
    enter_payment,
    loan_named,
    payment_named,
    reverse_payment,
)
from dunwell.store.promises.models import Promise

ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), shapes.Error)
Key = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[!-~]{1,80}$")] | None,
    Header(alias="Idempotency-Key", description="sent again under it, it is only answered"),
]
router = Router()


@router.post(
    "/notes", response={200: told.NoteWritten, **ERRORS}, operation_id="writeNote", tags=["notes"]
)
def note(request: HttpRequest, body: told.NoteWanted, idempotency_key: Key = None) -> Any:
    """File what a contact came to, with everything that follows from it."""
    who = acting(request)

    def act() -> Mapping[str, Any]:
        written = write_note(
            actor=who.actor, now=who.now, case=body.case, permit=body.permit, said=_said(body)
        )
        promise = Promise.objects.filter(note=written).first()
        return {
            "note": written.pk,
            "case": written.case_id,
            "at": written.at.isoformat(),
            "effective": written.effective,
            "next_step": written.next_step,
            "next_on": written.next_on and written.next_on.isoformat(),
            "promise": promise.pk if promise else None,
        }

    return _once(request, who, idempotency_key, act)


@router.post(
    "/promises",
    response={200: told.PromiseShown, **ERRORS},
    operation_id="takePromise",
    tags=["promises"],
)
def promise(request: HttpRequest, body: told.PromiseWanted, idempotency_key: Key = None) -> Any:
    """Take a promise down. How it stands is never told to us: payments settle it."""
    who = acting(request)

    def act() -> Mapping[str, Any]:
        row = take_promise(actor=who.actor, now=who.now, case=body.case, wanted=_wanted(body))
        return _shown(who, row.pk)

    return _once(request, who, idempotency_key, act)


@router.get(
    "/promises/{promise}",
    response={200: told.PromiseShown, **ERRORS},
    operation_id="getPromise",
    tags=["promises"],
)
def one_promise(request: HttpRequest, promise: Path[shapes.Number]) -> Any:
    """One promise and how it stands."""
    return _shown(acting(request), promise)


@router.post(
    "/promises/{promise}/move",
    response={200: told.PromiseShown, **ERRORS},
    operation_id="movePromise",
    tags=["promises"],
)
def move(
    request: HttpRequest,
    body: told.Moved,
    promise: Path[shapes.Number],
    idempotency_key: Key = None,
) -> Any:
    """Move a promise to another day: once, before it is due."""
    who = acting(request)

    def act() -> Mapping[str, Any]:
        row = move_promise(actor=who.actor, now=who.now, promise=promise, due_on=body.due_on)
        return _shown(who, row.pk)

    return _once(request, who, idempotency_key, act)


@router.post(
    "/payments",
    response={200: told.PaymentKept, **ERRORS},
    operation_id="enterPayment",
    tags=["payments"],
)
def payment(request: HttpRequest, body: told.PaymentIn, idempotency_key: Key = None) -> Any:
    """Put money received on the book; the loan, its case and its promises follow at once."""
    who = acting(request)

    def act() -> Mapping[str, Any]:
        kept = enter_payment(
            actor=who.actor,
            day=who.day,
            now=who.now,
            loan=loan_named(lender=body.lender, loan_no=body.loan_no),
            payment_no=body.payment_no,
            amount_fen=body.amount_fen,
            paid_on=body.paid_on,
            channel=body.channel,
        )
        return _kept(kept)

    return _once(request, who, idempotency_key, act)


@router.post(
    "/payments/{payment_no}/reversals",
    response={200: told.PaymentKept, **ERRORS},
    operation_id="reversePayment",
    tags=["payments"],
)
def reversal(
    request: HttpRequest,
    body: told.ReversalIn,
    payment_no: Path[told.Named],
    idempotency_key: Key = None,
) -> Any:
    """Take a payment back by a further row on its own day."""
    who = acting(request)

    def act() -> Mapping[str, Any]:
        kept = reverse_payment(
            actor=who.actor,
            day=who.day,
            now=who.now,
            payment=payment_named(lender=body.lender, payment_no=payment_no),
            reversed_on=body.reversed_on,
            why=body.why,
            amount_fen=body.amount_fen,
        )
        return _kept(kept)

    return _once(request, who, idempotency_key, act)


def _once(
    request: HttpRequest, who: Acting, key: str | None, act: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Carry out what was asked, once where the sender gave a key."""
    if key is None:
        return act()
    return once(
        actor=who.actor, now=who.now, key=key, path=request.path, content=request.body, act=act
    )


def _said(body: told.NoteWanted) -> Said:
    spoken = {
        name: value
        for name in ("identity_stated", "commissioner_named", "human_offered")
        if (value := getattr(body, name)) is not None
    }
    return Said(
        channel=body.channel,
        number_code=body.number_code,
        case_code=body.case_code,
        reason=body.reason,
        summary=body.summary,
        words=body.words,
        identity_checked=body.identity_checked,
        next_on=body.next_on,
        next_at=body.next_at,
        promise=_wanted(body.promise) if body.promise else None,
        closing=spoken,
    )


def _wanted(said: told.PromiseSaid) -> Wanted:
    return Wanted(
        amount_fen=said.amount_fen, due_on=said.due_on, said_by=said.said_by, loans=said.loans
    )


def _shown(who: Acting, promise: int) -> Mapping[str, Any]:
    row = promise_shown(actor=who.actor, now=who.now, promise=promise)
    return {
        "promise": row.pk,
        "case": row.case_id,
        "amount_fen": row.amount_fen,
        "due_on": row.due_on.isoformat(),
        "last_on": row.state.last_on.isoformat(),
        "state": row.state.state,
        "strict": row.state.strict,
        "paid_fen": row.state.paid_fen,
        "settled_on": row.state.settled_on and row.state.settled_on.isoformat(),
    }


def _kept(kept: PaymentKept) -> Mapping[str, Any]:
    row = kept.payment
    return {
        "payment_no": row.payment_no,
        "loan_no": row.loan.loan_no,
        "amount_fen": row.amount_fen,
        "paid_on": row.paid_on.isoformat(),
        "unchanged": kept.unchanged,
        "counted": kept.counted,
    }
