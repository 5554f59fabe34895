"""`dunwell standing`, `dunwell people certify` and `suspend`: set, listed and ended by command."""

from __future__ import annotations

import json

from dunwell.faces.words.gate_answer import reason_said
from dunwell.store.people.models import Staff
from dunwell.store.permits.models import Standing
from tests.faces.cli.test_permit_command import Say, office, say  # noqa: F401  # fixtures
from tests.flows.contact.people import Office

WHY = "电话中说明"


def test_a_freeze_stands_is_listed_and_stops_contact(office: Office, say: Say) -> None:  # noqa: F811
    told = ["--case", office.case.pk, "--what", "freeze", "--kind", "complaint", "--why", WHY]
    code, out, _ = say("standing", "set", *told, "--dry-run", "--json")
    assert (code, json.loads(out)["written"]) == (0, False)
    assert not Standing.objects.filter(what="freeze").exists()
    code, out, _ = say("standing", "set", *told, "--json")
    assert (code, json.loads(out)["written"]) == (0, True)
    code, out, _ = say("standing", "list", "--case", office.case.pk, "--json")
    (row,) = json.loads(out)["standing"]
    assert (code, row["what"], row["kind"], row["why"]) == (0, "freeze", "complaint", WHY)
    assert "T" in row["from_at"] and row["until_at"] is None
    code, out, _ = say("standing", "list", "--case", office.case.pk)
    assert (code, "freeze:complaint" in out) == (0, True)
    assert office.ask().decision.codes == ("HOUSE-F-complaint",)


def test_a_command_approves_nothing_and_lifts_no_freeze(office: Office, say: Say) -> None:  # noqa: F811
    case = ["--case", office.case.pk, "--why", WHY]
    approval = ["--what", "approval", "--kind", "visit", "--until", "2026-03-03"]
    code, _, err = say("standing", "set", *case, *approval)
    assert (code, err.startswith("PEOPLE-NOT-PERMITTED")) == (1, True)
    code, out, _ = say("standing", "set", *case, "--what", "freeze", "--kind", "dispute", "--json")
    number = json.loads(out)["number"]
    code, _, err = say("standing", "withdraw", number, *case)
    assert (code, err.startswith("PEOPLE-NOT-PERMITTED")) == (1, True)


def test_a_consent_is_set_for_days_and_withdrawn(office: Office, say: Say) -> None:  # noqa: F811
    case = ["--case", office.case.pk, "--why", WHY]
    consent = ["--what", "consent", "--kind", "quiet_hours", "--channel", "call"]
    code, _, err = say("standing", "set", *case, *consent)
    assert (code, err.startswith("PERMITS-STANDING")) == (1, True)
    code, out, _ = say("standing", "set", *case, *consent, "--until", "2026-03-03", "--json")
    row = Standing.objects.get(pk=json.loads(out)["number"])
    assert row.until_at is not None and row.until_at.isoformat() == "2026-03-03T16:00:00+00:00"
    assert say("standing", "withdraw", row.pk, *case, "--dry-run")[0] == 0
    assert Standing.objects.get(pk=row.pk).replaced is None
    assert say("standing", "withdraw", row.pk, *case)[0] == 0
    code, out, _ = say("standing", "list", "--case", office.case.pk)
    assert (code, "没有登记任何事项" in out) == (0, True)
    code, _, err = say("standing", "withdraw", 404, *case)
    assert (code, err.startswith("PERMITS-NO-SUCH-STANDING")) == (1, True)


def test_who_is_not_certified_is_told_who_certifies_and_where(office: Office, say: Say) -> None:  # noqa: F811
    collector = Staff.objects.get(pk=office.collector.staff)
    name = collector.username
    assert say("people", "certify", name, "--end", "--why", "重新考核")[0] == 0
    (reason,) = office.ask().decision.reasons
    assert reason.code == "HOUSE-A-certified"
    said = reason_said(reason, language="en")
    assert "trainer or compliance" in said and "dunwell people certify" in said
    assert say("people", "certify", name, "--why", "考核通过")[0] == 0
    assert office.ask().granted
    assert say("people", "suspend", name, "--why", "调查期间")[0] == 0
    assert office.ask().decision.codes == ("HOUSE-A-suspended",)
    code, out, _ = say("people", "list", "--json")
    staff = {each["username"]: each for each in json.loads(out)["staff"]}
    assert (staff[name]["certified"], staff[name]["suspended"]) == (True, True)
    assert say("people", "suspend", name, "--end", "--why", "调查结束")[0] == 0
    code, _, err = say("people", "certify", "nobody-here", "--why", "考核通过")
    assert (code, err.startswith("PEOPLE-")) == (1, True)
