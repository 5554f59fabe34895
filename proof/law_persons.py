"""What may happen, continued: whom, with which words, and who may act at all.

As proof.law: written from the rule texts, over the raw history; `verdicts` puts all of
it together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from proof.law import (
    APPROVE,
    FREEZES,
    HABITS,
    REFUSE,
    REGULATION_F,
    WARN,
    Moment,
    Statement,
)
from proof.ledger import BOUND, UNKNOWN


def obligors(m: Moment) -> str | None:
    """Money is asked of who owes, and of nobody else."""
    return None if m.role in BOUND or m.seeks_heirs else REFUSE


def contact_persons(m: Moment) -> str | None:
    """A contact person only when the borrower is lost, and with a second person's yes."""
    if m.role != "contact":
        return None
    if m.lost:
        return None if m.approved("contact_person", "estate", "guardian") else APPROVE
    reachable = m.state.fact("borrower.reachable", m.state.failed == 0)
    if reachable or m.state.failed < m.caps["attempts"]:
        return REFUSE
    return None if m.approved("contact_person") else APPROVE


def who_refused(m: Moment) -> str | None:
    """Who refused and does not owe is left alone for ever."""
    standing = any(stand.about == m.ask.number for stand in m.standing("refusal"))
    refused = m.state.fact("party.refused", standing)
    return REFUSE if refused and m.role not in BOUND else None


def spouse(m: Moment) -> str | None:
    """A spouse owes where a paper says so and a second person agrees."""
    if m.role != "spouse_obligor":
        return None
    if not m.has("evidence", "joint_debt"):
        return REFUSE
    return None if m.approved("spouse_obligor") else APPROVE


def basis_of(m: Moment) -> str | None:
    """Why we may have the number."""
    otherwise = "contract" if m.ask.role in BOUND else "consent"
    basis: str | None = m.state.fact("party.legal_basis", otherwise)
    return basis


def data_source(m: Moment) -> str | None:
    """A number from nowhere is not used."""
    return REFUSE if basis_of(m) is None else None


def data_basis(m: Moment) -> str | None:
    """A contract covers only those who signed it."""
    if m.role in BOUND:
        return data_source(m)
    return None if basis_of(m) in {"consent", "public_source"} else REFUSE


def dead(m: Moment) -> str | None:
    """After death or loss of capacity only heirs or guardian are sought."""
    return REFUSE if m.lost and not m.seeks_heirs else None


def minors(m: Moment) -> str | None:
    """Nobody known to be under eighteen is contacted."""
    age = m.state.fact("party.age", 35)
    return REFUSE if age not in (None, UNKNOWN) and age < 18 else None


def age_unknown(m: Moment) -> str | None:
    """Of anybody but the borrower it must be known whether they are a minor."""
    unknown = m.state.fact("party.age", 35) == UNKNOWN
    return REFUSE if unknown and m.role != "borrower" else None


def frozen(kind: str) -> Statement:
    """A frozen case: only what this freeze leaves open."""

    def statement(m: Moment) -> str | None:
        if not m.has("freeze", kind):
            return None
        if m.ask.direction == "inbound" and m.ask.purpose == "service":
            return None
        if kind in ("deceased", "estate"):
            return None if m.seeks_heirs else REFUSE
        return None if m.ask.purpose in FREEZES[kind] else REFUSE

    return statement


def uncertified(m: Moment) -> str | None:
    """Who did not pass the test contacts nobody."""
    passed = any(
        stand.kind == "certified" and stand.about == m.ask.staff for stand in m.standing("staff")
    )
    return None if passed else REFUSE


def suspended(m: Moment) -> str | None:
    """Who is suspended contacts nobody."""
    out = any(
        stand.kind == "suspended" and stand.about == m.ask.staff for stand in m.standing("staff")
    )
    return REFUSE if out else None


def team(m: Moment) -> str | None:
    """A case is worked by its own team."""
    return None if m.state.fact("actor.in_team", True) else REFUSE


def alone(m: Moment) -> str | None:
    """Nobody visits alone."""
    return REFUSE if m.ask.channel == "visit" and m.ask.collectors < 2 else None


def opted_out(m: Moment) -> bool:
    """Whether the person refused this channel."""
    return any(
        stand.channel in ("", m.ask.channel) and stand.about in (0, m.ask.number)
        for stand in m.standing("opt_out")
    )


def left_alone(m: Moment) -> str | None:
    """Who asked not to be reached this way is not, but for required notices in writing; who
    wants no calls is not called by a machine. Each asks for themselves; they may always call."""
    meant = {"call": {"call", "ai_voice"}}
    asked = {
        channel
        for stand in m.standing("opt_out")
        if stand.about == m.ask.number or (stand.about == 0 and m.ask.role == "borrower")
        for channel in meant.get(stand.channel, {stand.channel or m.ask.channel})
    }
    if m.ask.direction == "inbound" or m.ask.channel not in asked:
        return None
    written = m.ask.channel in ("sms", "letter")
    return None if written and m.ask.purpose == "notify" else REFUSE


def machine(m: Moment) -> str | None:
    """Who declined the machine is not called by it."""
    return REFUSE if m.ask.channel == "ai_voice" and opted_out(m) else None


def message_refused(m: Moment) -> str | None:
    """Who refused messages gets none; an offer needs consent."""
    if m.ask.channel != "sms":
        return None
    if opted_out(m) and not m.theirs:
        return REFUSE
    offered = "offer" in m.traits and not m.consented("commercial_sms")
    return REFUSE if offered else None


def message_way_out(m: Moment) -> str | None:
    """Who refused messages gets none; an offer says how to refuse."""
    if m.ask.channel != "sms":
        return None
    if opted_out(m) and not m.theirs:
        return REFUSE
    tells = m.traits & {"offer", "no way out"} and "opts out" not in m.traits
    return REFUSE if tells else None


def american_opt_out(m: Moment) -> str | None:
    """Regulation F: who opted out of electronic messages gets none."""
    return REFUSE if m.ask.channel == "sms" and opted_out(m) and not m.theirs else None


def too_long(m: Moment) -> str | None:
    """A message has 500 characters at most."""
    long = m.ask.channel == "sms" and "long" in m.traits and not m.theirs
    return REFUSE if long else None


def unsigned(m: Moment) -> str | None:
    """A message bears one signature of 2 to 12 characters at its start or end."""
    bare = m.ask.channel == "sms" and "signed" not in m.traits and not m.theirs
    return REFUSE if bare else None


def false_claim(m: Moment) -> str | None:
    """Nobody says a suit is filed that is not."""
    claims = "sued" in m.traits and m.state.fact("case.legal_state", None) is None
    return REFUSE if claims or "CN-C06" in m.traits else None


def commissioned(m: Moment) -> str | None:
    """An agency says in writing who sent it."""
    if "CN-C11" in m.traits:
        return REFUSE
    agency = m.state.fact("actor.kind", "staff") == "agency"
    silent = m.ask.text and m.ask.direction == "outbound" and "commissioned" not in m.traits
    return REFUSE if agency and silent else None


def credit_report(m: Moment) -> str | None:
    """Credit reports are spoken of only after their dated notice, or by it."""
    if not m.traits & {"credit", "CN-M08"} or m.ask.purpose == "notify":
        return None
    today = f"2026-03-{2 + m.state.now // 86400:02d}"
    told = any(
        stand.kind == "credit_notice" and "" < stand.dated_on <= today
        for stand in m.standing("evidence")
    )
    return None if told else REFUSE


def expired(m: Moment) -> str | None:
    """An expired debt is never pressed with a suit, and its state is always shown."""
    if "CN-L05" in m.traits:
        return REFUSE
    if not m.barred:
        return None
    return REFUSE if m.traits & {"suit", "CN-C06"} else WARN


def expired_american(m: Moment) -> str | None:
    """Regulation F: no threat of a suit on an expired debt."""
    return REFUSE if m.barred and m.traits & {"suit", "CN-C06", "CN-L05"} else None


def said(code: str, *also: str) -> Statement:
    """What the wording checker reports for a rule is refused by it."""
    return lambda m: REFUSE if m.traits & {code, *also} else None


def harassing_message(m: Moment) -> str | None:
    """A threat or an insult sent as a message is harassment besides."""
    harasses = "harasses" in m.traits and m.ask.channel == "sms"
    return REFUSE if harasses or "CN-C04" in m.traits else None


PERSONS: Final[Mapping[str, Statement]] = {
    "CN-W01": obligors, "CN-W02": contact_persons, "CN-W04": who_refused, "CN-W05": spouse,
    "CN-W06": data_source, "CN-W08": dead, "CN-W09": minors, "CN-D02": data_basis,
    "FACT-party.age": age_unknown,
    **{f"HOUSE-F-{kind}": frozen(kind) for kind in FREEZES},
    "HOUSE-A-certified": uncertified, "HOUSE-A-suspended": suspended, "HOUSE-A-team": team,
}  # fmt: skip
WORDS: Final[Mapping[str, Statement]] = {
    **{code: said(code) for code in ("CN-W03", "CN-W07", "CN-C07", "CN-C08", "CN-C09")},
    "CN-C01": said("CN-C01", "harasses", "unclaimed"), "CN-C04": harassing_message,
    "CN-C06": false_claim, "CN-C11": commissioned, "CN-C05": left_alone,
    "CN-C13": machine, "CN-V01": alone,
    "CN-S01": too_long, "CN-S02": unsigned, "CN-S04": message_refused, "CN-S05": message_way_out,
    "CN-M08": credit_report, "CN-L05": expired,
}  # fmt: skip
CHINA: Final = {**HABITS, **PERSONS, **WORDS}
AMERICA: Final = {
    **CHINA, **REGULATION_F, "US-F06E": american_opt_out, "US-F26": expired_american,
}  # fmt: skip


def verdicts(m: Moment, law: Mapping[str, Statement]) -> dict[str, str]:
    """Every code that must be named, with its weight; empty: the contact is clean."""
    return {code: weight for code, statement in law.items() if (weight := statement(m)) is not None}
