"""Whom: CN-W01 to CN-W09, CN-C05 and CN-D02. Only those bound to pay are dunned.

A contact person may be reached to pass on a message or to find the estate, never to
collect, and only approved. Who refused is left alone. These rules hold for contact
that others start, too.
"""

from __future__ import annotations

from dunwell.core.permit.facts import OBLIGORS, Facts
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import Limits

IN_WRITING = frozenset({"sms", "letter"})
"""Channels that disturb least: a notice the law requires still arrives by them (CN-C05)."""

PRESSING = frozenset({"collect", "remind"})
"""Purposes that ask for money; the others tell or serve."""

PROVES_SOMETHING_ELSE = frozenset({"credit_notice", "number_provenance", "delivery_receipt"})
"""Documents that say nothing about a spouse's joint debt."""

FOR_LOST = ("contact_person",)
FOR_ESTATE = ("contact_person", "estate", "guardian")
"""Kinds of approval that open a contact person: for a lost borrower, and after death."""

BASES_OF_STRANGERS = frozenset({"consent", "public_source"})
"""Legal bases for people who signed nothing (CN-D02)."""


def obligors_only(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W01: money is asked of those bound by law or contract, and of nobody else."""
    role = facts.party_role
    if role in OBLIGORS:
        return None
    if role == "contact" and facts.purpose not in PRESSING:
        return None
    said_as = "CN-W01-PURPOSE" if role == "contact" else ""
    return Finding("CN-W01", "refuse", {"role": role, "purpose": facts.purpose}, None, said_as)


def contact_persons(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W02: contact persons only when the borrower is lost, has died or lacks capacity."""
    if facts.party_role != "contact":
        return None
    if facts.borrower_deceased or facts.borrower_incapacitated:
        return Finding("CN-W02", "needs_approval", {}, None, "CN-W02-ESTATE", "", FOR_ESTATE)
    attempts, least = facts.borrower_failed_attempts_in_row, limits.contact_failed_attempts_in_row
    figures = {"attempts": attempts, "least": least}
    parameter = "contact.failed_attempts_in_row"
    if facts.borrower_reachable or attempts < least:
        return Finding("CN-W02", "refuse", figures, None, "", parameter)
    return Finding("CN-W02", "needs_approval", figures, None, "CN-W02-APPROVE", parameter, FOR_LOST)


def refused(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W04: a third person who refused is never contacted again."""
    if facts.party_role in OBLIGORS or not facts.party_refused:
        return None
    return Finding("CN-W04", "refuse")


def ceased(facts: Facts, limits: Limits) -> Finding | None:
    """CN-C05: a channel the person asked us to stop using stays unused until they take it back.

    Who asked for no calls is not called by a machine either. A notice the law requires still
    goes out in writing, and whoever contacts us themselves is served.
    """
    closed, channel = facts.ceased, facts.channel
    if channel not in closed and not (channel == "ai_voice" and "call" in closed):
        return None
    if facts.direction == "inbound":
        return None
    if facts.purpose == "notify" and channel in IN_WRITING:
        return None
    return Finding("CN-C05", "refuse")


def joint_debt(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W05: a spouse owes jointly only where a document says so and a second person agrees."""
    if facts.party_role != "spouse_obligor":
        return None
    if any(document.kind not in PROVES_SOMETHING_ELSE for document in facts.evidence):
        kinds = ("spouse_obligor",)
        return Finding("CN-W05", "needs_approval", {}, None, "CN-W05-APPROVE", "", kinds)
    return Finding("CN-W05", "refuse")


def contact_data(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W06: a number or address without a lawful source is not used."""
    return Finding("CN-W06", "refuse") if facts.party_legal_basis is None else None


def dead_or_incapable(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W08: after death or loss of capacity only the estate or the guardian is sought.

    Whether that is approved is asked by CN-W02.
    """
    if not (facts.borrower_deceased or facts.borrower_incapacitated):
        return None
    if seeks_estate(facts):
        return None
    said_as = "" if facts.borrower_deceased else "CN-W08-INCAPACITATED"
    return Finding("CN-W08", "refuse", {}, None, said_as)


def seeks_estate(facts: Facts) -> bool:
    """Whether this is the one contact that is left: a contact person, not asked for money."""
    return facts.party_role == "contact" and facts.purpose not in PRESSING


def minors(facts: Facts, limits: Limits) -> Finding | None:
    """CN-W09: nobody known to be a minor is contacted.

    The borrower's age is read where it is given; of anybody else it must be known,
    or known to be on no record (null).
    """
    role = facts.party_role
    age = getattr(facts, "party_age", None) if role == "borrower" else facts.party_age
    if age is None or age >= limits.contact_least_age:
        return None
    figures = {"age": age, "least": limits.contact_least_age}
    return Finding("CN-W09", "refuse", figures, None, "", "contact.least_age")


def legal_basis(facts: Facts, limits: Limits) -> Finding | None:
    """CN-D02: a person's data is used on a legal basis; a contract covers those who signed it."""
    basis = facts.party_legal_basis
    if basis is None:
        return Finding("CN-D02", "refuse")
    if facts.party_role in OBLIGORS or basis in BASES_OF_STRANGERS:
        return None
    return Finding("CN-D02", "refuse", {"basis": basis}, None, "CN-D02-CONTRACT")
