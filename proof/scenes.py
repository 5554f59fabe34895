"""The scenes of the walk: what may be asked, what else may happen, and how deep we look.

All branches of all events at once would be too many; each scene takes the events that
can meet in one rule or in a neighbour, and walks all their orders to its depth. The
first scene has a little of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dunwell.core.permit import Gate, Pack, compile_gate
from proof.law import CAPS, FREEZES, Statement
from proof.law_persons import AMERICA, CHINA
from proof.ledger import DAY, HOUR, MINUTE, UNKNOWN, Ask, Stand, State, Told, moment
from proof.packs import scaled
from proof.texts import TEXTS

CERTIFIED: Final = frozenset(Stand("staff", "certified", about=staff) for staff in (1, 2))
MORNING: Final = 9 * HOUR
EVENING: Final = (7 * HOUR + 59 * MINUTE, 8 * HOUR, 21 * HOUR - 1, 21 * HOUR, 22 * HOUR - 1)
MARKS: Final = (*EVENING, 21 * HOUR + MINUTE, 22 * HOUR, 22 * HOUR + MINUTE, 8 * HOUR + MINUTE)
"""Both sides of every hour that counts, and a minute beyond."""


BEGIN: Final = State(MORNING, stands=CERTIFIED)


@dataclass(frozen=True, slots=True)
class Scene:
    """Events of one walk. `changes` come and go; `marks` are times of day to wait for."""

    name: str
    asks: tuple[Ask, ...]
    changes: tuple[Stand | Told, ...] = ()
    marks: tuple[int, ...] = ()
    waits: tuple[int, ...] = ()
    depth: int = 3
    """Events that `make check` walks."""
    deep: int = 4
    """Events that `make proof` walks: chosen so that all scenes take about ten minutes."""
    in_steps: bool = False
    """True: asking, using, giving back and telling are events of their own."""
    begin: State = BEGIN
    caps: Mapping[str, int] = field(default_factory=lambda: CAPS)
    america: bool = False

    @property
    def law(self) -> Mapping[str, Statement]:
        """The statements that hold here."""
        return AMERICA if self.america else CHINA

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The shipped packs with their caps scaled down."""
        names = ["cn_small_loan", "house", *(["us_reg_f"] if self.america else [])]
        return tuple(scaled(name, self.caps) for name in names)

    @property
    def gate(self) -> Gate:
        """The real gate of these packs."""
        return compile_gate(self.packs)


CALL, AI, SMS = Ask(), Ask(channel="ai_voice"), Ask(channel="sms", text="polite")
VISIT, LETTER = Ask(channel="visit"), Ask(channel="letter", text="polite")
CHANNELS: Final = (CALL, AI, SMS, VISIT, LETTER)
EVERY_CHANNEL: Final = tuple(ask.channel for ask in CHANNELS)
CONTACT: Final = Ask(role="contact", number=2, purpose="service")
MIDNIGHT: Final = (0,)
NIGHTLY: Final = (
    *(
        Stand("consent", "quiet_hours", channel, 0, 22 * HOUR + MINUTE)
        for channel in ("call", "visit", "sms")
    ),
    Stand("consent", "quiet_hours", "call", 0, 10 * DAY, about=2),
)
"""Consents of the borrower, and one of whoever has the second number."""


def _with(asks: tuple[Ask, ...], **changed: str | int) -> tuple[Ask, ...]:
    return tuple(ask._replace(**changed) for ask in asks)  # type: ignore[arg-type]  # by name


def _other(asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    return _with(asks, staff=2)


_CONTACTS = tuple(
    CONTACT._replace(purpose=purpose, channel=channel, text=text)
    for purpose in ("collect", "remind", "notify", "service")
    for channel, text in (("call", ""), ("letter", "polite"))
)
_PEOPLE = tuple(
    ask._replace(role=role, number=2, purpose=purpose)
    for role in ("contact", "other", "guarantor", "spouse_obligor")
    for purpose in ("collect", "service")
    for ask in (CALL, LETTER)
)
_PURPOSES = tuple(
    ask._replace(purpose=purpose)
    for ask in (CALL, SMS, LETTER)
    for purpose in ("collect", "remind", "notify", "service")
)
_INBOUND = _with(
    (*CHANNELS, CALL._replace(purpose="service"), AI._replace(purpose="notify")),
    direction="inbound",
)
_STRANGER = (CONTACT._replace(direction="inbound"), CONTACT, *_with(CHANNELS[:4], role="contact"))
_WRITTEN = tuple(
    Ask(channel=channel, purpose=purpose, text=text)
    for text in sorted(TEXTS)
    for channel in ("sms", "letter")
    for purpose in ("collect", "notify")
)
_FREEZES = tuple(Stand("freeze", kind) for kind in (*FREEZES, "incapacitated"))
_MANY = {**CAPS, "sms_day": 2, "visits_day": 2}

SCENES: Final[tuple[Scene, ...]] = (
    Scene(
        "a little of everything",
        (*CHANNELS, CALL._replace(staff=2, number=2), CONTACT, CALL._replace(direction="inbound")),
        (
            Stand("consent", "quiet_hours", "call", 0, 10 * DAY),
            Stand("approval", "visit", about=1),
            Stand("freeze", "complaint"),
            Stand("refusal", "refused", about=2),
            Told("promise_open_until", "2026-03-05"),
        ),
        marks=(0, 8 * HOUR, 22 * HOUR),
        depth=3,
        deep=5,
    ),
    Scene(
        "two colleagues hold and use the last conversation",
        (CALL, CALL._replace(staff=2, number=2), AI._replace(number=2)),
        marks=(0, 22 * HOUR),
        waits=(15 * MINUTE - 1, 1),
        in_steps=True,
        depth=5,
        deep=8,
        begin=State(20 * HOUR, stands=CERTIFIED),
    ),
    Scene(
        "dials nobody answers, on two numbers",
        (CALL, CALL._replace(number=2), CALL._replace(purpose="notify"), AI, _INBOUND[0], SMS),
        (Told("last_unanswered_dial_at", moment(MORNING + 1).isoformat()),),
        marks=(*MIDNIGHT, 8 * HOUR),
        waits=(59, 1, 9 * MINUTE, 10 * MINUTE - 1),
        depth=3,
        deep=5,
    ),
    Scene(
        "hours, with and without consent",
        (*CHANNELS, *_INBOUND, *_STRANGER[:1], CALL._replace(role="guarantor", number=2)),
        NIGHTLY,
        marks=(*MARKS, *MIDNIGHT),
        depth=2,
        deep=4,
    ),
    Scene(
        "messages, one a day and two a week",
        (SMS, SMS._replace(direction="inbound"), SMS._replace(role="guarantor", number=2)),
        (Stand("opt_out", "opt_out", "sms"),),
        marks=(0, 9 * HOUR),
        depth=6,
        deep=12,
    ),
    Scene(
        "messages, two a day and two a week",
        (SMS, SMS._replace(direction="inbound")),
        marks=(0, 9 * HOUR),
        depth=6,
        deep=12,
        caps=_MANY,
    ),
    Scene(
        "visits, one a day and two a week",
        (VISIT, VISIT._replace(number=2), VISIT._replace(direction="inbound")),
        (Stand("approval", "visit"), Stand("approval", "visit", about=2)),
        marks=(0, 9 * HOUR),
        depth=6,
        deep=10,
    ),
    Scene(
        "visits, two a day and two a week; one collector, two, three",
        (VISIT, VISIT._replace(collectors=1), VISIT._replace(collectors=3)),
        (Stand("approval", "visit"),),
        marks=(0, 9 * HOUR),
        waits=(MINUTE,),
        depth=6,
        deep=11,
        caps=_MANY,
    ),
    Scene(
        "contact persons",
        (*_CONTACTS, CALL, SMS._replace(role="contact", number=2, purpose="notify")),
        (
            *(Stand("approval", kind) for kind in ("contact_person", "estate", "guardian")),
            Stand("refusal", "refused", about=2),
            *(Stand("freeze", kind) for kind in ("deceased", "incapacitated", "estate")),
            Told("borrower.reachable", True),
        ),
        waits=(20 * MINUTE,),
        depth=3,
        deep=6,
    ),
    Scene(
        "guarantors, spouses, strangers, minors, and where a number comes from",
        (*_PEOPLE, CALL, VISIT, *_STRANGER[:1]),
        (
            Stand("approval", "spouse_obligor"),
            Stand("approval", "contact_person"),
            *(Stand("evidence", kind) for kind in ("joint_debt", "delivery_receipt")),
            Stand("refusal", "refused", about=2),
            Told("party.refused", True),
            Stand("freeze", "deceased"),
            *(Told("party.age", age) for age in (17, 18, 19, None, UNKNOWN)),
            *(Told("party.legal_basis", basis) for basis in (None, "contract", "public_source")),
        ),
        depth=2,
        deep=4,
    ),
    Scene(
        "freezes, promises and who may act",
        (*_PURPOSES, *_other(_PURPOSES[:1]), *_PEOPLE[:4], *_INBOUND),
        (
            *_FREEZES,
            Told("promise_open_until", "2026-03-01"),
            Told("actor.in_team", False),
            Stand("staff", "suspended", about=1),
            Stand("staff", "certified", about=2),
            Stand("opt_out", "opt_out", "ai_voice"),
        ),
        depth=2,
        deep=4,
    ),
    Scene(
        "who asks not to be reached this way",
        (
            *CHANNELS,
            *_with((CALL, AI, VISIT, SMS, LETTER), purpose="notify"),
            LETTER._replace(purpose="service"),
            CALL._replace(direction="inbound"),
            *_with((CALL, AI, LETTER), role="guarantor", number=2),
            CALL._replace(number=2),
        ),
        (
            *(Stand("opt_out", "opt_out", channel) for channel in ("", *EVERY_CHANNEL)),
            Stand("opt_out", "opt_out", "call", about=2),
        ),
        waits=(11 * MINUTE,),
        depth=2,
        deep=4,
    ),
    Scene(
        "words",
        (
            *_WRITTEN,
            *(Ask(text=text) for text in ("sued", "threat", "found CN-L05", "credit")),
            *_with((SMS, SMS._replace(text="of 501"), SMS._replace(text="unsigned")),
                   direction="inbound"),
            SMS._replace(text="of 501", direction="inbound", role="contact", number=2),
        ),
        (
            Told("actor.kind", "agency"),
            Told("case.time_barred", True),
            Told("case.legal_state", "filed"),
            Stand("consent", "commercial_sms", "sms", 0, 10 * DAY),
            Stand("opt_out", "opt_out"),
            Stand("evidence", "credit_notice", dated_on="2026-03-02"),
            Stand("evidence", "credit_notice", dated_on="2026-03-03"),
            Stand("evidence", "credit_notice"),
            Stand("evidence", "joint_debt", dated_on="2026-03-01"),
        ),
        marks=(9 * HOUR,),
        depth=2,
        deep=4,
    ),
    Scene(
        "Regulation F beside the Chinese packs",
        (CALL, AI, SMS, VISIT, LETTER, _INBOUND[0], SMS._replace(direction="inbound"),
         LETTER._replace(text="suit"), LETTER._replace(text="found CN-C06")),
        (
            Stand("opt_out", "opt_out", "sms"),
            Stand("consent", "quiet_hours", "call", 0, 10 * DAY),
            Told("case.time_barred", True),
        ),
        marks=(0, 9 * HOUR, 21 * HOUR),
        depth=3,
        deep=5,
        america=True,
    ),
    Scene(
        "Regulation F, two hours west of Beijing",
        (SMS, VISIT, LETTER, SMS._replace(direction="inbound")),
        (Stand("consent", "quiet_hours", "visit", 0, 10 * DAY),),
        marks=(10 * HOUR - 1, 10 * HOUR, 10 * HOUR + MINUTE, 21 * HOUR - 1, 22 * HOUR,
               23 * HOUR - 1, 23 * HOUR, 23 * HOUR + MINUTE, 8 * HOUR, *MIDNIGHT),
        depth=3,
        deep=6,
        begin=State(12 * HOUR, stands=CERTIFIED, zone_hours=6),
        america=True,
    ),
    Scene(
        "everybody on every channel",
        tuple(
            ask._replace(role=role, purpose=purpose, number=number)
            for ask in CHANNELS
            for role, number in (("borrower", 1), ("contact", 2), ("spouse_obligor", 2),
                                 ("other", 2))
            for purpose in ("collect", "service")
        ),
        (
            Stand("staff", "certified", about=1),
            Stand("refusal", "refused", about=2),
            Told("party.refused", True),
            Told("party.age", 17),
            Told("party.legal_basis", None),
            Told("party.legal_basis", "contract"),
        ),
        depth=1,
        deep=3,
    ),
    Scene(
        "words on every channel, and Regulation F",
        tuple(
            Ask(channel=channel, text=text)
            for channel in ("call", "ai_voice", "visit", "sms", "letter")
            for text in sorted(TEXTS)
        ),
        (Told("case.time_barred", True), Told("actor.kind", "agency")),
        depth=1,
        deep=3,
        america=True,
    ),
    Scene(
        "a warning set above its limit never comes late",
        (CALL, AI),
        depth=3,
        deep=7,
        caps={**CAPS, "dials": 1, "dials_warn": 2},
    ),
)  # fmt: skip
