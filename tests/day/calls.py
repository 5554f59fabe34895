"""The twenty calls of the story: what each came to, and what the officer presses and types."""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass

RATE = 8_000
REASON = ("w", "j", "Enter")
"""忘记, by its initials."""


@dataclass(frozen=True)
class Call:
    """One call. `keys` choose the result; where the borrower answers, `known` says so first."""

    code: str
    keys: tuple[str, ...]
    known: bool = False
    reason: bool = False
    words: str = ""
    answered: bool = False
    text: bool = False
    """Whether a message follows, as the phone failed."""
    part: str = ""
    """What the call is for in the rest of the story."""


def by_initials(text: str) -> tuple[str, ...]:
    """The result found by pinyin initials."""
    return ("d", *text, "Enter")


CALLS = (
    Call("NOAS", ("1",), text=True),
    Call("PTP", ("2",), known=True, reason=True, answered=True, part="kept"),
    Call("REJ", ("3",), text=True),
    Call("BUSY", ("4",)),
    Call("OFF", ("5",), text=True),
    Call("PTP", ("2",), known=True, reason=True, answered=True, part="broken"),
    Call("INAB", ("7",), known=True, reason=True, answered=True,
         words="上个月失业了，还在找工作，想还但是没有收入", part="hardship"),
    Call("DISP", by_initials("yzy"), known=True, answered=True,
         words="这笔钱我上周已经跟你们说过不对", part="dispute"),
    Call("CBK", ("6",), known=True, answered=True),
    Call("ALPA", by_initials("scyh"), known=True, answered=True,
         words="昨天晚上已经在手机上还过了"),
    Call("NSN", by_initials("hmyz"), answered=True, part="stranger"),
    Call("NSA", ("9",), answered=True),
    Call("LOOO", by_initials("kh")),
    Call("STOP", by_initials("tj")),
    Call("VM", by_initials("yyxx"), text=True),
    Call("KNOW", ("8",), known=True, reason=True, answered=True),
    Call("CUT", by_initials("yjjg"), answered=True),
    Call("HUP", by_initials("hshgd"), known=True, answered=True),
    Call("EXT", by_initials("sqzqfq"), known=True, reason=True, answered=True, part="plan"),
    Call("NCOV", by_initials("wfjt"), text=True),
)  # fmt: skip


def sound(number: int) -> bytes:
    """A recording of two seconds, another for each call: a tone, nobody's voice."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(
            b"".join(
                round(2_000 * math.sin(2 * math.pi * (300 + number) * n / RATE)).to_bytes(
                    2, "little", signed=True
                )
                for n in range(RATE * 2)
            )
        )
    return made.getvalue()
