"""Sample texts of the walk, each labelled by hand with what it is.

`wording` is what a checker would report; the wording checker has its own labelled set
and is not proved here. Traits are read by proof.law, never found out from the text.
"""

from __future__ import annotations

from typing import NamedTuple

from dunwell.core.permit import WordingFinding


class Text(NamedTuple):
    """A text, what the checker finds in it, and what a reader sees in it."""

    text: str
    wording: tuple[WordingFinding, ...] = ()
    traits: frozenset[str] = frozenset()


def _found(code: str, class_: str = "sample") -> tuple[WordingFinding, ...]:
    return (WordingFinding(class_, 0, 2, code),)


def _text(text: str, *traits: str, found: tuple[WordingFinding, ...] = ()) -> Text:
    return Text(text, found, frozenset(traits))


_POLITE = "【善催小贷】您好，您的还款日已过，请与我们联系。"

TEXTS: dict[str, Text] = {
    "polite": _text(_POLITE, "signed"),
    "commissioned": _text(
        "【善催小贷】您好，我们受委托与您联系，请回电。", "signed", "commissioned"
    ),
    "unsigned": _text("您好，您的还款日已过，请与我们联系。"),
    "signed twice": _text("【善催】您好【小贷】"),
    "half a bracket more": _text("【善催小贷】您好】"),
    "signed inside": _text("您好，【善催小贷】请回电。"),
    "signed at the end": _text("您好，请回电。【善催小贷】", "signed"),
    "name of 1": _text("【善】您好"),
    "name of 2": _text("【善催】您好", "signed"),
    "name of 12": _text(f"【{'善' * 12}】您好", "signed"),
    "name of 13": _text(f"【{'善' * 13}】您好"),
    "of 500": _text("【善催小贷】" + "您" * 494, "signed"),
    "of 501": _text("【善催小贷】" + "您" * 495, "signed", "long"),
    "sued": _text("【善催小贷】本案已起诉，请联系我们。", "signed", "suit", "sued"),
    "suit": _text("【善催小贷】我们可能向法院起诉。", "signed", "suit"),
    "credit": _text("【善催小贷】逾期将上报个人征信。", "signed", "credit"),
    "offer": _text("【善催小贷】减免优惠", "signed", "offer", found=_found("CN-S04")),
    "offer in plain words": _text("【善催小贷】一次结清减免罚息", "signed", "offer"),
    "offer to refuse": _text(
        "【善催小贷】减免优惠，回复TD退订", "signed", "offer", "opts out", found=_found("CN-S04")
    ),
    "no way out": _text("【善催小贷】好礼", "signed", "no way out", found=_found("CN-S05")),
    "threat": _text("【善催小贷】威胁", "signed", "harasses", found=_found("CN-C01", "threat")),
    "insult unclaimed": _text(
        "【善催小贷】辱骂", "signed", "unclaimed", found=_found("XX-99", "sample")
    ),
    **{
        f"found {code}": _text("【善催小贷】有问题", "signed", code, found=_found(code))
        for code in (
            *("CN-W03", "CN-W07", "CN-C01", "CN-C04", "CN-C06", "CN-C07", "CN-C08", "CN-C09"),
            *("CN-C11", "CN-M08", "CN-L05"),
        )
    },
}
