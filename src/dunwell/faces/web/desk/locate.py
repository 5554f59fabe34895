"""The panel for a lost borrower: allowed sources with their clause, forbidden ones named as such.

There only while a rule says that the borrower is lost. Its two acts answer JSON to the desk's
script: a look-up, which is journalled before its lines are sent, and its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dunwell.faces.web.cases.labels import SOURCES
from dunwell.faces.web.cases.labels import label_of as case_label
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.desk.acts import act
from dunwell.faces.web.desk.past import entry_words
from dunwell.faces.web.desk.wish import MOST_TEXT, read_day
from dunwell.faces.web.frame.figures import is_english
from dunwell.flows.contact.desk import Desk
from dunwell.flows.contact.found_number import NumberTold
from dunwell.flows.contact.locate import Line, look_up, lost_by, record_result
from dunwell.store.policy.locate_sources import Entry, locate_sources

MOST_PHONE = 24
LOST_BY: dict[str, str | Promise] = {
    "attempts": gettext_lazy("连续多次未接通，按规则视为失联。"),
    "numbers": gettext_lazy("本人没有可用的号码了。"),
    "category": gettext_lazy("客户分类为失联。"),
}
KINDS: dict[str, str | Promise] = {
    "phone": gettext_lazy("号码"),
    "old_phone": gettext_lazy("以前的号码"),
    "address": pgettext_lazy("locate", "地址"),
    "old_address": gettext_lazy("以前的地址"),
    "answered_call": gettext_lazy("电话接通"),
    "answered_visit": gettext_lazy("外访见到"),
    "reply": gettext_lazy("客户回的短信"),
    "told": gettext_lazy("本人告知"),
}


def locate_panel(desk: Desk) -> dict[str, Any] | None:
    """What the panel asks for; None while nobody is lost."""
    pending = next(
        (
            each.pk
            for each in desk.past.look_ups
            if not hasattr(each, "result") and each.by_id == desk.reader
        ),
        "",
    )
    why = lost_by(desk)
    if not why and not pending:
        return None
    known = locate_sources()
    return {
        "why": LOST_BY.get(why, ""),
        "pending": pending,
        "purposes": _shown(known.purposes),
        "allowed": _shown(known.allowed),
        "forbidden": _shown(known.forbidden),
        "results": _shown(known.results),
        "tellers": _shown(known.tellers),
        "day": desk.day.isoformat(),
    }


@act("note.write")
def look_up_act(
    request: HttpRequest, reader: Reader, body: dict[str, Any], case: int
) -> dict[str, Any]:
    """Look into one source for one purpose; what it holds is told in lines."""
    found = look_up(
        actor=reader.actor, scope=reader.scope, now=timezone.now(), case=case,
        source=str(body.get("source")), purpose=str(body.get("purpose")),
    )  # fmt: skip
    outside = locate_sources().allowed[found.look_up.source].shows == "nothing"
    empty = _("请在该公开系统上查看，再回来记录结果。") if outside else _("这里没有记录。")
    return {
        "look_up": found.look_up.pk,
        "lines": [_line(each) for each in found.lines] or [empty],
    }


@act("note.write")
def result_act(
    request: HttpRequest, reader: Reader, body: dict[str, Any], case: int
) -> dict[str, Any]:
    """Record what the look-up came to."""
    number = body.get("look_up")
    phone = str(body.get("phone") or "").strip()[:MOST_PHONE]
    kept = record_result(
        actor=reader.actor, now=timezone.now(),
        look_up=number if isinstance(number, int) else 0, result=str(body.get("result")),
        words=str(body.get("words") or "")[:MOST_TEXT],
        number=NumberTold(phone, read_day(body.get("told_on")), str(body.get("said_by")))
        if phone
        else None,
    )  # fmt: skip
    return {"result": kept.result}


def _shown(entries: Mapping[str, Entry]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "words": entry_words(entries, each.code),
            "clause": each.clause_en if is_english() else each.clause,
            "needs_words": each.needs_words,
            "enters": each.enters,
        }
        for each in entries.values()
    ]


def _line(line: Line) -> str:
    words = f"{KINDS.get(line.kind, line.kind)} {line.text} · {line.on}"
    if not line.source:
        return words
    from_where = " / ".join(
        str(case_label(SOURCES, each)) for each in (line.source, line.basis) if each
    )
    return _("{words} · 来源 {source}").format(words=words, source=from_where)
