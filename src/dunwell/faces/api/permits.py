"""Permits over the API: ask, use, give back, look; and a token for one's own program."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from dunwell.core.permit import BEIJING, Decision
from dunwell.faces.api import shapes
from dunwell.faces.web.access.acting import acting
from dunwell.faces.words.gate_answer import answer
from dunwell.flows.conduct.gate_log import asked_question
from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.release_permit import release_permit
from dunwell.flows.contact.use_permit import use_permit
from dunwell.flows.house.api_tokens import issue_token

ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), shapes.Error)
router = Router(tags=["permits"])


@router.post("/permits", response={200: shapes.Asked, **ERRORS}, operation_id="askPermit")
def ask(request: HttpRequest, body: shapes.Ask) -> dict[str, Any]:
    """Ask whether a contact may be made now. A refusal by the gate is an answer: 200."""
    who = acting(request)
    found = ask_permit(actor=who.actor, now=who.now, **body.dict())
    state = "reserved" if found.granted else "refused"
    said = _said(found.permit, found.decision, state=state, granted=found.granted)
    return {**said, "reserved_until": found.reserved_until}


@router.get("/permits/{permit}", response={200: shapes.Stored, **ERRORS}, operation_id="getPermit")
def get(request: HttpRequest, permit: Path[shapes.Number]) -> dict[str, Any]:
    """One question of the gate's log and where its permit stands now."""
    who = acting(request)
    found = asked_question(actor=who.actor, now=timezone.now(), permit=permit)
    row = found.row
    decision = Decision(
        verdict=row.verdict,  # type: ignore[arg-type]  # a verdict as it was kept
        reasons=found.reasons,
        lifted=(),
        next_allowed_at=row.next_allowed_at and row.next_allowed_at.astimezone(BEIJING),
        pack_hash=row.pack_hash,
    )
    granted = row.reserved_until is not None
    return {
        **_said(row.pk, decision, state=found.state, granted=granted),
        "lifted": list(found.lifted),
        "reserved_until": row.reserved_until,
        "case": row.case_id,
        "contact": row.contact_id,
        "channel": row.channel,
        "purpose": row.purpose,
        "direction": row.direction,
        "asked_at": row.asked_at,
    }


@router.post(
    "/permits/{permit}/use", response={200: shapes.Decided, **ERRORS}, operation_id="usePermit"
)
def use(request: HttpRequest, body: shapes.Use, permit: Path[shapes.Number]) -> dict[str, Any]:
    """Use a permit at the moment of contact: it is re-checked, and `granted` says the answer."""
    who = acting(request)
    used = use_permit(actor=who.actor, permit=permit, now=who.now, text=body.text)
    assert used.decision is not None  # use_permit refuses a permit that is over
    granted = used.token is not None
    state = "used" if granted else "refused"
    return _said(permit, used.decision, state=state, granted=granted)


@router.post(
    "/permits/{permit}/release",
    response={200: shapes.Released, **ERRORS},
    operation_id="releasePermit",
)
def release(request: HttpRequest, permit: Path[shapes.Number]) -> dict[str, Any]:
    """Give a permit back that is not needed."""
    who = acting(request)
    release_permit(actor=who.actor, permit=permit, now=who.now)
    return {"permit": permit, "state": "released"}


@router.post("/tokens", response={200: shapes.Token, **ERRORS}, operation_id="issueToken")
def token(request: HttpRequest, body: shapes.TokenWanted) -> dict[str, Any]:
    """A token for one's own program. Only a browser gets one, never another token."""
    who = acting(request)
    made = issue_token(
        actor=who.actor,
        staff=request.user,  # type: ignore[arg-type]  # the login middleware let it in
        by_token=getattr(request, "by_token", False),
        day=who.day,
        now=who.now,
        days=body.days,
    )
    return {"token": made, "days": body.days}


def _said(permit: int, decision: Decision, *, state: str, granted: bool) -> dict[str, Any]:
    return {**answer(decision), "permit": permit, "state": state, "granted": granted}
