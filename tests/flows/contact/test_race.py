"""Sixty-four processes want the same thing of the gate at once: exactly one has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dunwell.store.permits.models import Permit, Receipt, Step
from tests.flows.contact.people import open_office

ROOT = Path(__file__).parents[3]
ASKERS = 64


def test_of_sixty_four_askers_exactly_one_gets_the_last_conversation(committed_database):
    office = open_office()
    office.call()
    office.call(actor=office.colleague)
    said = _at_once(
        "ask", office.case.pk, office.contacts["self"].pk, office.now.isoformat(),
        office.collector.staff, office.colleague.staff,
    )  # fmt: skip
    assert said == ["allow"] + ["refuse CN-T02"] * (ASKERS - 1)
    assert Permit.objects.filter(reserved_until__isnull=False).count() == 3
    assert Permit.objects.count() == 2 + ASKERS


def test_of_sixty_four_who_use_one_permit_exactly_one_does(committed_database):
    office = open_office()
    answer = office.ask()
    said = _at_once("use", answer.permit, office.now.isoformat(), office.collector.staff)
    assert said == ["over used"] * (ASKERS - 1) + ["used"]
    assert (Step.objects.count(), Receipt.objects.count()) == (1, 1)


def _at_once(what: str, *told: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.contact.askers", what, str(ASKERS), *map(str, told)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())
