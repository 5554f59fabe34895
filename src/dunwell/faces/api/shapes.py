"""What goes into and comes out of the API, as its OpenAPI description says it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from dunwell.core.permit.facts import Channel, Direction, Purpose
from dunwell.core.permit.findings import Verdict
from dunwell.store.permits.counts import State


def _whole(value: Any) -> Any:
    """17.0 is 17 in JSON, whatever the parser made of it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
Number = Annotated[int, Field(ge=1, le=2**53 - 1, description="row number"), WHOLE]
Text = Annotated[str, Field(max_length=5000)]


class Strict(Schema):
    """A body with no keys but these: a misspelt one is an error, not silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Ask(Strict):
    """Who is to be contacted about which case, how, and with which words."""

    case: Number
    contact: Number
    channel: Channel
    purpose: Purpose = "collect"
    direction: Direction = "outbound"
    text: Text | None = None
    collectors: Annotated[int, Field(ge=0, le=20), WHOLE] = 0


class Use(Strict):
    """The very text the permit was asked for; null where there was none."""

    text: Text | None = None


class TokenWanted(Strict):
    """For how many days a token is to work."""

    days: Annotated[int, Field(ge=1, le=90), WHOLE] = 30


class Token(Schema):
    """A token, shown once."""

    token: str
    days: int


class Reason(Schema):
    """A rule that was hit: what, why and when again, in both languages."""

    code: str
    verdict: Verdict
    zh: str
    en: str
    figures: dict[str, Any]
    clause: str


class Lifted(Schema):
    """A finding that a consent or an approval lifted, and whose name it carries."""

    code: str
    by: str
    kind: str


class Decided(Schema):
    """The gate's answer."""

    permit: int
    state: State
    granted: bool
    verdict: Verdict
    codes: list[str]
    next_allowed_at: datetime | None
    reasons: list[Reason]
    lifted: list[Lifted]
    pack_hash: str


class Asked(Decided):
    """The answer to a question, and until when the permit is kept (null: there is none)."""

    reserved_until: datetime | None


class Stored(Asked):
    """A row of the gate's log."""

    case: int
    contact: int
    channel: Channel
    purpose: Purpose
    direction: Direction
    asked_at: datetime


class Released(Schema):
    """A permit that was given back."""

    permit: int
    state: Literal["released"]


class Problem(Schema):
    """What was refused: a code, its sentence in both languages, and its figures."""

    code: str
    zh: str
    en: str
    figures: dict[str, Any]


class Error(Schema):
    """Every answer that is not what was asked for."""

    error: Problem
