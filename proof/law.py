"""What may happen, in our own words: the invariants of the walk, by code.

Written from the rule texts without reading or calling the rules' code; it sees the raw
history (proof.ledger.State) and literal numbers. `verdicts` answers every code that
must be named for one wish at one moment, with its weight. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from proof.ledger import BOUND, DAY, MINUTE, MONDAY, RESERVED_SECONDS, Ask, Row, Stand, State
from proof.texts import TEXTS

REFUSE, APPROVE, WARN = "refuse", "needs_approval", "warn"
VOICE: Final = frozenset({"call", "ai_voice"})
PRESSES: Final = frozenset({"collect", "remind"})

CAPS: Final[Mapping[str, int]] = {
    "conversations": 2, "notices": 2, "dials": 2, "dials_warn": 1, "sms_day": 1, "sms_week": 2,
    "sms_carrier": 2, "visits_day": 1, "visits_week": 2, "attempts": 2, "calls_week": 2,
    "rest_days": 2,
}  # fmt: skip
"""The caps of the walk: scaled down to 2, and a first step of 1 where there are two steps."""

FREEZES: Final[Mapping[str, frozenset[str]]] = {
    "complaint": frozenset({"notify", "service"}),
    "dispute": frozenset({"notify", "service"}),
    "hardship": frozenset({"notify", "service"}),
    "vulnerable": frozenset({"notify", "service"}),
    "represented": frozenset({"notify"}),
    "deceased": frozenset(),
    "estate": frozenset(),
}
"""The purposes each freeze leaves open; the last two leave a search for the heirs."""


class Moment(NamedTuple):
    """One wish, the history before it, and the caps that hold in this scene."""

    state: State
    ask: Ask
    caps: Mapping[str, int]

    @property
    def second(self) -> int:
        """The second of the day in Beijing."""
        return self.state.now % DAY

    @property
    def role(self) -> str:
        """Who is reached there: once the owner of a number refused, a third person, whoever it
        was given for."""
        refused = any(stand.about == self.ask.number for stand in self.standing("refusal"))
        return "other" if refused else self.ask.role

    @property
    def theirs(self) -> bool:
        """Somebody who owes contacted us: no hours, no counts."""
        return self.ask.direction == "inbound" and self.role in BOUND

    @property
    def traits(self) -> frozenset[str]:
        """What a reader sees in the text."""
        return TEXTS[self.ask.text].traits if self.ask.text else frozenset()

    def standing(self, what: str) -> list[Stand]:
        """What stands of this sort now."""
        now = self.state.now
        return [
            stand
            for stand in self.state.stands
            if stand.what == what
            and stand.from_at <= now
            and (stand.until_at is None or now < stand.until_at)
        ]

    def has(self, what: str, kind: str, channel: str = "") -> bool:
        """Whether one of this kind stands, for this channel where that matters."""
        return any(
            stand.kind == kind and channel in ("", stand.channel) for stand in self.standing(what)
        )

    def consented(self, kind: str) -> bool:
        """Whether whoever is reached agreed, for this channel: the borrower for the borrower, a
        number's owner for the number."""
        return any(
            stand.kind == kind
            and stand.channel == self.ask.channel
            and (stand.about == self.ask.number if stand.about else self.ask.role == "borrower")
            for stand in self.standing("consent")
        )

    def approved(self, *kinds: str) -> bool:
        """Whether a second person agreed."""
        return any(self.has("approval", kind) for kind in kinds)

    def made(self, days: int, channels: Iterable[str]) -> list[Row]:
        """Contacts we started on these days (today is 1) that count: used, or held."""
        today = self.state.now // DAY
        found = []
        for row in self.state.rows:
            if row.ask.direction == "inbound":
                continue
            if row.ask.channel not in channels:
                continue
            if row.used_at is not None:
                if row.used_at // DAY > today - days:
                    found.append(row)
            elif self.state.now < row.asked_at + RESERVED_SECONDS:
                found.append(row)
        return found

    @property
    def lost(self) -> bool:
        """The borrower died or lost capacity."""
        return self.has("freeze", "deceased") or self.has("freeze", "incapacitated")

    @property
    def seeks_heirs(self) -> bool:
        """A contact person is asked, and not for money."""
        return self.role == "contact" and self.ask.purpose not in PRESSES

    @property
    def barred(self) -> bool:
        """The claim has expired."""
        return bool(self.state.fact("case.time_barred", False))


Statement = Callable[[Moment], str | None]


def night(m: Moment) -> str | None:
    """Nobody is called, written to or visited from 22:00 to 08:00 without consent."""
    if m.theirs or m.ask.channel == "letter":
        return None
    awake = 8 * 3600 <= m.second < 22 * 3600
    return None if awake or m.consented("quiet_hours") else REFUSE


def conversations(m: Moment) -> str | None:
    """Never more than the cap of conversations a day, those held for somebody included."""
    if m.theirs or m.ask.channel not in VOICE:
        return None
    many = [row for row in m.made(1, VOICE) if row.talked is not False]
    return REFUSE if len(many) >= m.caps["conversations"] else None


def notices(m: Moment) -> str | None:
    """Never more than the cap of calls a day that only tell."""
    tells = m.ask.channel == "ai_voice" or (m.ask.channel == "call" and m.ask.purpose == "notify")
    if m.theirs or not tells:
        return None
    many = [
        row
        for row in m.made(1, VOICE)
        if row.answered is not False
        and (row.ask.channel == "ai_voice" or row.ask.purpose == "notify")
    ]
    return REFUSE if len(many) >= m.caps["notices"] else None


def dials(m: Moment) -> str | None:
    """Never more unanswered dials to a number a day than the cap; near it, a warning."""
    if m.theirs or m.ask.channel not in VOICE:
        return None
    many = [
        row
        for row in m.made(1, VOICE)
        if row.ask.number == m.ask.number and row.answered is not True
    ]
    if len(many) >= m.caps["dials"]:
        return REFUSE
    return WARN if len(many) >= m.caps["dials_warn"] else None


def messages(m: Moment) -> str | None:
    """Never more messages a day, or in seven days, than the caps."""
    if m.theirs or m.ask.channel != "sms":
        return None
    many = len(m.made(1, ["sms"])) >= m.caps["sms_day"]
    return REFUSE if many or len(m.made(7, ["sms"])) >= m.caps["sms_week"] else None


def visits(m: Moment) -> str | None:
    """No visit without an approval of its own, which names this address or none, and never more
    to an address than the caps."""
    if m.theirs or m.ask.channel != "visit":
        return None
    here = [row for row in m.made(7, ["visit"]) if row.ask.number == m.ask.number]
    today = [row for row in m.made(1, ["visit"]) if row.ask.number == m.ask.number]
    if len(here) >= m.caps["visits_week"] or len(today) >= m.caps["visits_day"]:
        return REFUSE
    everywhere = m.made(7, ["visit"])
    for approval in m.standing("approval"):
        if approval.kind != "visit" or approval.about not in (0, m.ask.number):
            continue
        spent = max((row.asked_at for row in (here if approval.about else everywhere)), default=-1)
        if approval.from_at > spent:
            return None
    return APPROVE


def seconds_since_unanswered(m: Moment) -> int | None:
    """How long ago the last call was that nobody answered; below 0: a clock is wrong."""
    told = m.state.fact("last_unanswered_dial_at", None)
    if told is not None:
        return m.state.now - int((datetime.fromisoformat(told) - MONDAY).total_seconds())
    calls = [row.used_at for row in m.made(7, VOICE) if row.answered is False]
    return m.state.now - max(at for at in calls if at is not None) if calls else None


def clock_wrong(m: Moment) -> str | None:
    """A call that is not made yet cannot have been made: the moment is not believed."""
    since = None if m.theirs or m.ask.channel not in VOICE else seconds_since_unanswered(m)
    return REFUSE if since is not None and since < 0 else None


def bursts(m: Moment) -> str | None:
    """Calling again within ten minutes of a call nobody answered is warned of."""
    since = None if m.theirs or m.ask.channel not in VOICE else seconds_since_unanswered(m)
    return WARN if since is not None and 0 <= since < 10 * MINUTE else None


def carrier(m: Moment) -> str | None:
    """What carriers block is warned of: a call within a minute, messages at their cap."""
    if m.theirs:
        return None
    if m.ask.channel == "sms":
        return WARN if len(m.made(1, ["sms"])) >= m.caps["sms_carrier"] else None
    since = seconds_since_unanswered(m) if m.ask.channel in VOICE else None
    return WARN if since is not None and 0 <= since < MINUTE else None


def promise(m: Moment) -> str | None:
    """While a promise is open nobody is contacted but to be reminded of it."""
    if m.theirs or m.state.fact("promise_open_until", None) is None:
        return None
    return None if m.ask.purpose == "remind" else REFUSE


def message_hours(m: Moment) -> str | None:
    """Messages go out from 08:00 to 21:00 only; no consent changes that."""
    if m.theirs or m.ask.channel != "sms":
        return None
    return None if 8 * 3600 <= m.second < 21 * 3600 else REFUSE


def local_hours(m: Moment) -> str | None:
    """Regulation F: 08:00 to 21:00 where the consumer is."""
    if m.theirs or m.ask.channel == "letter":
        return None
    local = (m.state.now - (8 - m.state.zone_hours) * 3600) % DAY
    awake = 8 * 3600 <= local < 21 * 3600
    return None if awake or m.consented("quiet_hours") else REFUSE


def presumption(m: Moment) -> str | None:
    """Regulation F: so many calls in seven days, and rest after a conversation."""
    if m.theirs or m.ask.channel not in VOICE:
        return None
    if len(m.made(7, VOICE)) >= m.caps["calls_week"]:
        return REFUSE
    talked = m.state.talked_at
    rest = talked is not None and m.state.now // DAY - talked // DAY < m.caps["rest_days"]
    return REFUSE if rest else None


TIMED: Final[Mapping[str, Statement]] = {
    "CN-T01": night, "CN-T02": conversations, "CN-T03": notices, "CN-T04": dials,
    "CN-T05": messages, "CN-T06": visits, "CN-S06": message_hours,
    "CN-V05": lambda m: night(m) if m.ask.channel == "visit" else None,
}  # fmt: skip
"""Statements that time alone can lift."""

HABITS: Final[Mapping[str, Statement]] = {
    **TIMED, "CN-T07": bursts, "CN-T08": carrier, "CN-T09": promise,
    "FACT-last_unanswered_dial_at": clock_wrong,
}  # fmt: skip
REGULATION_F: Final[Mapping[str, Statement]] = {"US-F06": local_hours, "US-F14": presumption}
OF_CONTACTS: Final = frozenset({*HABITS, *REGULATION_F})
"""Statements that look at the contacts made. The others are put a state that has none."""
