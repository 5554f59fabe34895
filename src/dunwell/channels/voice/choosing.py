"""Which way numbers are rung, from the environment: `tel:` links unless a switch is named.

DUNWELL_VOICE is tel, ami or esl; for a switch DUNWELL_VOICE_HOST, _PORT, _USER (AMI only) and
_SECRET_FILE, a file only its owner reads. Called by wiring. Guide: docs/en/desk.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dunwell.channels.voice import ami, esl, tel
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.ports import Dialler

PORTS = {ami.NAME: "5038", esl.NAME: "8021"}


class WrongVoice(Refusal):
    """A setting of the voice line that cannot be. Figures: name, allowed."""

    code = "VOICE-SETTING"


def chosen_dialler(environment: Mapping[str, str]) -> Dialler:
    """The way numbers are rung here. Refuses WrongVoice."""
    kind = environment.get("DUNWELL_VOICE", tel.NAME)
    if kind == tel.NAME:
        return tel.TelLink()
    if kind not in PORTS:
        raise WrongVoice(name="DUNWELL_VOICE", allowed="tel, ami, esl")
    host = environment.get("DUNWELL_VOICE_HOST", "127.0.0.1")
    port = environment.get("DUNWELL_VOICE_PORT", PORTS[kind])
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise WrongVoice(name="DUNWELL_VOICE_PORT", allowed="1-65535")
    secret = _secret(environment.get("DUNWELL_VOICE_SECRET_FILE", ""))
    if kind == esl.NAME:
        return esl.FreeSwitch(host=host, port=int(port), password=secret)
    user = environment.get("DUNWELL_VOICE_USER", "dunwell")
    return ami.Asterisk(host=host, port=int(port), user=user, secret=secret)


def _secret(name: str) -> str:
    """The first line of the file that is named."""
    try:
        lines = Path(name).read_text("utf-8").splitlines() if name else []
    except (OSError, UnicodeDecodeError):
        lines = []
    if not lines or not lines[0].strip():
        raise WrongVoice(name="DUNWELL_VOICE_SECRET_FILE", allowed="a file with one line")
    return lines[0].strip()
