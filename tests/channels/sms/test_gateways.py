"""gateways.toml: which gateway a lender uses, and secrets that never stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from dunwell.channels.sms.gateways import (
    FILE,
    GatewaysUnreadable,
    NoSuchGateway,
    SecretInline,
    SecretMissing,
    SecretOpen,
    WrongSetting,
    read_gateways,
)
from dunwell.channels.sms.sandbox import SandboxLine
from dunwell.channels.sms.smpp import SmppLine
from dunwell.core.refusal import Refusal
from dunwell.wiring import gateway_of, open_line

SMPP = """
default = "main"
[lenders]
other = "sandbox"
[gateways.main]
kind = "smpp"
host = "10.0.0.8"
system_id = "dunwell"
"""


def home(folder: Path, text: str, *, secret: str = "", mode: int = 0o600) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    if secret:
        (folder / "main.password").write_text(secret)
        (folder / "main.password").chmod(mode)
    return folder


def opened(folder: Path) -> object:
    gateways = read_gateways(folder)
    return open_line(gateway=gateways.default, gateways=gateways, clock=timezone.now)


def test_without_the_file_there_is_the_sandbox(tmp_path: Path) -> None:
    assert gateway_of(lender="default", home=tmp_path) == "sandbox"
    assert isinstance(opened(tmp_path), SandboxLine)


def test_each_lender_has_its_gateway(tmp_path: Path) -> None:
    home(tmp_path, SMPP)
    assert gateway_of(lender="default", home=tmp_path) == "main"
    assert gateway_of(lender="other", home=tmp_path) == "sandbox"


def test_a_secret_comes_from_a_file_of_ones_own_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home(tmp_path, SMPP + 'password = { file = "main.password" }', secret="s3cret\n")
    line = opened(tmp_path)
    assert isinstance(line, SmppLine) and line._how.password == "s3cret"
    assert "s3cret" not in repr(line._how)
    home(tmp_path, SMPP + 'password = { env = "MAIN_PASSWORD" }')
    with pytest.raises(SecretMissing):
        opened(tmp_path)
    monkeypatch.setenv("MAIN_PASSWORD", "other")
    assert isinstance(opened(tmp_path), SmppLine)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ('password = "s3cret"', SecretInline),
        ('password = { file = "nowhere" }', SecretMissing),
        ("password = 7", WrongSetting),
        ("", WrongSetting),
        ('password = { env = "PATH" }', WrongSetting),  # longer than SMPP carries
        ('password = { file = "main.password" }\nprot = 1', WrongSetting),
        ('password = { file = "main.password" }\nport = 70000', WrongSetting),
        ('password = { file = "main.password" }\nnumbers = "some"', WrongSetting),
    ],
)
def test_a_wrong_field_says_where_and_quotes_no_secret(
    tmp_path: Path, more: str, refusal: type[Refusal]
) -> None:
    home(tmp_path, SMPP + more, secret="s3cret")
    with pytest.raises(refusal) as refused:
        opened(tmp_path)
    assert "gateways.main" in str(refused.value.figures["where"])
    assert "s3cret" not in str(refused.value)


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    home(tmp_path, SMPP + 'password = { file = "main.password" }', secret="s3cret", mode=0o640)
    with pytest.raises(SecretOpen) as refused:
        opened(tmp_path)
    assert refused.value.figures["mode"] == "0640"


def test_a_file_that_is_no_toml_or_names_no_gateway(tmp_path: Path) -> None:
    with pytest.raises(GatewaysUnreadable):
        read_gateways(home(tmp_path, "default = "))
    with pytest.raises(NoSuchGateway):
        read_gateways(home(tmp_path, 'default = "main"'))
    with pytest.raises(WrongSetting):
        read_gateways(home(tmp_path, '[gateways."Not Good"]\nkind = "sandbox"'))
    with pytest.raises(WrongSetting):
        read_gateways(home(tmp_path, 'defualt = "sandbox"'))
