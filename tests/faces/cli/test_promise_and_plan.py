"""`dunwell promise` and `dunwell plan`: from the calculator to the agreement, by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dunwell.flows.contact.outbox import set_letterhead
from dunwell.flows.house.api_tokens import issue_token
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor
from dunwell.store.promises.models import Plan, Promise
from tests.faces.cli.test_permit_command import Say, office, say  # noqa: F401  # fixtures
from tests.flows.contact.people import Office
from tests.flows.follow_up.debtor import TODAY, Debtor, debtor_in, noon


@pytest.fixture
def debtor(office: Office) -> Debtor:  # noqa: F811
    """The office of the commands with a loan that is late."""
    return debtor_in(office)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Commands in the name of a person, by their token."""

    def as_person(actor: Actor | None) -> None:
        if actor is None:
            monkeypatch.delenv("DUNWELL_TOKEN", raising=False)
            return
        staff = Staff.objects.get(pk=actor.staff)
        token = issue_token(
            actor=actor, staff=staff, by_token=False, day=TODAY, now=noon(TODAY), days=5
        )
        monkeypatch.setenv("DUNWELL_TOKEN", token)

    return as_person


def test_a_promise_is_taken_listed_moved_and_shown(debtor: Debtor, say: Say) -> None:  # noqa: F811
    case = ["--case", debtor.case.pk]
    wanted = [*case, "--amount", "1,000", "--due", "2026-03-10"]
    code, out, _ = say("promise", "take", *wanted, "--dry-run", "--json")
    assert (code, json.loads(out)["written"], Promise.objects.count()) == (0, False, 0)
    code, out, _ = say("promise", "take", *wanted, "--loan", "L1", "--json")
    first = json.loads(out)
    assert (code, first["amount_fen"], first["state"]) == (0, 100_000, "open")
    code, out, _ = say("promise", "move", first["promise"], "--due", "2026-03-12", "--json")
    assert (code, json.loads(out)["reschedules"]) == (0, first["promise"])
    code, out, _ = say("promise", "list", *case, "--json")
    states = [row["state"] for row in json.loads(out)["promises"]]
    assert (code, states) == (0, ["open", "rescheduled"])
    code, out, _ = say("promise", "show", first["promise"])
    assert (code, "已改期" in out) == (0, True)
    code, _, err = say("promise", "take", *wanted, "--loan", "L9")
    assert (code, err.startswith("PROMISE-NOT-THEIR-LOAN"), "L9" in err) == (1, True, True)


def test_reminders_and_figures_by_command(debtor: Debtor, say: Say) -> None:  # noqa: F811
    office = debtor.office  # noqa: F811
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    case = ["--case", debtor.case.pk]
    say("promise", "take", *case, "--amount", "10", "--due", "2026-03-03")
    code, out, _ = say("promise", "remind", "--json")
    assert (code, json.loads(out)["due"], json.loads(out)["queued"]) == (0, 1, [])
    period = ["--from", "2026-03-01", "--until", "2026-04-01"]
    code, out, _ = say("promise", "figures", *period, "--json")
    told = json.loads(out)
    assert (code, told["open"], told["allowed"]["matured"]) == (0, 1, 0)
    code, out, _ = say("promise", "figures", *period)
    assert (code, "含宽限" in out and "—" in out) == (0, True)
    code, _, err = say("promise", "figures", "--from", "2026-03-01", "--until", "2026-03-01")
    assert (code, "PROMISE-PERIOD" in err) == (1, True)


def test_a_plan_from_offers_to_the_agreement(
    debtor: Debtor, say: Say, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    case = ["--case", debtor.case.pk]
    code, out, _ = say("plan", "offers", *case, "--json")
    told = json.loads(out)
    assert (code, told["debt_fen"]) == (0, 300_000)
    assert told["offers"][0]["role"] == ""
    assert say("plan", "offers", *case)[0] == 0
    wish = [*case, "--count", "3", "--payday", "15"]
    code, out, _ = say("plan", "propose", *wish, "--why", "客户失业，协商分期", "--json")
    assert (code, json.loads(out)["request"]) == (0, None)
    code, out, _ = say("plan", "agree", *wish, "--json")
    plan = json.loads(out)
    assert (code, plan["state"], len(plan["lines"])) == (0, "going", 3)
    code, out, _ = say("plan", "show", plan["plan"])
    assert (code, "履行中" in out and "已签订" in out) == (0, True)
    for form in ("docx", "pdf"):
        file = tmp_path / f"agreement.{form}"
        code, out, _ = say("plan", "document", plan["plan"], "--out", file, "--json")
        shown = json.loads(out)
        assert (code, shown["same"], shown["sha256"]) == (0, True, plan["document_sha256"])
        assert file.stat().st_size > 10_000
    code, _, err = say("plan", "document", plan["plan"], "--out", tmp_path / "a.txt")
    assert (code, err.startswith("FILES-UNKNOWN-FORM")) == (1, True)
    code, _, err = say("plan", "agree", *wish)
    assert (code, err.startswith("PLAN-GOES-ALREADY")) == (1, True)


def test_one_person_asks_and_another_approves_by_their_own_tokens(
    debtor: Debtor, say: Say, named: Any  # noqa: F811
) -> None:  # fmt: skip
    case = ["--case", debtor.case.pk]
    wish = [*case, "--count", "5", "--why", "客户失业，协商分期", "--json"]
    code, out, _ = say("plan", "propose", *wish)
    assert (code, json.loads(out)["error"]["code"]) == (1, "PEOPLE-NOT-PERMITTED")
    named(debtor.office.collector)
    code, out, _ = say("plan", "propose", *wish)
    request = json.loads(out)["request"]
    code, _, err = say("plan", "approve", request, "--why", "情况属实")
    assert (code, err.startswith("PEOPLE-NOT-PERMITTED")) == (1, True)
    named(debtor.office.supervisor)
    code, out, _ = say("plan", "approve", request, "--why", "情况属实", "--json")
    assert (code, json.loads(out)) == (0, {"request": request, "verdict": "approved"})
    code, _, err = say("plan", "decline", request, "--why", "改变主意")
    assert (code, err.startswith("APPROVAL-ANSWERED")) == (1, True)
    named(debtor.office.collector)
    assert say("plan", "agree", *case, "--request", request)[0] == 0
    assert Plan.objects.get().approval_id == request
    code, out, _ = say("plan", "list", *case, "--json")
    (row,) = json.loads(out)["requests"]
    assert (row["kind"], row["role"], row["verdict"]) == ("plan", "supervisor", "approved")


def test_a_token_that_is_not_ours_is_refused(
    debtor: Debtor, say: Say, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setenv("DUNWELL_TOKEN", "nonsense")
    code, _, err = say("plan", "offers", "--case", debtor.case.pk)
    assert (code, err.startswith("PEOPLE-TOKEN-NOT-TAKEN")) == (1, True)
