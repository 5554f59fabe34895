"""What the desk's script works with: codes with their initials and needs, the draft, addresses.

The draft has the shape of flows.contact.notes.Said, days and moments as ISO text, so that what
the script keeps is what the flow seals.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dunwell.core.disposition import Code
from dunwell.faces.web.desk import labels
from dunwell.faces.web.frame.figures import in_reader
from dunwell.flows.contact.desk import Desk
from dunwell.store.policy.dispositions import result_codes

PAYDAY_AFTER = 1
"""A promise falls due the day after payday: the money is there then."""
USUAL_DAYS = 3
PAYDAY_WITHIN = 14


def form_data(
    desk: Desk,
    *,
    keys: Mapping[str, Mapping[str, Any]],
    first: Sequence[Mapping[str, Any]],
    situation: str,
    session: str,
    now: datetime,
) -> dict[str, Any]:
    """Everything the script needs, as plain data; nothing in it is personal but the draft."""
    case = desk.case.pk
    saved = desk.draft is not None and desk.draft.seals_at is not None
    return {
        "case": case,
        "session": session,
        "today": desk.day.isoformat(),
        "codes": [_code(code, desk.day) for code in _codes()],
        "reasons": [
            {
                "code": each.code,
                "words": in_reader(each.zh, each.en),
                "find": f"{labels.initials(each.zh)} {each.zh} {each.en.lower()}",
            }
            for each in result_codes().reasons.values()
        ],
        "draft": None if saved else dict(desk.body) or None,
        "version": desk.draft.version if desk.draft else None,
        "call": _call(desk, now),
        "recording_needed": desk.answers.limits.recording,
        "promise": {
            "amount_fen": desk.case.overdue_fen,
            "due_on": promise_day(desk).isoformat(),
        },
        "call_back_at": f"{(desk.day + timedelta(days=1)).isoformat()}T10:00",
        "keys": {act: each["key"] for act, each in keys.items()},
        "situation": situation,
        "urls": {
            "dial": reverse("desk:dial", args=[case]),
            "draft": reverse("desk:draft", args=[case]),
            "save": reverse("desk:save", args=[case]),
            "recording": reverse("desk:recording", args=[case]),
            "words": reverse("desk:words", args=[case]),
            "freeze": reverse("desk:freeze", args=[case]),
            "put_off": reverse("desk:put_off", args=[case]),
            "locate": reverse("desk:locate", args=[case]),
            "located": reverse("desk:located", args=[case]),
            "preview": reverse("desk:preview", args=[case]),
            "send": reverse("desk:send", args=[case]),
            "times": reverse("desk:times_in"),
            "next": f"{reverse('desk:next')}?after={case}",
        },
        "words": _words(),
    }


def promise_day(desk: Desk) -> date:
    """The day a promise is offered for: after the next payday where it is near, else soon."""
    payday = desk.terms.payday if desk.terms else None
    if payday:
        for months in (0, 1):
            found = _payday(desk.day, payday, months) + timedelta(days=PAYDAY_AFTER)
            if desk.day < found <= desk.day + timedelta(days=PAYDAY_WITHIN):
                return found
    return desk.day + timedelta(days=USUAL_DAYS)


def _payday(day: date, payday: int, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(payday, last))


def _codes() -> list[Code]:
    """What a call may come to: the conversation first, then what happened on the number."""
    codes = result_codes()
    found = (*codes.of("case", "call"), *codes.of("number", "call"))
    likely = {code: place for place, code in enumerate(labels.LIKELY)}
    return sorted(found, key=lambda each: likely.get(each.code, len(likely)))


def _code(code: Code, day: date) -> dict[str, Any]:
    place = labels.LIKELY.index(code.code) + 1 if code.code in labels.LIKELY else 0
    # A conversation with the borrower means that the borrower answered; others tell of a death.
    number = code.code
    if code.layer == "case":
        number = "NSA" if code.party == "other" else "SELF"
    return {
        "code": code.code,
        "number": number,
        "case": code.code if code.layer == "case" else "",
        "words": in_reader(code.zh, code.en),
        "find": f"{labels.initials(code.zh)} {code.zh} {code.en.lower()} {code.code.lower()}",
        "initials": labels.initials(code.zh),
        "needs": list(code.needs),
        "answered": code.answered or code.layer == "case",
        "step": code.next_step,
        "step_on": (day + timedelta(days=code.next_in_days)).isoformat(),
        "freeze": code.freeze,
        "opens": code.opens,
        "digit": place,
    }


def _call(desk: Desk, now: datetime) -> dict[str, Any] | None:
    call = desk.call
    if call is None:
        return None
    return {
        "permit": call.permit,
        "contact": call.contact,
        "began_at": call.began_at.isoformat(),
        "seconds": int((now - call.began_at).total_seconds()),
        "recording": call.recording.seconds if call.recording else None,
    }


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "no_record": _("先记录这通电话的结果，再看下一案。"),
        "calling": _("正在呼叫"),
        "call_first": _("先拨打，再选结果；没有通话可用“备注”。"),
        "kept": _("草稿已保存"),
        "kept_here": _("网络断了，已加密存在本机，恢复后自动补传"),
        "kept_in_page": _(
            "网络断了。这个浏览器不能加密，只留在本页：恢复前请不要刷新或关闭，恢复后自动补传。"
        ),
        "not_kept": _("这一步没有保存。请再试一次；还不行，先把写的内容复制下来再刷新。"),
        "missing_reason": _("请选逾期原因"),
        "missing_words": _("请写下客户原话"),
        "missing_promise": _("请填承诺金额和日期"),
        "missing_next_at": _("请填约定回电的时间"),
        "missing_result": _("请选结果"),
        "missing_recording": _("接通的电话要附录音"),
        "missing_identity": _("请确认已说明我方身份"),
        "instead": _("可改为"),
        "guessed": _("也许不妥，请再看一眼；不影响保存"),
        "use": _("换成这句"),
        "recorded": _("录音 {s} 秒"),
        "frozen": _("已暂停催收"),
        "queued": _("短信已排入发送"),
        "parts": _("{c} 字，{n} 条"),
        "sealed": _("已封存"),
        "seconds": _("{s} 秒后封存"),
        "saved_offline": _("网络断了，记录已加密存在本机，恢复后自动提交。"),
        "nothing": _("没有这样的结果"),
        "no_result": _("先记录这次查找的结果，再看下一案。"),
        "no_network": _("网络断了，这一步没有记下。恢复后请再点一次。"),
    }
