"""Who may do what: every permission by name, in one table, with its roles and their scope.

Flows call `require` before they change anything; lists are narrowed by
`lenders_seen` and `teams_seen`; menus ask `holds`. An appointment without a team
covers its whole lender. Appointments count on the day they cover, half-open.
Scopes: `lender` (the lender's matters, whatever team one is in), `team` (things
of one's team), `own` (of one's team, and held by oneself or by nobody).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dunwell.core.refusal import Refusal
from dunwell.store.people.models import Appointment, Role, Staff

Scope = Literal["lender", "team", "own"]
Machine = Literal["day-run", "command-line", "worker"]

LENDER: Scope = "lender"
TEAM: Scope = "team"
OWN: Scope = "own"
_KEEPERS: frozenset[Machine] = frozenset({"day-run", "command-line", "worker"})
_OPERATOR: frozenset[Machine] = frozenset({"command-line"})
_SENDERS: frozenset[Machine] = frozenset({"command-line", "worker"})
_NOBODY: frozenset[Machine] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles hold a permission over what, and which of our own machines do."""

    roles: Mapping[str, Scope]
    machines: frozenset[Machine] = _OPERATOR


def _all(*roles: Role, scope: Scope = LENDER) -> dict[str, Scope]:
    return {role.value: scope for role in roles}


_TEAMS = _all(Role.SUPERVISOR, Role.LEGAL, Role.COMPLIANCE, scope=TEAM)

PERMISSIONS: Mapping[str, Rule] = {
    # The book and its cases. Values stay masked; showing one is personal.reveal.
    "case.see": Rule(
        _TEAMS | _all(Role.COLLECTOR, Role.FIELD, Role.ANALYST, Role.AUDITOR, scope=TEAM), _KEEPERS
    ),
    "case.export": Rule(_all(Role.SUPERVISOR, Role.AUDITOR, scope=TEAM)),
    "case.assign": Rule(_all(Role.SUPERVISOR, scope=TEAM), _KEEPERS),
    "personal.search": Rule(_TEAMS | _all(Role.COLLECTOR, Role.FIELD, scope=TEAM), _NOBODY),
    "personal.reveal": Rule(_TEAMS | _all(Role.COLLECTOR, Role.FIELD, scope=OWN), _NOBODY),
    "book.see": Rule(_all(Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.ADMIN), _KEEPERS),
    "book.import": Rule(_all(Role.SUPERVISOR, Role.ADMIN), _KEEPERS),
    "payment.enter": Rule(_all(Role.SUPERVISOR, scope=TEAM), _KEEPERS),
    "payment.reverse": Rule(_all(Role.SUPERVISOR, scope=TEAM), _KEEPERS),
    "hold.set": Rule(_TEAMS, _KEEPERS),
    # The gate. Who may ask may also use and give back.
    "permit.ask": Rule(
        _all(Role.SUPERVISOR, Role.LEGAL, scope=TEAM) | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _SENDERS,
    ),
    "permit.see": Rule(
        _TEAMS | _all(Role.COLLECTOR, Role.FIELD, Role.AUDITOR, scope=TEAM), _KEEPERS
    ),
    "permit.approve": Rule(_all(Role.SUPERVISOR, Role.COMPLIANCE, scope=TEAM), _NOBODY),
    # What a borrower agrees to, and what is written down of a contact.
    "note.write": Rule(
        _all(Role.SUPERVISOR, Role.LEGAL, Role.COMPLIANCE, scope=TEAM)
        | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _SENDERS,
    ),
    # Texts stand there: whoever works cases sees those of their own; who reads figures, none.
    "message.see": Rule(
        _TEAMS | _all(Role.AUDITOR, scope=TEAM) | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _KEEPERS,
    ),
    "message.manage": Rule(_all(Role.SUPERVISOR, Role.COMPLIANCE, Role.ADMIN)),
    "message.send": Rule({}, _SENDERS),
    "recording.play": Rule(_TEAMS, _NOBODY),
    "promise.take": Rule(
        _all(Role.SUPERVISOR, Role.LEGAL, scope=TEAM) | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _SENDERS,
    ),
    "promise.remind": Rule(_all(Role.SUPERVISOR), _KEEPERS),
    "plan.offer": Rule(
        _all(Role.SUPERVISOR, Role.LEGAL, scope=TEAM) | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _SENDERS,
    ),
    # What one person asks for and another answers: relief, terms, 停催, 留案. Which role may
    # answer stands in the request.
    "approval.ask": Rule(
        _TEAMS | _all(Role.COLLECTOR, Role.FIELD, scope=OWN),
        _NOBODY,
    ),
    "approval.answer": Rule(_TEAMS, _NOBODY),
    "standing.keep": Rule(_TEAMS | _all(Role.COLLECTOR, Role.FIELD, scope=OWN), _SENDERS),
    "staff.certify": Rule(_all(Role.TRAINER, Role.COMPLIANCE)),
    # A change of the gate's packs: one person proposes it, another approves it.
    "pack.propose": Rule(_all(Role.SUPERVISOR, Role.LEGAL, Role.COMPLIANCE), _NOBODY),
    "pack.approve": Rule(_all(Role.LEGAL, Role.COMPLIANCE), _NOBODY),
    # Cards, strategies and other documents of policy: one proposes, another approves.
    "strategy.see": Rule(
        _all(Role.SUPERVISOR, Role.ANALYST, Role.LEGAL, Role.COMPLIANCE, Role.AUDITOR), _KEEPERS
    ),
    "strategy.propose": Rule(_all(Role.SUPERVISOR, Role.ANALYST, Role.COMPLIANCE), _NOBODY),
    "strategy.approve": Rule(_all(Role.SUPERVISOR, Role.COMPLIANCE), _NOBODY),
    # Ending an experiment early takes one person, so that harm is stopped at once.
    "experiment.stop": Rule(_all(Role.SUPERVISOR, Role.ANALYST, Role.COMPLIANCE)),
    # A decision of the day: the grade or plan that counts instead of the derived one.
    "decision.overrule": Rule(_all(Role.SUPERVISOR, scope=TEAM), _NOBODY),
    # The day.
    "day.see": Rule(_all(Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.ADMIN), _KEEPERS),
    "day.run": Rule(_all(Role.SUPERVISOR, Role.ADMIN), _KEEPERS),
    "policy.see": Rule(
        _all(Role.SUPERVISOR, Role.ANALYST, Role.LEGAL, Role.COMPLIANCE, Role.AUDITOR, Role.ADMIN),
        _KEEPERS,
    ),
    "policy.set": Rule(_all(Role.COMPLIANCE), _OPERATOR),
    # The house.
    # Compliance too: it certifies and suspends on the person's page.
    "people.see": Rule(
        _all(Role.SUPERVISOR, Role.COMPLIANCE, Role.TRAINER, Role.AUDITOR, Role.ADMIN)
    ),
    "people.manage": Rule(_all(Role.ADMIN)),
    "keys.see": Rule(_all(Role.AUDITOR, Role.ADMIN)),
    "keys.rotate": Rule(_all(Role.ADMIN)),
    "journal.see": Rule(_all(Role.COMPLIANCE, Role.AUDITOR)),
    "journal.verify": Rule(_all(Role.COMPLIANCE, Role.AUDITOR, Role.ADMIN), _KEEPERS),
    "journal.seal": Rule(_all(Role.ADMIN), _KEEPERS),
}
"""The one table. The auditor reads and changes nothing; the admin sees no case and no person."""


class NotPermitted(Refusal):
    """This actor may not do this here on this day. Figures: permission, lender, team."""

    code = "PEOPLE-NOT-PERMITTED"


@dataclass(frozen=True, slots=True)
class Held:
    """One appointment of an actor: [from_on, until_on), the whole lender when team is None."""

    role: str
    lender: int
    team: int | None
    from_on: date
    until_on: date | None

    def covers(self, day: date) -> bool:
        """Whether the appointment is in force on the day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with appointments, or one of our own machines (`staff` is None)."""

    staff: int | None
    label: str
    """The work name, or `system:day-run`; it stands in the journal."""
    appointments: tuple[Held, ...] = field(default=())
    machine: Machine | None = None

    def roles_on(self, day: date) -> frozenset[str]:
        """The roles held anywhere on the day."""
        return frozenset(held.role for held in self.appointments if held.covers(day))


@dataclass(frozen=True, slots=True)
class Over:
    """What an appointment lays a permission over: a lender, one team of it (None: all), and of
    that only what one holds oneself or nobody does, where it is `own`."""

    lender: int
    team: int | None
    own: bool


def actor_of(staff: Staff) -> Actor:
    """The person with every appointment they ever had; inactive staff hold none. One query."""
    held = (
        Appointment.objects.filter(staff=staff) if staff.is_active else Appointment.objects.none()
    )
    return Actor(
        staff=staff.pk,
        label=staff.username,
        appointments=tuple(
            Held(each.role, each.lender_id, each.team_id, each.from_on, each.until_on)
            for each in held.order_by("pk")
        ),
    )


def system_actor(machine: Machine) -> Actor:
    """One of our own: the day run, the operator at the command line, the worker."""
    return Actor(staff=None, label=f"system:{machine}", machine=machine)


def may(
    actor: Actor,
    permission: str,
    *,
    day: date,
    lender: int | None = None,
    team: int | None = None,
    holder: int | None = None,
) -> bool:
    """Whether the actor may do this on the day to something of this lender, team and holder.

    Without a lender the thing is the deployment's own: the permission held at any
    lender will do. Without a team the thing belongs to no team: where the role's
    scope is narrower, only an appointment to the whole lender will do.
    """
    rule = PERMISSIONS[permission]
    if actor.machine is not None:
        return actor.machine in rule.machines
    for held in actor.appointments:
        scope = rule.roles.get(held.role)
        if scope is None or not held.covers(day):
            continue
        if lender is None:
            return True
        in_team = scope == LENDER or held.team in {None, team}
        in_hand = scope != OWN or holder in {None, actor.staff}
        if held.lender == lender and in_team and in_hand:
            return True
    return False


def require(
    actor: Actor,
    permission: str,
    *,
    day: date,
    lender: int | None = None,
    team: int | None = None,
    holder: int | None = None,
) -> None:
    """Pass silently when `may` says yes; refuse with NotPermitted otherwise."""
    if not may(actor, permission, day=day, lender=lender, team=team, holder=holder):
        raise NotPermitted(permission=permission, lender=lender, team=team)


def holds(actor: Actor, permission: str, *, day: date) -> bool:
    """Whether the permission is held over anything at all: for menus and list pages."""
    return may(actor, permission, day=day)


def lenders_seen(actor: Actor, day: date, permission: str = "case.see") -> frozenset[int] | None:
    """The lenders over which the permission is held on the day; None means all (a machine)."""
    rule = PERMISSIONS[permission]
    if actor.machine is not None:
        return None if actor.machine in rule.machines else frozenset()
    return frozenset(
        held.lender for held in actor.appointments if held.role in rule.roles and held.covers(day)
    )


def teams_seen(
    actor: Actor, day: date, permission: str = "case.see", *, lender: int
) -> frozenset[int] | None:
    """The teams of the lender over which the permission is held; None means all and none.

    An empty set means nothing is seen there.
    """
    rule = PERMISSIONS[permission]
    if actor.machine is not None:
        return None if actor.machine in rule.machines else frozenset()
    teams: set[int] = set()
    for held in actor.appointments:
        scope = rule.roles.get(held.role)
        if scope is None or held.lender != lender or not held.covers(day):
            continue
        if held.team is None or scope == LENDER:
            return None
        teams.add(held.team)
    return frozenset(teams)


def held_over(actor: Actor, permission: str, *, day: date) -> tuple[Over, ...] | None:
    """Everything the permission is held over on the day; None means all (a machine).

    For lists that are as narrow as `may` is: the teams of `teams_seen`, and the holder too.
    """
    rule = PERMISSIONS[permission]
    if actor.machine is not None:
        return None if actor.machine in rule.machines else ()
    return tuple(
        dict.fromkeys(
            Over(
                held.lender,
                None if rule.roles[held.role] == LENDER else held.team,
                rule.roles[held.role] == OWN,
            )
            for held in actor.appointments
            if held.role in rule.roles and held.covers(day)
        )
    )
