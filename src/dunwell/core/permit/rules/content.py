"""What is said: CN-C01 to CN-C13, CN-W03, CN-W07, CN-S01 to CN-S05, CN-M08, CN-L05.

What the wording checker found arrives as facts.wording, each finding with the code of
the rule that answers for it; a code that no rule claims is CN-C01's. Beyond that these
rules look only at what is plain: signature, length, whether an agency says who sent
it, whether a suit or a credit report is mentioned at all. Look-alikes are the
checker's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dunwell.core.permit.facts import Facts
from dunwell.core.permit.findings import Figure, Finding
from dunwell.core.permit.limits import Limits
from dunwell.core.permit.rules.frequency import started_by_them

WORDING: Final = frozenset(
    {
        *("CN-W03", "CN-W07", "CN-C01", "CN-C04", "CN-C06", "CN-C07", "CN-C08", "CN-C09"),
        *("CN-C11", "CN-S04", "CN-S05", "CN-M08", "CN-L05"),
    }
)
"""Rules that answer for findings of the wording checker."""

HARASSING: Final = frozenset({"threat", "insult"})
"""Classes of wording that make a text message harassment besides (CN-C04)."""

_MENTIONS_SUIT = re.compile("起诉|诉讼|法院|强制执行|仲裁|立案|失信被执行")
_SAYS_SUED = re.compile("已经?(被|向法院)?(起诉|立案|强制执行|查封|冻结|列入失信)")
_MENTIONS_CREDIT_REPORT = re.compile(
    "(上报|报送|报告|录入|纳入|列入|进入|记入|上)(到|至)?(您的|你的)?(个人|人行|央行|银行|人民银行)?征信"
    "|(?<!不)(?<!不会)影响.{0,6}征信|征信(不良|黑名单|污点)"
)
_COMMISSIONED = re.compile("委托|commissioned by", re.IGNORECASE)
_OPTS_OUT = re.compile(r"退订|拒收|回复?\s*(R|TD|T|N)\b", re.IGNORECASE)
_OFFERS = re.compile(
    "优惠|打折(?!扣)|[一二三四五六七八九\\d]折"
    "|(结清|还清|清偿|付清|一次性(归|偿)?还款?)[^。！!；;]{0,10}(减免|免除|免收|免息|免罚|少还)"
    "|(减免|免除|免收)[^。！!；;申]{0,10}(结清|还清|付清)"
)
"""A settlement offer: less is asked of whoever pays all. That relief may be applied for is none."""
_SIGNATURE = re.compile("【([^【】]*)】")


def worded(code: str) -> Callable[[Facts, Limits], Finding | None]:
    """The rule that answers with `code` when the wording checker found a breach of it."""

    def rule(facts: Facts, limits: Limits) -> Finding | None:
        return _found(code, facts) if facts.wording else None

    rule.__doc__ = f"{code}: the text holds what this rule forbids."
    return rule


def _found(code: str, facts: Facts) -> Finding | None:
    hits = [
        hit
        for hit in facts.wording
        if hit.code == code
        or (code == "CN-C01" and hit.code not in WORDING)
        or (code == "CN-C04" and facts.channel == "sms" and hit.class_ in HARASSING)
    ]
    if not hits:
        return None
    figures: dict[str, Figure] = {
        "spans": [[hit.start, hit.end] for hit in hits],
        "classes": sorted({hit.class_ for hit in hits}),
    }
    return Finding(code, "refuse", figures)


def no_false_claims(facts: Facts, limits: Limits) -> Finding | None:
    """CN-C06: no consequence is claimed that has not come about."""
    found = _found("CN-C06", facts) if facts.wording else None
    if found is not None:
        return found
    text = facts.text
    if text is None or _SAYS_SUED.search(text) is None or facts.case_legal_state is not None:
        return None
    return Finding("CN-C06", "refuse", {}, None, "CN-C06-STATE")


def commissioned_by(facts: Facts, limits: Limits) -> Finding | None:
    """CN-C11: an agency says who commissioned it, and does not pose as the lender."""
    found = _found("CN-C11", facts) if facts.wording else None
    if found is not None:
        return found
    text = facts.text
    if text is None or facts.direction == "inbound" or facts.actor_kind != "agency":
        return None
    if _COMMISSIONED.search(text) is not None:
        return None
    return Finding("CN-C11", "refuse", {}, None, "CN-C11-UNSAID")


def a_human_instead(facts: Facts, limits: Limits) -> Finding | None:
    """CN-C13: who declined the machine is called by a person."""
    return Finding("CN-C13", "refuse") if facts.opted_out else None


def length(facts: Facts, limits: Limits) -> Finding | None:
    """CN-S01: a text message has so many characters at most, the signature's brackets counted."""
    text = facts.text
    if text is None or len(text) <= limits.sms_characters_most or started_by_them(facts):
        return None
    parts = sms_parts(
        len(text), single=limits.sms_single_part_characters, part=limits.sms_part_characters
    )
    figures = {"characters": len(text), "limit": limits.sms_characters_most, "parts": parts}
    return Finding("CN-S01", "refuse", figures, None, "", "sms.characters_most")


def sms_parts(characters: int, *, single: int, part: int) -> int:
    """How many messages a text is billed as.

    >>> [sms_parts(n, single=70, part=67) for n in (70, 71, 134, 135, 160, 202)]
    [1, 2, 2, 3, 3, 4]
    """
    return 1 if characters <= single else -(-characters // part)


def signature(facts: Facts, limits: Limits) -> Finding | None:
    """CN-S02: one signature 【name】 at the start or the end, and no such bracket elsewhere."""
    if started_by_them(facts):
        return None
    text = (facts.text or "").strip()
    names = _SIGNATURE.findall(text)
    least, most = limits.sms_signature_least, limits.sms_signature_most
    figures = {"signatures": len(names), "least": least, "limit": most}
    if len(names) != 1 or text.count("【") + text.count("】") != 2:
        return Finding("CN-S02", "refuse", figures, None, "", "sms.signature_most")
    name = names[0].strip()
    if not least <= len(name) <= most or not (text.startswith("【") or text.endswith("】")):
        return Finding("CN-S02", "refuse", figures, None, "CN-S02-FORM", "sms.signature_most")
    return None


def opted_out(facts: Facts, limits: Limits) -> Finding | None:
    """CN-S04: who refused messages gets none; an offer needs consent before it is sent."""
    if facts.opted_out and not started_by_them(facts):
        return Finding("CN-S04", "refuse")
    if not _commercial(facts):
        return None
    return Finding("CN-S04", "refuse", {}, None, "CN-S04-CONSENT", "", ("commercial_sms",))


def _commercial(facts: Facts) -> bool:
    """Whether this message of ours makes an offer."""
    if facts.wording and _found("CN-S04", facts) is not None:
        return True
    text = facts.text
    return text is not None and not started_by_them(facts) and _OFFERS.search(text) is not None


def opt_out_syntax(facts: Facts, limits: Limits) -> Finding | None:
    """CN-S05: a reply R, TD, T, N or 退订 is a refusal; an offer says how to refuse."""
    if facts.opted_out and not started_by_them(facts):
        return Finding("CN-S05", "refuse")
    # An offer is CN-S04's; CN-S05 only asks how it may be refused.
    if not (_commercial(facts) or (facts.wording and _found("CN-S05", facts))):
        return None
    if _OPTS_OUT.search(facts.text or "") is not None:
        return None
    return Finding("CN-S05", "refuse", {}, None, "CN-S05-UNSAID")


def credit_report(facts: Facts, limits: Limits) -> Finding | None:
    """CN-M08: a credit report is not spoken of before its dated notice; the notice itself is."""
    if facts.text is None or facts.purpose == "notify":
        return None
    if _found("CN-M08", facts) is None and _MENTIONS_CREDIT_REPORT.search(facts.text) is None:
        return None
    today = facts.beijing.date().isoformat()
    for document in facts.evidence:
        dated_on = document.dated_on
        if document.kind == "credit_notice" and dated_on is not None and dated_on <= today:
            return None
    return Finding("CN-M08", "refuse")


def time_barred(facts: Facts, limits: Limits) -> Finding | None:
    """CN-L05: an expired debt is never pressed with a suit, and its state is shown."""
    found = _found("CN-L05", facts) if facts.wording else None
    if found is not None:
        return found
    if not facts.case_time_barred:
        return None
    if threatens_suit(facts):
        return Finding("CN-L05", "refuse")
    return Finding("CN-L05", "warn", {}, None, "CN-L05-BANNER")


def threatens_suit(facts: Facts) -> bool:
    """Whether the text speaks of a suit, or claims a consequence that has not come about."""
    if any(hit.code in ("CN-C06", "CN-L05") for hit in facts.wording):
        return True
    return facts.text is not None and _MENTIONS_SUIT.search(facts.text) is not None
