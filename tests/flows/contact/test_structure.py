"""No code path sends or dials without a used permit: ports take the token, one place makes it."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
from configparser import ConfigParser
from pathlib import Path

import pytest

from dunwell.flows.contact import ports
from dunwell.flows.contact.ports import UsedPermit
from tests.house.tree import ROOT

SOURCE = ROOT / "src" / "dunwell"
MINT, USE = "flows/contact/minting.py", "flows/contact/use_permit.py"
REACHES_OUT = {"dial", "send", "post"}
"""The verbs of the ports."""
HEARS = {"answers", "incoming", "kept", "fileno", "close"}
"""What only listens to a gateway, or tells it that it was heard: nothing reaches a person."""


def _trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
    }


TREES = _trees()


def _calls(tree: ast.Module) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_every_port_takes_a_used_permit():
    found = [member for _, member in inspect.getmembers(ports, inspect.isclass)]
    outbound = [
        method
        for port in found
        if getattr(port, "_is_protocol", False) and port.__module__ == ports.__name__
        for name, method in vars(port).items()
        if inspect.isfunction(method) and not name.startswith("_") and name not in HEARS
    ]
    assert {method.__name__ for method in outbound} == REACHES_OUT
    for method in outbound:
        permit = inspect.signature(method).parameters["permit"]
        assert permit.annotation == "UsedPermit"
        assert permit.default is inspect.Parameter.empty


def test_whatever_a_channel_sends_or_dials_takes_a_used_permit():
    for path, tree in TREES.items():
        if not path.startswith("channels/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name in REACHES_OUT:
                told = {arg.arg: arg.annotation for arg in node.args.kwonlyargs}
                assert "permit" in told, f"{path}: {node.name} sends without a permit"
                assert ast.unparse(told["permit"]) == "UsedPermit", path


def test_only_use_permit_mints_and_nobody_makes_a_token_another_way():
    for path, tree in TREES.items():
        calls = _calls(tree)
        if path != USE:
            assert "mint" not in calls and "minting.mint" not in calls, path
        assert not [call for call in calls if call.split(".")[-1] == "UsedPermit"], path
        if path != MINT:
            made = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("__new__")
                and any("UsedPermit" in ast.unparse(arg) for arg in node.args)
            ]
            assert not made, path


def test_the_contracts_that_hold_this_stand():
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")
    mint = contracts["importlinter:contract:one-mint"]
    assert mint["type"] == "protected"
    assert mint["allowed_importers"].split() == ["dunwell.flows.contact.use_permit"]
    out = contracts["importlinter:contract:only-channels-reach-out"]
    assert {"socket", "smtplib", "http", "urllib"} <= set(out["forbidden_modules"].split())
    assert "dunwell.flows" in out["source_modules"].split()


def test_a_token_is_not_made_by_hand():
    with pytest.raises(TypeError):
        UsedPermit()
    with pytest.raises(TypeError):
        type("Mine", (UsedPermit,), {})


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_token_is_neither_changed_nor_copied(office):
    token = office.use(office.ask()).token
    with pytest.raises(TypeError):
        token.permit = 2
    for take in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            take(token)


def test_there_is_source_to_look_at():
    assert {MINT, USE} <= set(TREES)
    assert isinstance(SOURCE, Path)
