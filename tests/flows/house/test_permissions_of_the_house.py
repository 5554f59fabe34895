"""Every flow of the house with the same three: nobody, role without scope, role with scope."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dunwell.flows.house.accounts import create_staff, reset_password, set_active
from dunwell.flows.house.appointments import appoint, end_appointment, set_role_policy
from dunwell.flows.house.keep_journal import anchor_journal, seal_journal, verify_journal
from dunwell.flows.house.places import create_lender, create_team
from dunwell.flows.house.rotate_keys import rotate_keys
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Appointment
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.vault import keyring

pytestmark = pytest.mark.django_db


@dataclass
class Act:
    """A flow, what it is told beside actor, day and now, and the role that may do it."""

    flow: Callable[..., Any]
    told: Callable[[Any, Path], dict[str, Any]]
    role: str = "admin"
    of_the_deployment: bool = False
    """The permission held at any lender will do."""
    journals: bool = True


def _employee(house, _):
    staff = house.staff("employee")
    held = Appointment.objects.create(
        staff=staff, role="collector", lender=house.lender, team=house.team, from_on="2026-01-01"
    )
    return staff, held


ACTS = {
    "create_staff": Act(
        create_staff,
        lambda house, _: {"username": "li", "display_name": "L"},
        of_the_deployment=True,
    ),
    "reset_password": Act(
        reset_password, lambda house, path: {"staff": _employee(house, path)[0].pk}
    ),
    "deactivate": Act(
        set_active,
        lambda house, path: {"staff": _employee(house, path)[0].pk, "active": False},
    ),
    "appoint": Act(
        appoint,
        lambda house, path: {
            "staff": _employee(house, path)[0].pk,
            "role": "legal",
            "lender": house.lender.pk,
        },
    ),
    "end_appointment": Act(
        end_appointment, lambda house, path: {"appointment": _employee(house, path)[1].pk}
    ),
    "set_role_policy": Act(
        set_role_policy,
        lambda house, _: {"role": "admin", "totp_required": True},
        of_the_deployment=True,
    ),
    "create_lender": Act(
        create_lender, lambda house, _: {"code": "new", "name": "N"}, of_the_deployment=True
    ),
    "create_team": Act(
        create_team, lambda house, _: {"lender": house.lender.pk, "code": "b", "name": "B"}
    ),
    "rotate_keys": Act(
        rotate_keys, lambda house, _: {"progress": lambda *_: None}, of_the_deployment=True
    ),
    "seal_journal": Act(seal_journal, lambda house, _: {}, of_the_deployment=True, journals=False),
    "verify_journal": Act(
        verify_journal, lambda house, _: {}, role="auditor", of_the_deployment=True, journals=False
    ),
    "anchor_journal": Act(
        anchor_journal,
        lambda house, path: {"out": path / "anchor.json"},
        role="compliance",
        of_the_deployment=True,
        journals=False,
    ),
}


@pytest.fixture(params=sorted(ACTS))
def act(request, house, when, tmp_path, settings):
    settings.KEYS_FILE = tmp_path / "keys.json"
    settings.KEYS_FILE.write_bytes((settings.HOME / "keys.json").read_bytes())
    settings.KEYS_FILE.chmod(0o600)
    chosen = ACTS[request.param]
    told = {**when, **chosen.told(house, tmp_path)}
    if chosen.flow is verify_journal:
        del told["now"]
    return chosen, told


def refused(chosen, told, actor):
    keys = keyring()
    with pytest.raises(NotPermitted):
        chosen.flow(actor=actor, **told)
    return Entry.objects.count() == 0 and keyring() == keys


def test_nobody_may(act, house):
    chosen, told = act
    assert refused(chosen, told, house.nobody())


def test_the_role_at_another_lender_may_not(act, house):
    chosen, told = act
    if chosen.of_the_deployment:
        # Held at any lender it will do; held in another role it will not.
        assert refused(chosen, told, house.actor("collector", team=house.team))
    else:
        assert refused(chosen, told, house.actor(chosen.role, lender=house.other))


def test_the_role_at_this_lender_may_and_it_is_written_down(act, house):
    chosen, told = act
    actor = house.actor(chosen.role)
    chosen.flow(actor=actor, **told)
    written = Entry.objects.all()
    assert written.exists() is chosen.journals
    assert {(entry.actor_id, entry.actor_label, entry.day) for entry in written} <= {
        (actor.staff, actor.label, told["day"])
    }
