"""Which way numbers are rung: links unless a switch is named, and a wrong setting says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunwell.channels.voice.ami import Asterisk
from dunwell.channels.voice.choosing import WrongVoice, chosen_dialler
from dunwell.channels.voice.esl import FreeSwitch
from dunwell.channels.voice.tel import TelLink


def test_nothing_said_means_links() -> None:
    assert isinstance(chosen_dialler({}), TelLink)


def test_a_switch_is_named_with_its_secret_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("quiet\n")
    told = {"DUNWELL_VOICE_HOST": "10.0.0.5", "DUNWELL_VOICE_SECRET_FILE": str(secret)}
    asterisk = chosen_dialler({**told, "DUNWELL_VOICE": "ami", "DUNWELL_VOICE_USER": "desk"})
    assert isinstance(asterisk, Asterisk)
    assert (asterisk.host, asterisk.port, asterisk.user) == ("10.0.0.5", 5038, "desk")
    switch = chosen_dialler({**told, "DUNWELL_VOICE": "esl", "DUNWELL_VOICE_PORT": "8022"})
    assert isinstance(switch, FreeSwitch) and switch.port == 8022
    assert "quiet" not in repr(asterisk) + repr(switch)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"DUNWELL_VOICE": "fax"}, "DUNWELL_VOICE"),
        ({"DUNWELL_VOICE": "ami"}, "DUNWELL_VOICE_SECRET_FILE"),
        ({"DUNWELL_VOICE": "esl", "DUNWELL_VOICE_PORT": "0"}, "DUNWELL_VOICE_PORT"),
    ],
)
def test_a_setting_that_cannot_be_is_named(told: dict[str, str], name: str) -> None:
    with pytest.raises(WrongVoice) as wrong:
        chosen_dialler(told)
    assert wrong.value.figures["name"] == name
