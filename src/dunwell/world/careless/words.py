"""What careless collectors write, each text labelled by hand as fit for a debtor or not.

Read by proof.month, which sends it, and by proof.counter, which counts what was sent.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """A text. `fit_for_debtor`: it may go to who owes; `fit_for_others`: it names no debt.

    `fit_for_sms`: it is signed, and short enough for a text message.
    """

    text: str
    fit_for_debtor: bool
    fit_for_others: bool = False
    fit_for_sms: bool = True


WORDS: Final[tuple[Words, ...]] = (
    Words("【善催小贷】您好，您的还款日已过，请与我们联系，一起商量办法。", True),
    Words("【善催小贷】您好，请您方便时给我们回电，谢谢。", True, True),
    Words("您好，您的还款日已过，请与我们联系。", True, fit_for_sms=False),
    Words("【善催小贷】再不还钱就打断你的腿，杀你全家！", False),
    Words("【善催小贷】我们是公安局的，马上来抓你。", False),
    Words("【善催小贷】本案已向法院起诉，请立即还款。", False),
    Words("【善催小贷】您好" + "，请与我们联系" * 80, True, fit_for_sms=False),
)
"""What they write, politely and otherwise."""
