"""Acts of the desk's script: dial, keep, save, undo, record, freeze, write. Each answers JSON.

Each reads its body, calls one flow, and answers what the script shows. A refusal of a flow is
answered with its sentence and status 400; nothing personal goes into an answer but what the
officer wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.refusal import Refusal
from dunwell.core.wording import CaseState
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.desk.demo_sound import OFFERED_IN, demo_sound
from dunwell.faces.web.desk.numbers import said as decision_said
from dunwell.faces.web.desk.wish import MOST_TEXT, read_moment, read_said
from dunwell.faces.web.frame.figures import is_english
from dunwell.faces.words import say
from dunwell.faces.words.gate_answer import reason_said
from dunwell.flows.contact.desk import call_under_way
from dunwell.flows.contact.dial import dial as flow_dial
from dunwell.flows.contact.drafts import draft_of, keep_draft, save_draft, seal_due, undo_save
from dunwell.flows.contact.note_refusals import NoteWording
from dunwell.flows.contact.outbox import preview_message, queue_message
from dunwell.flows.contact.put_off import put_off, undo_put_off
from dunwell.flows.contact.recordings import add_recording
from dunwell.flows.contact.standings import Said as Stands
from dunwell.flows.contact.standings import stand
from dunwell.flows.contact.timings import Took, add_times
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.message_templates import templates
from dunwell.wiring import dialler, gateway_of

MOST_NUMBER = 1 << 63
"""Numbers of rows are below this; a database takes none beyond."""
Act = Callable[[HttpRequest, Reader, dict[str, Any], int], dict[str, Any]]
Answering = Callable[..., JsonResponse]


def act(permission: str) -> Callable[[Act], Answering]:
    """A view of one act: POST with a JSON body, JSON back, refusals as sentences."""

    def wrap(work: Act) -> Answering:
        @wraps(work)
        def view(request: HttpRequest, case_id: int = 0) -> JsonResponse:
            reader = reader_of(request, permission)
            try:
                answer = work(request, reader, _body(request), case_id)
            except Refusal as refusal:
                return JsonResponse(_refused(refusal), status=400)
            return JsonResponse(answer)

        return require_POST(view)

    return wrap


@act("permit.ask")
def dial(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Ask, use and ring; a refusal of the gate is told in words."""
    now = timezone.now()
    waiting = draft_of(actor=reader.actor, case=case)
    if waiting is not None and waiting.draft.seals_at is not None:
        # A further call would take the saved record back into writing.
        return {"rings": False, "sentences": [_("刚保存的记录还没有封存，请几秒后再拨。")]}
    kept = getattr(request.user, "desk_keys", None)
    called = flow_dial(
        actor=reader.actor, now=now, case=case, contact=_number(body.get("contact")),
        dialler=dialler(), line=kept.chosen.get("line", "") if kept else "",
        rest_why=str(body.get("rest_why") or ""),
    )  # fmt: skip
    decision = called.refused or called.answer.decision
    told = {"verdict": decision.verdict, **_spoken(decision, now)}
    if called.dialled is None:
        return {"rings": False, **told}
    begun = keep_draft(
        actor=reader.actor, now=now, case=case, body=_draft(body),
        permit=called.answer.permit,
    )  # fmt: skip
    return {
        "rings": True, "version": begun.draft.version, "how": called.dialled.how,
        "permit": called.answer.permit,
        "link": called.dialled.reference if called.dialled.how == "link" else "", **told,
    }  # fmt: skip


@act("note.write")
def draft(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Keep what is written so far."""
    kept = keep_draft(
        actor=reader.actor, now=timezone.now(), case=case, body=_draft(body),
        version=_number(body.get("version")) or None,
    )  # fmt: skip
    return {"version": kept.draft.version}


@act("note.write")
def save(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Check the note whole and set its clock; the case to go on with follows."""
    now = timezone.now()
    said = read_said(_draft(body))
    try:
        save_draft(
            actor=reader.actor,
            now=now,
            case=case,
            said=said,
            permit=_number(body.get("permit")) or None,
        )
    except NoteWording as refusal:
        return {**_refused(refusal), "findings": _findings(said.summary)}
    return {"saved": True, "next": f"{reverse('desk:next')}?after={case}"}


@act("note.write")
def undo(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Take a saved note back into writing, within its ten seconds."""
    undo_save(actor=reader.actor, now=timezone.now(), case=case)
    return {"href": reverse("desk:case", args=[case])}


@act("note.write")
def seal(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """File what is due of one's own."""
    done = seal_due(now=timezone.now(), staff=reader.actor.staff)
    refused = [
        {"case": each.case, "sentence": _sentence(each.refusal)} for each in done if each.refusal
    ]
    return {"sealed": len(done) - len(refused), "refused": refused}


@act("note.write")
def words(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """What may not be said in the officer's own words, with a gentler wording."""
    return {"findings": _findings(str(body.get("text", ""))[:4000])}


@act("standing.keep")
def freeze(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Stop collection from this moment, with the kind and the reason."""
    stand(
        actor=reader.actor, now=timezone.now(), case=case,
        said=Stands(what="freeze", kind=str(body.get("kind")), why=str(body.get("why", ""))),
    )  # fmt: skip
    return {"done": True}


@act("permit.ask")
def times_in(
    request: HttpRequest, reader: Reader, body: dict[str, Any], case: int
) -> dict[str, Any]:
    """Count how long acts took; who did them is not kept."""
    took = [
        Took(str(each.get("act")), _number(each.get("tenths"), -1), _number(each.get("keys"), -1))
        for each in body.get("took", [])[:20]
        if isinstance(each, dict)
    ]
    counted = add_times(actor=reader.actor, lender=reader.lender.pk, day=reader.day, took=took)
    return {"counted": counted}


@require_POST
def recording(request: HttpRequest, case_id: int) -> JsonResponse:
    """Take in the recording of the call under way; in the demo, an invented one on request."""
    reader, now = reader_of(request, "note.write"), timezone.now()
    call = call_under_way(actor=reader.actor, case=case_id, now=now)
    given = request.FILES.get("file")
    if given is not None:
        pieces = given.chunks()
    elif request.POST.get("demo") and settings.ENVIRONMENT in OFFERED_IN:
        pieces = iter([demo_sound(call.permit if call else 0)])
    else:
        return JsonResponse({"sentence": _("请选择一个 WAV、MP3 或 M4A 文件。")}, status=400)
    try:
        row = add_recording(
            actor=reader.actor, now=now, permit=call.permit if call else 0, pieces=pieces,
            home=settings.HOME,
        )  # fmt: skip
    except Refusal as refusal:
        return JsonResponse(_refused(refusal), status=400)
    return JsonResponse({"seconds": row.seconds})


@act("note.write")
def not_now(
    request: HttpRequest, reader: Reader, body: dict[str, Any], case: int
) -> dict[str, Any]:
    """Put the case aside with the reason; the case to go on with follows."""
    now = timezone.now()
    row = put_off(
        actor=reader.actor, scope=reader.scope, now=now, case=case,
        reason=str(body.get("reason")), until=read_moment(body.get("until")) or now,
        words=str(body.get("words") or "")[:MOST_TEXT],
    )  # fmt: skip
    return {"next": f"{reverse('desk:next')}?after={case}&put_off={row.pk}"}


@act("note.write")
def now_after_all(
    request: HttpRequest, reader: Reader, body: dict[str, Any], case: int
) -> dict[str, Any]:
    """Take back that the case was put aside; it is on the desk again."""
    row = undo_put_off(actor=reader.actor, now=timezone.now(), put_off=_number(body.get("put_off")))
    return {"href": reverse("desk:case", args=[row.case_id])}


@require_GET
def preview(request: HttpRequest, case_id: int) -> JsonResponse:
    """A message as this borrower would read it, and its parts; and the templates there are."""
    reader = reader_of(request, "permit.ask")
    choices = [
        {"id": each.id, "words": each.title_en if is_english() else each.title}
        for each in templates().values()
        if each.kind != "service"
    ]
    wanted = request.GET.get("template") or choices[0]["id"]
    contact = request.GET.get("contact", "")
    try:
        shown = preview_message(
            actor=reader.actor, now=timezone.now(), case=case_id,
            contact=int(contact) if contact.isdecimal() else 0, template=wanted,
        )  # fmt: skip
    except Refusal as refusal:
        return JsonResponse({"templates": choices, **_refused(refusal)}, status=400)
    return JsonResponse(
        {
            "templates": choices, "text": shown.text, "characters": shown.characters,
            "parts": shown.parts,
        }
    )  # fmt: skip


@act("permit.ask")
def send(request: HttpRequest, reader: Reader, body: dict[str, Any], case: int) -> dict[str, Any]:
    """Put a message into the outbox; the gate's answer is told in words."""
    now = timezone.now()
    queued = queue_message(
        actor=reader.actor, now=now, case=case, contact=_number(body.get("contact")),
        template=str(body.get("template")), key=f"desk-{case}-{str(body.get('key'))[:36]}",
        gateway=gateway_of(lender=reader.lender.code, home=settings.HOME),
    )  # fmt: skip
    told = _spoken(queued.decision, now) if queued.decision else {"sentences": [], "until": ""}
    return {"state": queued.message.state, **told}


def _spoken(decision: Any, now: datetime) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    return {
        "sentences": [reason_said(each, language=language) for each in decision.reasons],
        "until": decision_said(decision, now=now)["until"],
    }


def _findings(text: str) -> list[dict[str, Any]]:
    found = wording_checker()(text, facts=CaseState(), audience="note")
    return [
        {
            "start": each.start, "end": each.end, "text": text[each.start : each.end],
            "instead": each.instead, "guessed": each.guessed,
        }
        for each in found
    ]  # fmt: skip


def _refused(refusal: Refusal) -> dict[str, Any]:
    missing = refusal.figures.get("missing", [])
    return {
        "code": refusal.code,
        "sentence": _sentence(refusal),
        "missing": list(missing) if isinstance(missing, (list, tuple)) else [],
    }


def _sentence(refusal: Refusal) -> str:
    return say(refusal.code, refusal.figures, language=get_language() or "zh-hans")


def _number(value: object, default: int = 0) -> int:
    """A whole number the script sent; anything else is the default, which no row has."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= MOST_NUMBER:
        return default
    return value


def _draft(body: dict[str, Any]) -> dict[str, Any]:
    """The note in the making, as the script wrote it."""
    draft = body.get("draft")
    return draft if isinstance(draft, dict) else {}


def _body(request: HttpRequest) -> dict[str, Any]:
    """What the script sent; half a character (an emoji cut in two) is shown as a question mark."""
    try:
        body = json.loads(request.body or b"{}")
        whole = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return {}
    return json.loads(whole) if isinstance(body, dict) else {}
