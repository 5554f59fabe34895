"""Messages that people sent: kept once, an opt-out honoured at once, all else for a person.

Called by the worker and the signed webhooks with what came in, and by the page of messages
where a person sees to a reply. A longer one comes in parts, which reply_rows joins; an opt-out
counts as soon as it can be read in what has come.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.message_refusals import NoSuchReply
from dunwell.flows.contact.ports import Heard
from dunwell.flows.contact.reply_rows import kept, text_of_reply
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Reply
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Standing

OPT_OUTS = frozenset({"退订", "TD", "T", "N", "R", "退", "STOP", "取消"})
"""What a person writes who wants no more messages, after folding width, case and blanks."""
_ANYWHERE = re.compile(r"退订|(?<![A-Z0-9])(?:TD|STOP)(?![A-Z0-9])")
"""What asks to stop among other words too. In doubt it counts; a person reads the rest."""


def take_replies(*, actor: Actor, now: datetime, heard: Iterable[Heard]) -> list[Reply]:
    """Keep messages that came in, each once; an opt-out stands at once for its person.

    Answers the replies they became or were joined to. Refuses NotPermitted.
    """
    require(actor, "message.send", day=now.date())
    return [row for each in heard if (row := _take(actor, now, each)) is not None]


def handle_reply(*, actor: Actor, now: datetime, reply: int) -> Reply:
    """A person has seen to a reply. Refuses NoSuchReply and NotPermitted."""
    with transaction.atomic():
        row = Reply.objects.select_related("case").filter(pk=reply, handled_at=None).first()
        if row is None:
            raise NoSuchReply(reply=reply)
        case = row.case
        day = now.astimezone(BEIJING).date()
        if case is None:
            require(actor, "message.manage", day=day)
        else:
            require(
                actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
                holder=case.holder_id,
            )  # fmt: skip
        row.handled_at, row.handled_by_id = now, actor.staff
        row.save(update_fields=["handled_at", "handled_by"])
        lender = case.lender_id if case else None
        append(
            stream=stream_of(lender), verb="reply.handled", actor=actor, at=now, lender=lender,
            subject=f"case:{case.pk}" if case else f"reply:{row.pk}", figures={"reply": row.pk},
        )  # fmt: skip
    return row


def only_asks_to_stop(text: str) -> bool:
    """Whether a reply is an opt-out and nothing else.

    >>> [only_asks_to_stop(t) for t in ("退订", " ｔｄ ", "T。", "R!", "提前还清", "Thanks")]
    [True, True, True, True, False, False]
    """
    return "".join(char for char in _folded(text) if char.isalnum()) in OPT_OUTS


def asks_to_stop(text: str, *, whole: bool = True) -> bool:
    """Whether a reply asks to stop: as a line of its own, or by a word that says nothing else.

    Where the text is not `whole`, only by such a word: a single letter may be anything's end.

    >>> [asks_to_stop(t) for t in ("下月还\\nT", "我会还的，请退订", "回TD", "STOP!", "OUTDATED")]
    [True, True, True, True, False]
    >>> asks_to_stop("N", whole=False)
    False
    """
    lines = text.splitlines() if whole else ()
    return bool(_ANYWHERE.search(_folded(text))) or any(map(only_asks_to_stop, lines))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _take(actor: Actor, now: datetime, heard: Heard) -> Reply | None:
    with transaction.atomic():
        row = kept(heard)
        if row is None:
            return None
        text, whole = text_of_reply(row), row.waits_until is None
        if row.case is not None and asks_to_stop(text, whole=whole):
            if row.kind != Reply.Kind.OPT_OUT:
                _stop(actor, now, row.case, row)
            row.kind = Reply.Kind.OPT_OUT
            row.handled_at = now if whole and only_asks_to_stop(text) else None
            row.save(update_fields=["kind", "handled_at"])
    return row


def _stop(actor: Actor, now: datetime, case: Case, reply: Reply) -> None:
    """The opt-out stands at once, said by the person's own message."""
    what = Standing.What.OPT_OUT
    stands = Standing.objects.filter(what=what, party=case.party_id, channel="sms", replaced=None)
    if not stands.exists():
        Standing.objects.create(
            what=what, kind="opt_out", party_id=case.party_id, channel="sms", from_at=now,
            by_label=actor.label, why="短信回复退订",
        )  # fmt: skip
    append(
        stream=stream_of(case.lender_id), verb="opt_out.stands", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, figures={"reply": reply.pk},
    )  # fmt: skip
