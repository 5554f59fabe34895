"""A used permit leaves a receipt anybody can check, and no altered byte passes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dunwell.core.permit import answer_hash
from dunwell.core.receipt import BrokenChain, check_chain, read_document
from dunwell.flows.contact.receipt import show_receipt
from dunwell.flows.contact.refusals import NoReceipt
from dunwell.flows.contact.standings import Said, stand
from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.permits.models import Receipt
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.packs import shipped_gate
from dunwell.store.vault.signing import signature_fits
from tests.flows.contact.people import TEXT
from tests.house.tree import ROOT

VERIFIER = ROOT / "docs" / "verify_receipt.py"


def _shown(office, answer):
    return show_receipt(actor=office.supervisor, now=office.now, permit=answer.permit)


@pytest.mark.django_db
def test_a_receipt_says_by_which_rules_and_on_which_facts_a_contact_was_permitted(office):
    answer = office.call()
    document = read_document(_shown(office, answer).encode())
    assert signature_fits(
        public_key=document.public_key, signature=document.signature, message=document.signed
    )
    body = document.body
    assert (body["permit"], body["verdict"], body["channel"]) == (answer.permit, "allow", "call")
    assert "CN-T02" in body["rules"].split()
    assert [pack["id"] for pack in body["packs"]] == ["cn_small_loan", "house"]
    assert body["inputs"]["counts"]["effective_conversations_today"] == 0


@pytest.mark.django_db
def test_receipts_of_one_debtor_form_a_chain(office):
    shown = [_shown(office, office.call()) for _ in range(3)]
    bodies = [read_document(each.encode()).body for each in shown]
    check_chain(bodies)
    with pytest.raises(BrokenChain):
        check_chain([bodies[0], bodies[2]])


@pytest.mark.django_db
def test_the_receipt_of_a_message_holds_the_hash_of_its_text_and_not_the_text(office):
    answer = office.ask(channel="sms", text=TEXT)
    office.use(answer, text=TEXT)
    body = read_document(_shown(office, answer).encode()).body
    assert len(body["content_hash"]) == 64
    assert TEXT not in json.dumps(body, ensure_ascii=False)
    assert body["packs"][-1] == {"id": "wording", "hash": wording_checker().hash}
    packs = shipped_gate().stack.hash
    assert body["pack_hash"] == answer_hash(packs, wording_checker().hash) != packs


@pytest.mark.django_db
def test_where_no_text_was_checked_the_hash_is_that_of_the_packs_alone(office):
    body = read_document(_shown(office, office.call()).encode()).body
    assert body["pack_hash"] == shipped_gate().stack.hash


@pytest.mark.django_db
def test_a_receipt_names_no_colleague_and_tells_of_a_third_person_the_role_only(office):
    for _ in range(3):
        office.call(answered=False)
        office.later(minutes=20)
    friend = office.contact(
        "friend", role="contact", phone="13700137000", legal_basis="consent", birth_year=1990
    )
    stand(
        actor=office.supervisor, now=office.now, case=office.case.pk,
        said=Said(
            what="approval", kind="contact_person", why="借款人失联", contact=friend.pk,
            until_at=office.now.replace(hour=20),
        ),
    )  # fmt: skip
    answer = office.ask("friend", purpose="notify")
    assert answer.granted, answer.decision
    office.use(answer)
    shown = _shown(office, answer)
    body = json.loads(shown)["receipt"]
    assert body["inputs"]["party"] == {"role": "contact"}
    assert body["lifted"] == [{"code": "CN-W02", "kind": "contact_person"}]
    for name in Staff.objects.values_list("username", flat=True):
        assert name not in shown


@pytest.mark.django_db
def test_a_permit_that_was_not_used_has_no_receipt(office):
    answer = office.ask()
    with pytest.raises(NoReceipt):
        _shown(office, answer)
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_nobody_and_roles_without_scope_are_shown_no_receipt(office):
    answer = office.call()
    other = Lender.objects.create(code="other", name="O")
    nobody = actor_of(Staff.objects.create(username="nobody", display_name="nobody"))
    for actor in (nobody, office.person("admin"), office.person("auditor", lender=other)):
        with pytest.raises(NotPermitted):
            show_receipt(actor=actor, now=office.now, permit=answer.permit)
    assert show_receipt(actor=office.person("auditor"), now=office.now, permit=answer.permit)


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_receipt_is_verified_offline_by_command_and_by_the_program_in_the_docs(office, tmp_path):
    files = []
    for number in range(2):
        file = tmp_path / f"receipt-{number}.json"
        file.write_bytes(_shown(office, office.call()).encode())
        files.append(file)
    nowhere = {"PATH": "/usr/bin:/bin", "DUNWELL_HOME": str(tmp_path / "none")}
    dunwell = str(Path(sys.executable).with_name("dunwell"))
    for command in ([dunwell, "receipt", "verify"], [sys.executable, "-I", str(VERIFIER)]):
        good = _run([*command, *files], nowhere)
        assert good.returncode == 0, good.stderr
        assert _run([*command, *reversed(files)], nowhere).returncode == 1
        other_key = [*command, files[0], "--key", "0000 1111"]
        assert _run(other_key, nowhere).returncode == 1
        altered = tmp_path / "altered.json"
        altered.write_bytes(files[0].read_bytes().replace(b'"allow"', b'"warn"'))
        assert _run([*command, altered], nowhere).returncode == 1
    assert not (tmp_path / "none").exists()


def _run(command, environment):
    told = [str(part) for part in command]
    return subprocess.run(told, capture_output=True, text=True, env=environment, timeout=60)
