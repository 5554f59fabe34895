"""Dispositions: what a contact came to, as codes in two layers, and what follows from a code.

`number` codes say what happened on one number, message or visit, `case` codes what it means
for the borrower. `parse_codes` reads the pack, `check_note` refuses a note that lacks what
its codes need, `effects_of` says what follows: an effective conversation, rest, a freeze, a
number retired, the next step. Called by the flows that close a contact and by the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.core.refusal import Refusal

Layer = Literal["number", "case"]
Party = Literal["self", "other", "nobody", "unknown"]
Need = Literal["reason", "promise", "words", "next_at"]
Step = Literal[
    "call",
    "sms",
    "remind",
    "plan",
    "confirm",
    "reconcile",
    "relief",
    "approve",
    "review",
    "specialist",
    "locate",
    "none",
]
CHANNELS = ("call", "sms", "visit")
FREEZES = ("complaint", "deceased", "dispute", "estate", "hardship", "represented", "vulnerable")
OPENS = ("promise", "plan", "relief", "hardship")

_KEYS = ("layer", "channels", "zh", "en")
_OPTIONAL = (
    "answered",
    "care",
    "effective",
    "freeze",
    "needs",
    "next",
    "opens",
    "opts_out",
    "party",
    "refusal",
    "rest_hours",
    "retires",
    "source",
)


class NoSuchCode(Refusal):
    """A code the pack does not have in this layer and channel. Figures: code_given, allowed."""

    code = "DISPOSITION-NO-SUCH-CODE"


class NoteLacks(Refusal):
    """A note without what its codes need. Figures: codes, missing."""

    code = "DISPOSITION-NOTE-LACKS"


class NoteContradicts(Refusal):
    """Two codes that cannot both be. Figures: number_code, case_code, party."""

    code = "DISPOSITION-CONTRADICTS"


@dataclass(frozen=True, slots=True)
class Code:
    """One result code and what follows from it. `rest_hours` is added to what the gate asks."""

    code: str
    layer: Layer
    channels: tuple[str, ...]
    zh: str
    en: str
    party: Party = "unknown"
    answered: bool = False
    effective: bool = False
    rest_hours: int = 0
    next_step: Step = "none"
    next_in_days: int = 1
    needs: tuple[Need, ...] = ()
    freeze: str = ""
    opens: str = ""
    refusal: bool = False
    retires: bool = False
    opts_out: bool = False
    care: bool = False
    """Such a contact weighs on whoever made it."""


@dataclass(frozen=True, slots=True)
class OverdueReason:
    """Why a borrower is late, as a code."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Codes:
    """Every code and reason of a pack, in its order."""

    codes: Mapping[str, Code]
    reasons: Mapping[str, OverdueReason]

    def of(self, layer: Layer, channel: str) -> tuple[Code, ...]:
        """The codes of a layer that a channel may end with."""
        found = self.codes.values()
        return tuple(each for each in found if each.layer == layer and channel in each.channels)

    def find(self, code: str, *, layer: Layer, channel: str) -> Code:
        """The code of this layer and channel. Refuses NoSuchCode."""
        found = self.codes.get(code)
        if found is None or found.layer != layer or channel not in found.channels:
            allowed = [each.code for each in self.of(layer, channel)]
            raise NoSuchCode(code_given=code, allowed=allowed)
        return found


@dataclass(frozen=True, slots=True)
class Effects:
    """What a closed contact brings about; moments are those of the note."""

    answered: bool
    effective: bool
    party: Party
    rest_until: datetime | None
    next_step: Step
    next_on: date
    freeze: str
    opens: str
    refusal: bool
    retires: bool
    opts_out: bool


def parse_codes(content: object, *, file: str) -> Codes:
    """Read a pack's codes. Refuses WrongKeys and WrongValue with file and path."""
    fields = keyed(content, file, "", ("id", "title", "title_en", "codes", "reasons"), ())
    codes = _mapping(fields["codes"], file, "codes")
    reasons = _mapping(fields["reasons"], file, "reasons")
    read = {str(code): _code(str(code), entry, file) for code, entry in codes.items()}
    why = {str(code): _reason(str(code), entry, file) for code, entry in reasons.items()}
    return Codes(read, why)


def check_note(
    *, number: Code, case: Code | None, said: Collection[str], channel: str, inbound: bool
) -> None:
    """Pass a note whose codes agree and that says what they need (`said`: names of Need).

    A conversation with the borrower needs a case code; a case code needs the borrower, but
    death and detention, which others tell. Refuses NoteContradicts and NoteLacks.
    """
    with_self = number.party == "self" or (channel == "sms" and number.answered)
    told_by_others = case is not None and case.party == "other"
    if case is not None and not with_self and not (told_by_others and number.answered):
        raise NoteContradicts(number_code=number.code, case_code=case.code, party=number.party)
    needs: list[str] = [*number.needs, *(case.needs if case else ())]
    needs_case = number.party == "self" and not number.effective and not inbound
    missing = [need for need in dict.fromkeys(needs) if need not in said]
    if needs_case and case is None:
        missing.insert(0, "case_code")
    if missing:
        codes = [number.code, *([case.code] if case else [])]
        raise NoteLacks(codes=codes, missing=missing)


def effects_of(*, number: Code, case: Code | None, at: datetime, inbound: bool) -> Effects:
    """What follows from a note closed at `at`. A call the borrower made is never effective.

    The case code, where there is one, decides the next step; the longer rest counts.
    """
    deciding = case or number
    rest = max(number.rest_hours, case.rest_hours if case else 0)
    both = [number, *([case] if case else [])]
    return Effects(
        answered=number.answered,
        effective=not inbound and any(each.effective for each in both),
        party=number.party,
        rest_until=at + timedelta(hours=rest) if rest else None,
        next_step=deciding.next_step,
        next_on=at.date() + timedelta(days=deciding.next_in_days),
        freeze=next((each.freeze for each in reversed(both) if each.freeze), ""),
        opens=next((each.opens for each in reversed(both) if each.opens), ""),
        refusal=any(each.refusal for each in both),
        retires=any(each.retires for each in both),
        opts_out=any(each.opts_out for each in both),
    )


def _code(code: str, entry: object, file: str) -> Code:
    path = f"codes.{code}"
    fields = keyed(entry, file, path, _KEYS, _OPTIONAL)

    def flag(name: str) -> bool:
        value = fields.get(name, False)
        if not isinstance(value, bool):
            raise WrongValue(file=file, path=f"{path}.{name}", value=value, allowed="true, false")
        return value

    def words(name: str, allowed: Collection[str]) -> tuple[str, ...]:
        value = fields.get(name, ())
        if not isinstance(value, list | tuple):
            raise WrongValue(file=file, path=f"{path}.{name}", value=value, allowed="list")
        return tuple(one_of(each, sorted(allowed), file, f"{path}.{name}") for each in value)

    def word(name: str, allowed: Collection[str], default: str) -> str:
        value = fields.get(name, default)
        return default if value == default else one_of(value, sorted(allowed), file, path)

    then = keyed(fields.get("next", {"step": "none", "days": 1}), file, path, ("step", "days"), ())
    return Code(
        code=code,
        layer=one_of(fields["layer"], get_args(Layer), file, f"{path}.layer"),  # type: ignore[arg-type]  # one of them
        channels=words("channels", CHANNELS),
        zh=text_in(fields["zh"], file, f"{path}.zh"),
        en=text_in(fields["en"], file, f"{path}.en"),
        party=word("party", get_args(Party), "unknown"),  # type: ignore[arg-type]  # one of them
        answered=flag("answered"),
        effective=flag("effective"),
        rest_hours=_whole(fields.get("rest_hours", 0), file, f"{path}.rest_hours"),
        next_step=one_of(then["step"], get_args(Step), file, f"{path}.next.step"),  # type: ignore[arg-type]  # one of them
        next_in_days=_whole(then["days"], file, f"{path}.next.days"),
        needs=words("needs", get_args(Need)),  # type: ignore[arg-type]  # each one of them
        freeze=word("freeze", FREEZES, ""),
        opens=word("opens", OPENS, ""),
        refusal=flag("refusal"),
        retires=flag("retires"),
        opts_out=flag("opts_out"),
        care=flag("care"),
    )


def _reason(code: str, entry: object, file: str) -> OverdueReason:
    fields = keyed(entry, file, f"reasons.{code}", ("zh", "en"), ())
    return OverdueReason(
        code=code,
        zh=text_in(fields["zh"], file, f"reasons.{code}.zh"),
        en=text_in(fields["en"], file, f"reasons.{code}.en"),
    )


def _mapping(value: object, file: str, path: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping) or not value:
        raise WrongValue(file=file, path=path, value=value, allowed="mapping")
    return value


def _whole(value: object, file: str, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongValue(file=file, path=path, value=value, allowed="0 or more")
    return value
